// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/fqdn.h"

#include <algorithm>
#include <array>

namespace stentor::dhcp {

namespace {

// RFC 4702 section 2.1.
constexpr std::uint8_t kServerUpdates = 0x01;
constexpr std::uint8_t kOverridden = 0x02;
constexpr std::uint8_t kEncoded = 0x04;
constexpr std::uint8_t kNoUpdates = 0x08;
// RCODE1 and RCODE2: section 2.2.
constexpr std::uint8_t kNoCode = 255;

constexpr std::size_t kNameAt = 3;
constexpr std::size_t kValueBytesMax = 255;

}  // namespace

// Section 4: N says that the server updates nothing, O that it was asked to. The name is the
// client's, in the form that it chose.
void write_fqdn(ReplyWriter& writer, const Options& options) {
  const base::Bytes sent = options.fqdn;
  if (sent.size() < kNameAt || sent.size() > kValueBytesMax) return;
  std::array<std::uint8_t, 2 + kValueBytesMax> encoded;
  encoded[0] = option::kFqdn;
  encoded[1] = static_cast<std::uint8_t>(sent.size());
  encoded[2] = static_cast<std::uint8_t>((sent[0] & kEncoded) | kNoUpdates |
                                         ((sent[0] & kServerUpdates) != 0 ? kOverridden : 0));
  encoded[3] = kNoCode;
  encoded[4] = kNoCode;
  std::ranges::copy(sent.subspan(kNameAt), encoded.begin() + 2 + kNameAt);
  writer.append(base::Bytes(encoded).first(2 + sent.size()));
}

base::Bytes fqdn_text(const Options& options) {
  const base::Bytes sent = options.fqdn;
  if (sent.size() < kNameAt || (sent[0] & kEncoded) != 0) return {};
  return sent.subspan(kNameAt);
}

}  // namespace stentor::dhcp
