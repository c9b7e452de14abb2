// SPDX-License-Identifier: BSD-3-Clause
// Goal: the cursors never leave their span, and say so once they would have.
#include "base/bytes.h"

#include <array>
#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(Reader, ReadsBigEndianIntegersInOrder) {
  const std::array<std::uint8_t, 7> bytes{1, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef};
  Reader reader(bytes);
  EXPECT_EQ(reader.read<std::uint8_t>(), 1);
  EXPECT_EQ(reader.read<std::uint16_t>(), 0x1234);
  EXPECT_EQ(reader.read<std::uint32_t>(), 0xdeadbeef);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(Reader, FailsForGoodOnceAFieldDoesNotFit) {
  const std::array<std::uint8_t, 3> bytes{1, 2, 3};
  Reader reader(bytes);
  EXPECT_EQ(reader.read<std::uint32_t>(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.read<std::uint8_t>(), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(Writer, WritesWhatFitsAndNothingAfterIt) {
  std::array<std::uint8_t, 4> bytes{9, 9, 9, 9};
  Writer writer(bytes);
  writer.write(std::uint16_t{0x0102});
  writer.write(std::uint32_t{0x03040506});
  writer.write(std::uint8_t{7});
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 2u);
  EXPECT_EQ(writer.room(), 0u);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{1, 2, 9, 9}));
}

TEST(BigEndian, KeepsNetworkOrderInMemory) {
  const Be32 value{0x01020304};
  std::array<std::uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(value.host(), 0x01020304u);
}

}  // namespace
}  // namespace stentor::base
