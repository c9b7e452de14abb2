// SPDX-License-Identifier: BSD-3-Clause
// Goal: a machine's addresses and UUID as boot loaders write them into file names.
#include "client/identity_text.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::client {
namespace {

const Asker kAsker{.identity = {.mac = {{0x88, 0x99, 0xaa, 0xbb, 0xcc, 0x0d}},
                                .uuid = {0xb8, 0x94, 0x59, 0x08, 0xd6, 0xa6, 0x41, 0xa9, 0x61, 0x1d,
                                         0x74, 0xa6, 0xab, 0x80, 0xb8, 0x3d}},
                   .address = wire::Ipv4Address{0xc000025b}};

std::string text_of(IdentityForm form, const Asker& asker = kAsker) {
  std::array<char, kIdentityTextMax> out{};
  return {out.data(), write_identity(form, asker, out)};
}

TEST(IdentityText, WritesEachForm) {
  EXPECT_EQ(text_of(IdentityForm::mac_dashes), "88-99-aa-bb-cc-0d");
  EXPECT_EQ(text_of(IdentityForm::mac_colons), "88:99:aa:bb:cc:0d");
  EXPECT_EQ(text_of(IdentityForm::mac_digits), "8899aabbcc0d");
  EXPECT_EQ(text_of(IdentityForm::uuid), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_EQ(text_of(IdentityForm::address_dotted), "192.0.2.91");
  EXPECT_EQ(text_of(IdentityForm::address_digits), "C000025B");
}

TEST(IdentityText, NoneIsLongerThanItsWordSays) {
  // Goal: rooms are made by bytes_max; the longest texts fill them.
  Asker longest = kAsker;
  longest.address = wire::Ipv4Address{0xffffffff};
  for (const IdentityWord& word : kIdentityWords) {
    EXPECT_EQ(text_of(word.form, longest).size(), word.bytes_max) << word.word;
    EXPECT_LE(word.bytes_max, kIdentityTextMax) << word.word;
  }
}

TEST(IdentityText, LeavesWhatIsBehindTheTextAlone) {
  std::array<char, kIdentityTextMax> out;
  out.fill('#');
  const std::size_t length = write_identity(IdentityForm::address_dotted, kAsker, out);
  EXPECT_EQ(out[length], '#');
}

}  // namespace
}  // namespace stentor::client
