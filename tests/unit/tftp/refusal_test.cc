// SPDX-License-Identifier: BSD-3-Clause
// Goal: a refusal has a name of its own, the code that RFC 1350 gives it, and a text that never
// makes an answer longer than it may be.
#include "tftp/refusal.h"

#include <array>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "wire/frame.h"

namespace stentor::tftp {
namespace {

using namespace std::string_literals;

TEST(Refusal, HasANameOfItsOwnThatIsALabel) {
  std::set<std::string_view> names;
  for (const RefusalText& refusal : kRefusals) {
    EXPECT_TRUE(names.insert(refusal.name).second) << refusal.name;
    EXPECT_EQ(refusal.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << refusal.name;
    EXPECT_FALSE(refusal.told.empty() || refusal.meaning.empty()) << refusal.name;
  }
}

TEST(Refusal, TellsItsTextInTheShortestFrameThatCanAsk) {
  // Goal: on an untagged network who asks by hand always learns why.
  const std::size_t room = wire::kFrameBytesMin - wire::udp_payload_offset(wire::Link{});
  for (const RefusalText& refusal : kRefusals) {
    EXPECT_LE(kErrorBytesMin + refusal.told.size(), room) << refusal.name;
  }
}

TEST(Refusal, LeavesItsTextOutWhereItWouldBeTooLong) {
  std::array<std::uint8_t, 64> out{};
  const auto written = [&out](std::size_t bytes_max) {
    const std::size_t length = write_refusal(out, Refusal::file_not_found, bytes_max);
    return std::string(base::as_text(base::Bytes{out}.first(length)));
  };
  EXPECT_EQ(written(14), "\0\5\0\1not found\0"s);
  EXPECT_EQ(written(13), "\0\5\0\1\0"s);
  EXPECT_EQ(written(0), "\0\5\0\1\0"s);
  EXPECT_EQ(write_refusal(base::MutableBytes{out}.first(4), Refusal::file_not_found, 0), 0u);
}

}  // namespace
}  // namespace stentor::tftp
