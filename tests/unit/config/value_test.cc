// SPDX-License-Identifier: BSD-3-Clause
// Goal: scalars are read as the type that their place needs, or explained.
#include "config/value.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

// Reads one scalar; the text of the finding if there is one.
template <typename Read>
std::string reading(const std::string& yaml, const Read& read) {
  Report report("f");
  const Document document = parse_document(yaml, report);
  const bool good = read(Cursor(*document.root, "X", report)).has_value();
  EXPECT_EQ(good, report.empty());
  return report.empty() ? "fine" : report.take().front().message;
}

TEST(ReadNumber, TellsRangeFromNonsense) {
  const auto read = [](const Cursor& cursor) { return read_number(cursor, 5, 20); };
  EXPECT_EQ(reading("20", read), "fine");
  EXPECT_EQ(reading("21", read), "'21': out of range; expected X");
  EXPECT_EQ(reading("99999999999999999999999", read),
            "'99999999999999999999999': out of range; expected X");
  EXPECT_EQ(reading("1O", read), "'1O': expected X");
  EXPECT_EQ(reading("010", read),
            "'010': a leading zero makes other YAML readers take it for octal; remove it; "
            "expected X");
}

TEST(ReadBoolean, AcceptsTwoWords) {
  const auto read = [](const Cursor& cursor) { return read_boolean(cursor); };
  EXPECT_EQ(reading("true", read), "fine");
  EXPECT_EQ(reading("false", read), "fine");
  EXPECT_EQ(reading("yes", read), "'yes': write true; expected X");
  EXPECT_EQ(reading("off", read), "'off': write false; expected X");
  EXPECT_EQ(reading("1", read), "'1': expected X");
}

TEST(ReadSeconds, WantsWholeOnes) {
  const auto read = [](const Cursor& cursor) {
    return read_seconds(cursor, base::Duration{0}, std::chrono::hours{1});
  };
  EXPECT_EQ(reading("2000ms", read), "fine");
  EXPECT_EQ(reading("1500ms", read), "'1500ms': DHCP counts whole seconds; expected X");
  EXPECT_EQ(reading("90", read), "'90': the unit is missing (ms, s, m, h or d); expected X");
  EXPECT_EQ(reading("2h", read), "'2h': out of range; expected X");
}

TEST(ReadAddress, WantsAMachines) {
  const auto read = [](const Cursor& cursor) { return read_address(cursor); };
  EXPECT_EQ(reading("10.0.0.1", read), "fine");
  for (const char* text : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
    EXPECT_NE(reading(text, read), "fine") << text;
  }
  EXPECT_EQ(reading("10.0.0", read),
            "'10.0.0': no IPv4 address (four numbers from 0 to 255); expected X");
}

TEST(ReadNetwork, NamesTheNetworkWhenHostBitsAreSet) {
  const auto read = [](const Cursor& cursor) { return read_network(cursor); };
  EXPECT_EQ(reading("10.0.0.0/8", read), "fine");
  EXPECT_EQ(reading("10.1.0.0/8", read),
            "'10.1.0.0/8': host bits are set; the network is 10.0.0.0/8; expected X");
  EXPECT_NE(reading("0.0.0.0/0", read), "fine");
  EXPECT_NE(reading("10.0.0.0", read), "fine");
}

TEST(ReadRange, AcceptsARangeOrOneAddress) {
  const auto read = [](const Cursor& cursor) { return read_range(cursor); };
  EXPECT_EQ(reading("10.0.0.1-10.0.0.9", read), "fine");
  EXPECT_EQ(reading("10.0.0.1 - 10.0.0.9", read), "fine");
  EXPECT_EQ(reading("10.0.0.1", read), "fine");
  EXPECT_EQ(reading("10.0.0.9-10.0.0.1", read),
            "'10.0.0.9-10.0.0.1': the range ends before it begins; expected X");
  EXPECT_NE(reading("10.0.0.1-9", read), "fine");
  EXPECT_NE(reading("10.0.0.1-", read), "fine");
}

TEST(ReadHostname, FollowsRfc1123) {
  const auto read = [](const Cursor& cursor) { return read_hostname(cursor); };
  const std::string label(63, 'a');
  EXPECT_EQ(reading("node9.rack-7.example", read), "fine");
  EXPECT_EQ(reading("9", read), "fine");
  EXPECT_EQ(reading(label + "." + label + "." + label + "." + std::string(61, 'a'), read), "fine");
  EXPECT_NE(reading(label + "." + label + "." + label + "." + std::string(62, 'a'), read), "fine");
  for (const char* text : {"a_b", "-a", "a-", "a..b", ".a", "a.", "\"\"", "\"a b\""}) {
    EXPECT_NE(reading(text, read), "fine") << text;
  }
  EXPECT_NE(reading(std::string(64, 'a'), read), "fine");
}

TEST(ReadRelativePath, StaysBelowItsRoot) {
  const auto read = [](const Cursor& cursor) { return read_relative_path(cursor, 10); };
  EXPECT_EQ(reading("a/b..c/.d", read), "fine");
  EXPECT_EQ(reading("0123456789", read), "fine");
  EXPECT_EQ(reading("0123456789a", read),
            "'0123456789a': it is 11 bytes long, at most 10 fit; expected X");
  for (const char* text :
       {"..", "a/../b", "./a", "a/", "a\\..\\b", "..\\a", "a\\", "\"\"", "\"a\\tb\""}) {
    EXPECT_NE(reading(text, read), "fine") << text;
  }
}

TEST(ReadChoice, GuessesWhatWasMeant) {
  constexpr std::array<Choice<int>, 2> kChoices{{{"server", 1}, {"proxy", 2}}};
  const auto read = [&](const Cursor& cursor) { return read_choice(cursor, kChoices); };
  EXPECT_EQ(reading("proxy", read), "fine");
  EXPECT_EQ(reading("Proxy", read), "'Proxy': did you mean proxy? Expected X");
  EXPECT_EQ(reading("relay", read), "'relay': expected X");
}

}  // namespace
}  // namespace stentor::config
