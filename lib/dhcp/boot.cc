// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/boot.h"

#include <algorithm>
#include <charconv>

#include "config/architecture.h"
#include "config/client_text.h"
#include "dhcp/client_note.h"
#include "dhcp/uuid_text.h"

namespace stentor::dhcp {

namespace {

// Option 13 (RFC 2132 section 3.15) counts in blocks of 512 bytes, in 16 bits.
constexpr std::uint64_t kSizeUnit = 512;
constexpr std::uint64_t kSizeMax = 65535 * kSizeUnit;

const OwnAddress& server_of(const BootFile& file, const OwnAddress& self) {
  return file.server != nullptr ? *file.server : self;
}

// Texts in the header end with a NUL; one that leaves no room for it is left out.
template <std::size_t N>
void write_text(std::array<std::uint8_t, N>& field, std::string_view text) {
  if (text.size() < N) std::ranges::copy(text, field.begin());
}

// The first of option 93; without one a BIOS (PXE 2.1 section 2.2.2).
std::uint16_t first_architecture(const Options& options) {
  if (options.architectures.size() < 2) return 0;
  return base::load_big_endian<std::uint16_t>(options.architectures.data());
}

// Whoever says it is not us: anything but a host name (RFC 1123 section 2.1) is none, so that no
// name leads out of its folder.
std::string_view checked_hostname(std::string_view name) {
  while (name.ends_with('\0')) name.remove_suffix(1);
  bool is_label = false;
  for (const char c : name) {
    const bool is_inside =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!is_inside && !(c == '.' && is_label)) return {};
    is_label = is_inside;
  }
  return is_label ? name : std::string_view{};
}

std::string_view hostname_of(const Exchange& exchange) {
  const Reservation* reservation = exchange.reservation;
  if (reservation != nullptr && !reservation->hostname.empty()) {
    return reservation->hostname;
  }
  return checked_hostname(base::as_text(exchange.request.options.hostname));
}

}  // namespace

BootChoice::BootChoice(const Exchange& exchange, wire::Ipv4Address granted) {
  const Reservation* reservation = exchange.reservation;
  if (reservation != nullptr && reservation->boots_locally) return;
  if (reservation != nullptr && reservation->boot != nullptr) {
    is_found_ = take(*reservation->boot, exchange, granted);
    if (is_found_) return;
  }
  const ClassRules& matches = exchange.policy.class_rules();
  for (const BootRule& rule : exchange.policy.boot_rules()) {
    if (rule.condition && !matches.holds(*rule.condition, exchange.subject)) continue;
    is_found_ = take(rule.target, exchange, granted);
    if (is_found_) return;
  }
}

void BootChoice::choose(const Exchange& exchange, std::optional<std::uint16_t> type) {
  is_found_ = false;
  for (const BootMenu::Item& item : file_.menu->items) {
    if (type && item.type != *type) continue;
    is_found_ = take(item.target, exchange, {});
    return;
  }
}

bool BootChoice::take(const BootTarget& target, const Exchange& exchange,
                      wire::Ipv4Address granted) {
  const Request& request = exchange.request;
  if (target.menu) {
    file_ = BootFile{.menu = &exchange.policy.boot_menu(*target.menu)};
    return request.is_pxe();
  }
  file_.menu = nullptr;
  if (target.is_url && !request.is_http() && !request.is_ipxe()) return false;
  file_.is_url = target.is_url;
  file_.server = target.server ? &*target.server : nullptr;
  if (!target.file.pieces.empty()) return fill_in(target, exchange, granted);
  file_.name = target.file.end;
  file_.catalogue_path = {target.catalogue_path.data(), target.catalogue_path.size()};
  file_.directory = target.directories.empty() ? 0 : target.directories[0];
  return true;
}

bool BootChoice::fill_in(const BootTarget& target, const Exchange& exchange,
                         wire::Ipv4Address granted) {
  const Request& request = exchange.request;
  config::ClientValues values{
      .mac = request.mac(), .serial = request.serial(), .hostname = hostname_of(exchange)};
  const wire::Ipv4Address address = granted.is_zero() ? request.ciaddr() : granted;
  if (!address.is_zero()) values.address = address;
  std::optional<UuidText> uuid;
  if (!request.options.uuid.empty()) values.uuid = uuid.emplace(request.options.uuid).view();
  const std::uint16_t architecture = first_architecture(request.options);
  std::array<char, 5> number;
  if (architecture < config::kArchitectures.size()) {
    values.architecture = config::kArchitectures[architecture].name;
  } else {
    const auto end = std::to_chars(number.begin(), number.end(), architecture).ptr;
    values.architecture = {number.begin(), end};
  }
  const std::size_t bytes_max = target.is_url ? name_.size() : config::kBootFileBytesMax;
  const auto name =
      config::write_client_text(target.file, values, std::span(name_).first(bytes_max));
  if (!name) return false;
  file_.name = *name;
  file_.catalogue_path = {};
  file_.directory = 0;
  if (!target.is_ours) return true;
  const auto path = base::normalised_path(*name, path_);
  if (!path) return false;
  file_.catalogue_path = *path;
  const std::size_t place = target.directories.size() > 1 ? architecture : 0;
  if (place < target.directories.size()) file_.directory = target.directories[place];
  return true;
}

void write_boot_fields(ReplyWriter& writer, const Exchange& exchange, const BootFile& file) {
  const OwnAddress& server = server_of(file, exchange.self);
  Header& reply = writer.header();
  reply.siaddr = base::Be32{server.address.host()};
  if (exchange.quirks.boot_file == config::BootFilePlace::option) return;
  if (file.is_url) return write_text(reply.file, file.name);
  write_text(reply.sname, server.text.view());
  write_text(reply.file, file.name);
}

void write_boot_options(ReplyWriter& writer, const Exchange& exchange, const BootFile& file) {
  if (file.menu != nullptr || exchange.quirks.boot_file == config::BootFilePlace::header) return;
  const BootFilesView files = exchange.files;
  writer.append_text(option::kBootFileName, file.name);
  if (file.is_url) return;
  writer.append_text(option::kTftpServerName, server_of(file, exchange.self).text.view());
  if (file.catalogue_path.empty() || files.size_of == nullptr) return;
  const wire::Ipv4Address granted{writer.header().yiaddr};
  const auto size =
      files.size_of(files.files, file.catalogue_path, fetcher_of(exchange, file, granted));
  if (!size || *size > kSizeMax) return;
  std::array<std::uint8_t, 4> encoded{option::kBootFileSize, 2};
  base::store_big_endian(encoded.data() + 2,
                         static_cast<std::uint16_t>((*size + kSizeUnit - 1) / kSizeUnit));
  writer.append(encoded);
}

}  // namespace stentor::dhcp
