// SPDX-License-Identifier: BSD-3-Clause
// Goal: a grant names what was asked and nothing else, never more than asked, never more than the
// limits; its OACK has the bytes that ROMs accept.
#include "tftp/negotiate.h"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace stentor::tftp {
namespace {

using namespace std::string_literals;

std::string oack(const Grant& grant, std::uint64_t file_bytes) {
  std::array<std::uint8_t, 128> out{};
  return std::string{base::as_text(base::Bytes{out}.first(write_oack(out, grant, file_bytes)))};
}

TEST(Negotiate, GrantsNothingThatWasNotAsked) {
  const Grant grant = negotiate({.file_name = "f"}, {});
  EXPECT_FALSE(grant.has_oack());
  EXPECT_EQ(grant.blksize, 512);
  EXPECT_EQ(grant.windowsize, 1);
  EXPECT_EQ(grant.timeout_us, 0u);
}

TEST(Negotiate, GrantsTheSmallerOfWhatIsAskedAndWhatIsAllowed) {
  const Limits limits{.blksize_max = 1468, .windowsize_max = 64};
  EXPECT_EQ(negotiate({.blksize = 65464}, limits).blksize, 1468);
  EXPECT_EQ(negotiate({.blksize = 1024}, limits).blksize, 1024);
  EXPECT_EQ(negotiate({.blksize = 8}, limits).blksize, 8);
  EXPECT_EQ(negotiate({.mode = Mode::netascii, .blksize = 65464}, {.blksize_max = 60'000}).blksize,
            8192);
  EXPECT_EQ(negotiate({.windowsize = 65535}, limits).windowsize, 64);
  EXPECT_EQ(negotiate({.windowsize = 4}, limits).windowsize, 4);
  EXPECT_EQ(negotiate({.windowsize = 65535}, {.windowsize_max = 65535}).windowsize, 32767);
  EXPECT_EQ(negotiate({.timeout = 255}, limits).timeout_us, 255'000'000u);
}

TEST(Negotiate, WritesAnOackOfTheOptionsAskedWithTheSizeLast) {
  const Grant all = negotiate({.blksize = 1024, .tsize = 0, .timeout = 3, .windowsize = 8}, {});
  EXPECT_EQ(oack(all, 70000),
            "\0\6blksize\0001024\0timeout\0003\0windowsize\0008\0tsize\00070000\0"s);
  EXPECT_EQ(oack(negotiate({.tsize = 0}, {}), 0), "\0\6tsize\0000\0"s);
  EXPECT_EQ(oack(negotiate({.tsize = 0}, {}), ~std::uint64_t{0}),
            "\0\6tsize\00018446744073709551615\0"s);
}

TEST(Negotiate, GrantsATimeoutInTheUnitThatWasAskedFor) {
  const Grant fine = negotiate({.timeout = 2, .utimeout = 12'345}, {});
  EXPECT_EQ(fine.timeout_us, 12'345u);
  EXPECT_EQ(oack(fine, 1), "\0\6utimeout\00012345\0"s);
  EXPECT_EQ(oack(negotiate({.timeout = 2}, {}), 1), "\0\6timeout\0002\0"s);
}

TEST(Negotiate, GrantsARolloverAndOtherwiseLeavesItToTheConfiguration) {
  EXPECT_FALSE(negotiate({.file_name = "f"}, {.rollover = 1}).rollover);
  EXPECT_EQ(oack(negotiate({.rollover = 0}, {.rollover = 1}), 1), "\0\6rollover\0000\0"s);
  EXPECT_EQ(oack(negotiate({.rollover = 1}, {}), 1), "\0\6rollover\0001\0"s);
}

TEST(Negotiate, GrantsNoWindowAndNoSizeInNetascii) {
  const Grant grant = negotiate(
      {.mode = Mode::netascii, .blksize = 1024, .tsize = 0, .timeout = 3, .windowsize = 8}, {});
  EXPECT_EQ(grant.windowsize, 1);
  EXPECT_EQ(oack(grant, 70000), "\0\6blksize\0001024\0timeout\0003\0"s);
  EXPECT_FALSE(negotiate({.mode = Mode::netascii, .tsize = 0, .windowsize = 8}, {}).has_oack());
}

TEST(Negotiate, WritesNothingThatDoesNotFit) {
  std::array<std::uint8_t, 15> out{};
  EXPECT_EQ(write_oack(out, negotiate({.blksize = 1024}, {}), 0), 15u);
  EXPECT_EQ(write_oack(base::MutableBytes{out}.first(14), negotiate({.blksize = 1024}, {}), 0), 0u);
}

}  // namespace
}  // namespace stentor::tftp
