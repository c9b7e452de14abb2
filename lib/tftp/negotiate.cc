// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/negotiate.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"

namespace stentor::tftp {
namespace {

constexpr std::uint32_t kMicrosecondsPerSecond = 1'000'000;

void write_option(base::Writer& writer, std::string_view name, std::uint64_t value) {
  std::array<char, 20> digits{};  // 2^64 - 1 has twenty
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  writer.write(base::as_bytes(name));
  writer.write<std::uint8_t>(0);
  writer.write(base::as_bytes({digits.data(), static_cast<std::size_t>(end - digits.data())}));
  writer.write<std::uint8_t>(0);
}

}  // namespace

Grant negotiate(const ReadRequest& request, const Limits& limits) {
  CHECK(limits.blksize_max >= kBlksizeMin && limits.windowsize_max >= 1);
  Grant grant;
  if (request.blksize) {
    const std::uint16_t most = request.mode == Mode::netascii
                                   ? std::min(limits.blksize_max, kTextBlksizeMax)
                                   : limits.blksize_max;
    grant.blksize = std::min(*request.blksize, most);
    grant.oack_blksize = true;
  }
  if (request.windowsize && request.mode != Mode::netascii) {
    grant.windowsize = std::min({*request.windowsize, limits.windowsize_max, kWindowsizeMax});
    grant.oack_windowsize = true;
  }
  // RFC 2349: the value asked or no answer to it at all. Of both units the finer one.
  if (request.utimeout) {
    grant.timeout_us = *request.utimeout;
    grant.oack_utimeout = true;
  } else if (request.timeout) {
    grant.timeout_us = *request.timeout * kMicrosecondsPerSecond;
    grant.oack_timeout = true;
  }
  grant.rollover = request.rollover;
  grant.oack_tsize = request.tsize.has_value() && request.mode != Mode::netascii;
  return grant;
}

std::size_t write_oack(base::MutableBytes out, const Grant& grant, std::uint64_t file_bytes) {
  base::Writer writer(out);
  writer.write(static_cast<std::uint16_t>(Opcode::option_ack));
  // Lower case, because GRUB compares it so; tsize last, because a DGX ROM never acknowledges an
  // OACK that begins with it.
  if (grant.oack_blksize) write_option(writer, "blksize", grant.blksize);
  if (grant.oack_timeout)
    write_option(writer, "timeout", grant.timeout_us / kMicrosecondsPerSecond);
  if (grant.oack_utimeout) write_option(writer, "utimeout", grant.timeout_us);
  if (grant.rollover) write_option(writer, "rollover", *grant.rollover);
  if (grant.oack_windowsize) write_option(writer, "windowsize", grant.windowsize);
  if (grant.oack_tsize) write_option(writer, "tsize", file_bytes);
  return writer.ok() ? writer.size() : 0;
}

}  // namespace stentor::tftp
