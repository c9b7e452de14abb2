// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/boot.h"

#include <algorithm>
#include <array>

#include "dhcp/client_note.h"

namespace stentor::dhcp {

namespace {

// Option 13 (RFC 2132 section 3.15) counts in blocks of 512 bytes, in 16 bits.
constexpr std::uint64_t kSizeUnit = 512;
constexpr std::uint64_t kSizeMax = 65535 * kSizeUnit;

bool matches(const BootRule& rule, const Options& options, ClassMask classes) {
  if (rule.classes && (*rule.classes & classes) == 0) return false;
  const auto listed = [&options](std::uint16_t architecture) {
    return lists_architecture(options.architectures, architecture);
  };
  if (!rule.architectures.empty() && std::ranges::none_of(rule.architectures, listed)) return false;
  return rule.user_class.empty() || names_user_class(options.user_class, rule.user_class);
}

const OwnAddress& server_of(const BootTarget& target, const OwnAddress& self) {
  return target.server ? *target.server : self;
}

// Texts in the header end with a NUL; one that leaves no room for it is left out.
template <std::size_t N>
void write_text(std::array<std::uint8_t, N>& field, std::string_view text) {
  if (text.size() < N) std::ranges::copy(text, field.begin());
}

}  // namespace

const BootTarget* find_boot_target(const Exchange& exchange) {
  const Reservation* reservation = exchange.reservation;
  if (reservation != nullptr && reservation->boot) return &*reservation->boot;
  for (const BootRule& rule : exchange.policy.boot_rules()) {
    if (matches(rule, exchange.request.options, exchange.classes)) return &rule.target;
  }
  return nullptr;
}

void write_boot_fields(Header& reply, const BootTarget& target, const OwnAddress& self) {
  const OwnAddress& server = server_of(target, self);
  reply.siaddr = base::Be32{server.address.host()};
  write_text(reply.sname, server.text.view());
  write_text(reply.file, target.file_text());
}

void write_boot_options(ReplyWriter& writer, const Exchange& exchange, const BootTarget& target) {
  const BootFilesView files = exchange.files;
  writer.append_text(option::kBootFileName, target.file_text());
  writer.append_text(option::kTftpServerName, server_of(target, exchange.self).text.view());
  if (target.catalogue_path.empty() || files.size_of == nullptr) return;
  const wire::Ipv4Address granted{writer.header().yiaddr};
  const auto size =
      files.size_of(files.files, target.path_text(), fetcher_of(exchange, target, granted));
  if (!size || *size > kSizeMax) return;
  std::array<std::uint8_t, 4> encoded{option::kBootFileSize, 2};
  base::store_big_endian(encoded.data() + 2,
                         static_cast<std::uint16_t>((*size + kSizeUnit - 1) / kSizeUnit));
  writer.append(encoded);
}

}  // namespace stentor::dhcp
