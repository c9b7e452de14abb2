// SPDX-License-Identifier: BSD-3-Clause
// Goal: quirks of a class: each switch, and options that are nobody's to move.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_quirks(const std::string& quirks) {
  return minimal_with("dhcp: {classes: [{name: a, match: {arch: bios}, quirks: {" + quirks +
                      "}}]}\nboot: {rules: [{file: a}]}\n");
}

TEST(SectionQuirks, ReadsEverySwitch) {
  const Settings settings = settings_of(with_quirks(
      "nul-terminate: false, min-reply: 0, overload: never, broadcast: always, send-t1-t2: false, "
      "boot-file: header, pxe-reply: none-4011, suppress: [routers, 58], first: [67, 43]"));
  const ClassQuirks& quirks = *settings.dhcp.classes.at(0).quirks;
  EXPECT_EQ(quirks.nul_terminate, false);
  EXPECT_EQ(quirks.reply_bytes_min, 0);
  EXPECT_EQ(quirks.overload, false);
  EXPECT_EQ(quirks.broadcast, BroadcastReply::always);
  EXPECT_EQ(quirks.send_t1_t2, false);
  EXPECT_EQ(quirks.boot_file, BootFilePlace::header);
  EXPECT_EQ(quirks.pxe_reply, PxeReply::port_4011);
  EXPECT_EQ(quirks.suppress, (std::vector<std::uint8_t>{3, 58}));
  EXPECT_EQ(quirks.first, (std::vector<std::uint8_t>{67, 43}));
}

TEST(SectionQuirks, LeavesTheRestAsUsual) {
  const Settings settings = settings_of(with_quirks("overload: as-needed"));
  const ClassQuirks& quirks = *settings.dhcp.classes.at(0).quirks;
  EXPECT_EQ(quirks.overload, true);
  EXPECT_FALSE(quirks.nul_terminate);
  EXPECT_FALSE(quirks.pxe_reply);
  EXPECT_TRUE(quirks.suppress.empty());
}

TEST(SectionQuirks, RefusesOptionsThatHaveTheirPlace) {
  for (const char* code : {"51", "52", "53", "54"}) {
    const std::string list = "[" + std::string(code) + "]";
    EXPECT_NE(finding(with_quirks("suppress: " + list)).find("every reply has options 51 to 54"),
              std::string::npos);
    EXPECT_NE(finding(with_quirks("first: " + list)).find("every reply has options 51 to 54"),
              std::string::npos);
  }
  EXPECT_NE(finding(with_quirks("suppress: [60]")).find("pxe-reply says"), std::string::npos);
  EXPECT_FALSE(findings(with_quirks("suppress: [82]")).empty());
  EXPECT_NE(finding(with_quirks("first: [3, routers]")).find("it stands here twice"),
            std::string::npos);
  EXPECT_NE(finding(with_quirks("min-reply: 549")).find("0 to 548"), std::string::npos);
  EXPECT_NE(finding(with_quirks("pxe-reply: none-4012")).find("did you mean none-4011?"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
