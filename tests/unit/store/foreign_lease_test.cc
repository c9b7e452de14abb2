// SPDX-License-Identifier: BSD-3-Clause
// Goal: each format has its reader, and the words that they share are read whole or not at all.
#include "store/foreign_lease.h"

#include <gtest/gtest.h>

#include "store/foreign_text.h"

namespace stentor::store {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(ForeignLeases, AreReadByTheReaderOfTheirFormat) {
  EXPECT_TRUE(read_foreign_leases(ForeignFormat::dnsmasq, "9 * 10.20.0.7 * 0:1\n"));
  EXPECT_TRUE(read_foreign_leases(ForeignFormat::isc, "lease 10.20.0.7 { ends never; }"));
  EXPECT_TRUE(
      read_foreign_leases(ForeignFormat::kea, "address,hwaddr,client_id,valid_lifetime,expire\n"));
  EXPECT_FALSE(read_foreign_leases(ForeignFormat::kea, "9 * 10.20.0.7 * 0:1\n"));
}

TEST(ForeignText, BytesAreHexadecimalDigitsBetweenColons) {
  EXPECT_EQ(read_colon_bytes("52:54:0:Fe"), (Bytes{0x52, 0x54, 0, 0xfe}));
  EXPECT_EQ(read_colon_bytes(""), Bytes{});
  for (const std::string_view text : {":", "1:", ":1", "1::2", "123", "1:g", "0x1", "1-2"}) {
    EXPECT_FALSE(read_colon_bytes(text)) << text;
  }
}

TEST(ForeignText, NumbersAreDigitsToTheEnd) {
  EXPECT_EQ(read_number<UtcSecond>("17"), 17);
  for (const std::string_view text : {"", "17s", " 17", "99999999999999999999"}) {
    EXPECT_FALSE(read_number<UtcSecond>(text)) << text;
  }
}

TEST(ForeignText, LinesEndAsAnyEditorEndsThem) {
  std::vector<std::pair<std::size_t, std::string_view>> lines;
  for_each_line("a\r\n\nb", [&](std::size_t number, std::string_view line) {
    lines.emplace_back(number, line);
  });
  EXPECT_EQ(lines, (decltype(lines){{1, "a"}, {2, ""}, {3, "b"}}));
}

}  // namespace
}  // namespace stentor::store
