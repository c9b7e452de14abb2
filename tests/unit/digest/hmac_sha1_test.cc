// SPDX-License-Identifier: BSD-3-Clause
// Goal: HMAC-SHA1 as RFC 2202 has it, of texts in any number of parts.
#include "digest/hmac_sha1.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "support/hex.h"
#include "support/hmac_sha1.h"

namespace stentor::digest {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Case {
  Bytes secret;
  Bytes text;
  const char* mac;
};

Bytes text_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes counted(std::uint8_t first, std::uint8_t last) {
  Bytes bytes;
  for (std::uint8_t byte = first; byte <= last; ++byte) bytes.push_back(byte);
  return bytes;
}

Bytes of(const HmacSha1& hmac, const Bytes& secret, std::vector<base::Bytes> parts) {
  const Sha1 mac = hmac.of(base::HmacKey::of(secret), parts);
  return {mac.begin(), mac.end()};
}

TEST(HmacSha1Test, AgreesWithTheTestCasesOfTheRfc) {
  // Goal: RFC 2202 section 3, cases 1 to 5; 6 and 7 have secrets longer than a block.
  const std::vector<Case> cases{
      {Bytes(20, 0x0b), text_of("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"},
      {text_of("Jefe"), text_of("what do ya want for nothing?"),
       "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
      {Bytes(20, 0xaa), Bytes(50, 0xdd), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
      {counted(1, 25), Bytes(50, 0xcd), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"},
      {Bytes(20, 0x0c), text_of("Test With Truncation"),
       "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"},
  };
  const HmacSha1 hmac;
  for (const Case& each : cases) {
    const Bytes expected = support::parse_hex(each.mac).value();
    EXPECT_EQ(of(hmac, each.secret, {each.text}), expected);
    EXPECT_EQ(support::hmac_sha1(each.secret, each.text), expected) << "the tests' own";
  }
}

TEST(HmacSha1Test, TakesATextInParts) {
  // Goal: of every length up to the longest, wherever it is cut, beside another implementation.
  const HmacSha1 hmac;
  const Bytes secret(64, 0x5a);
  Bytes text;
  for (std::size_t size = 0; size <= HmacSha1::kTextBytesMax; ++size) {
    const base::Bytes all(text);
    const std::size_t cut = size * 7 / 11;
    if (size < 200 || size > HmacSha1::kTextBytesMax - 10) {
      ASSERT_EQ(of(hmac, secret, {all.first(cut), {}, all.subspan(cut)}),
                support::hmac_sha1(secret, text))
          << size;
    }
    text.push_back(static_cast<std::uint8_t>(size * 31));
  }
}

}  // namespace
}  // namespace stentor::digest
