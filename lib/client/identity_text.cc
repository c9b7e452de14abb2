// SPDX-License-Identifier: BSD-3-Clause
#include "client/identity_text.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/hex.h"

namespace stentor::client {
namespace {

constexpr std::string_view kUpper = "0123456789ABCDEF";

// Two digits a byte; returns what is behind them.
char* write_digits(base::Bytes bytes, std::string_view digits, char* to) {
  for (const std::uint8_t byte : bytes) {
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 15];
  }
  return to;
}

// `separator` between each two bytes.
char* write_bytes(base::Bytes bytes, char separator, char* to) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) *to++ = separator;
    to = write_digits(bytes.subspan(i, 1), base::kHexDigits, to);
  }
  return to;
}

// RFC 4122 section 3: groups of 4, 2, 2, 2 and 6 bytes.
char* write_uuid(base::Bytes uuid, char* to) {
  std::size_t at = 0;
  for (const std::size_t bytes : {4u, 2u, 2u, 2u, 6u}) {
    if (at != 0) *to++ = '-';
    to = write_digits(uuid.subspan(at, bytes), base::kHexDigits, to);
    at += bytes;
  }
  return to;
}

char* write_form(IdentityForm form, const Asker& asker, char* to) {
  const base::Bytes mac = asker.identity.mac.bytes;
  switch (form) {
    case IdentityForm::mac_dashes:
      return write_bytes(mac, '-', to);
    case IdentityForm::mac_colons:
      return write_bytes(mac, ':', to);
    case IdentityForm::mac_digits:
      return write_digits(mac, base::kHexDigits, to);
    case IdentityForm::uuid:
      return write_uuid(asker.identity.uuid, to);
    case IdentityForm::address_dotted: {
      const auto text = asker.address.text();
      return std::ranges::copy(text.view(), to).out;
    }
    case IdentityForm::address_digits: {
      std::array<std::uint8_t, 4> bytes{};
      base::store_big_endian(bytes.data(), asker.address.host());
      return write_digits(bytes, kUpper, to);
    }
  }
  return to;
}

}  // namespace

std::size_t write_identity(IdentityForm form, const Asker& asker, std::span<char> out) {
  const auto* known = std::ranges::find(kIdentityWords, form, &IdentityWord::form);
  CHECK(known != kIdentityWords.end() && out.size() >= known->bytes_max);
  return static_cast<std::size_t>(write_form(form, asker, out.data()) - out.data());
}

}  // namespace stentor::client
