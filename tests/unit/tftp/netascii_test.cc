// SPDX-License-Identifier: BSD-3-Clause
// Goal: text in netascii is the same whatever its blocks are cut like, and however often one is
// sent.
#include "tftp/netascii.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace stentor::tftp {
namespace {

using namespace std::string_literals;

// All of a file, in blocks of `blksize`, each asked for `times` times.
std::string sent(const std::string& file, std::uint16_t blksize, int times = 1) {
  TextReader reader = TextReader::at_start();
  std::string text;
  for (std::uint64_t index = 1;; ++index) {
    std::vector<std::uint8_t> block(blksize);
    std::size_t length = 0;
    for (int i = 0; i < times; ++i) {
      std::ranges::fill(block, std::uint8_t{0xee});
      length = reader.read_block(base::as_bytes(file), index, blksize, block);
    }
    text += base::as_text(base::Bytes(block).first(length));
    if (length < blksize) return text;
  }
}

TEST(Netascii, SendsEachLineMarkAsTwoBytes) {
  EXPECT_EQ(sent("", 512), "");
  EXPECT_EQ(sent("plain", 512), "plain");
  EXPECT_EQ(sent("a\nb\rc\r\n", 512), "a\r\nb\r\0c\r\0\r\n"s);
  EXPECT_EQ(sent("\n\n\r\r", 512), "\r\n\r\n\r\0\r\0"s);
  EXPECT_EQ(sent("a\0\xff\nb"s, 512), "a\0\xff\r\nb"s);
}

TEST(Netascii, CutsItsBlocksAnywhere) {
  const std::string file = "first\nsecond\r\nthird\rfourth\n\n\r\rlast"s;
  const std::string whole = sent(file, 512);
  for (std::uint16_t blksize = 8; blksize <= 64; ++blksize) {
    EXPECT_EQ(sent(file, blksize), whole) << blksize;
    EXPECT_EQ(sent(file, blksize, 3), whole) << blksize << ", each block three times";
  }
}

TEST(Netascii, IsInUseOnlyWhereItWasBegun) {
  EXPECT_FALSE(TextReader().is_in_use());
  EXPECT_TRUE(TextReader::at_start().is_in_use());
}

}  // namespace
}  // namespace stentor::tftp
