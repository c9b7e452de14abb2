// SPDX-License-Identifier: BSD-3-Clause
// Goal: numbers, durations and sizes mean what is written, or nothing.
#include "config/unit.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Number, IsDecimalDigitsAlone) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("18446744073709551615"), 18446744073709551615u);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x10", "1_000", "1e3", "1.0"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Number, RefusesLeadingZerosAndWhatIsTooLarge) {
  EXPECT_FALSE(parse_number("010"));
  EXPECT_FALSE(parse_number("00"));
  EXPECT_FALSE(parse_number("18446744073709551616"));
}

TEST(Duration, NeedsItsUnit) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(parse_duration("60s"), seconds{60});
  EXPECT_EQ(parse_duration("30m"), minutes{30});
  EXPECT_EQ(parse_duration("24h"), hours{24});
  EXPECT_EQ(parse_duration("7d"), hours{7 * 24});
  for (const char* text : {"", "60", "s", "1.5h", "-1s", "1 s", "1S", "1h30m", "060s", "1us"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, NeverOverflows) {
  EXPECT_TRUE(parse_duration("106751d"));
  EXPECT_FALSE(parse_duration("106752d"));
  EXPECT_FALSE(parse_duration("18446744073709551615ms"));
}

TEST(Quantity, IsTooLargeOrNone) {
  EXPECT_TRUE(is_quantity("99999999999999999999s", parse_duration));
  EXPECT_TRUE(is_quantity("99999999999GiB", parse_size));
  for (const char* text : {"", "s", "60", "060s", "1.5s", "1S", "99999999999999999999"}) {
    EXPECT_FALSE(is_quantity(text, parse_duration)) << text;
  }
}

TEST(Size, NeedsItsBinaryUnit) {
  EXPECT_EQ(parse_size("4KiB"), 4096u);
  EXPECT_EQ(parse_size("2MiB"), 2u << 20);
  EXPECT_EQ(parse_size("3GiB"), std::uint64_t{3} << 30);
  for (const char* text : {"1", "1GB", "1G", "1gib", "1.5GiB", "99999999999GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

}  // namespace
}  // namespace stentor::config
