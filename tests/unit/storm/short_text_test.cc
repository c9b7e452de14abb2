// SPDX-License-Identifier: BSD-3-Clause
// Goal: the short texts of arrival, deaths, verification, relays, VLANs and profiles.
#include "storm/short_text.h"

#include <gtest/gtest.h>

#include "client/relay.h"

namespace stentor::storm {
namespace {

using std::chrono::seconds;

TEST(ShortText, ReadsAndWritesEachArrival) {
  for (const char* text : {"at-once", "ramp 10s", "poisson 1000/s", "waves 48 every 5s"}) {
    const auto arrival = parse_arrival(text);
    ASSERT_TRUE(arrival) << text;
    EXPECT_EQ(text_of_arrival(*arrival), text);
  }
  EXPECT_EQ(parse_arrival("ramp 10s")->over, seconds{10});
  EXPECT_EQ(parse_arrival("waves 48 every 5s")->wave_machines, 48u);
  EXPECT_EQ(parse_arrival("poisson 2.5/s")->per_second, 2.5);
}

TEST(ShortText, SaysWhatAnArrivalNeeds) {
  EXPECT_NE(parse_arrival("soon").error().find("at-once, ramp TIME"), std::string::npos);
  EXPECT_NE(parse_arrival("at-once 5s").error().find("at-once, ramp TIME"), std::string::npos);
  EXPECT_NE(parse_arrival("ramp 10").error().find("its unit"), std::string::npos);
  EXPECT_NE(parse_arrival("ramp 0").error().find("its unit"), std::string::npos);
  EXPECT_NE(parse_arrival("poisson 1000").error().find("poisson 1000/s"), std::string::npos);
  for (const char* bad : {"waves 48", "waves 0 every 5s", "waves 48 each 5s", "waves 48 every 0"}) {
    EXPECT_NE(parse_arrival(bad).error().find("waves 48 every 5s"), std::string::npos) << bad;
  }
}

TEST(ShortText, DeathsMayBeForGoodOrForAWhile) {
  EXPECT_EQ(parse_deaths("1%")->probability, 0.01);
  EXPECT_FALSE(parse_deaths("1%")->restart_after);
  EXPECT_EQ(parse_deaths("0.5:30s")->restart_after, seconds{30});
  EXPECT_EQ(text_of_deaths(*parse_deaths("1%:30s")), "1%:30s");
  EXPECT_FALSE(parse_deaths("2"));
  EXPECT_FALSE(parse_deaths("1%:"));
  EXPECT_FALSE(parse_deaths("1%:soon"));
}

TEST(ShortText, VerificationNamesHowMuchAndAgainstWhat) {
  for (const char* text : {"full", "none", "sampled:8", "hash:/srv/SHA256SUMS"}) {
    Verification verify;
    ASSERT_TRUE(parse_bytes(text, verify)) << text;
    EXPECT_EQ(text_of_bytes(verify), text);
  }
  Verification verify;
  ASSERT_TRUE(parse_bytes("sampled", verify));
  EXPECT_EQ(verify.sample_every, 16u);
  for (const char* bad :
       {"", "all", "full:1", "none:", "sampled:", "sampled:0", "sampled:70000", "hash", "hash:"}) {
    EXPECT_FALSE(parse_bytes(bad, verify)) << bad;
  }
}

TEST(ShortText, ARelayMayAddACircuit) {
  EXPECT_EQ(parse_relay("10.21.0.1")->circuit_id, "");
  EXPECT_EQ(parse_relay("10.21.0.1,eth0/1")->circuit_id, "eth0/1");
  EXPECT_EQ(text_of_relay(*parse_relay("10.21.0.1,eth0/1")), "10.21.0.1,eth0/1");
  for (const char* bad : {"", "relay", "224.0.0.1", "10.21.0.1,", "10.21.0.1,a\tb"}) {
    EXPECT_FALSE(parse_relay(bad)) << bad;
  }
  EXPECT_FALSE(parse_relay("10.21.0.1," + std::string(65, 'x')));
}

TEST(ShortText, ACircuitIsAsLongAsARelayCanSay) {
  // Goal: what is read here fits into option 82, to the byte; what does not is refused here.
  const auto longest = parse_relay("10.21.0.1," + std::string(60, 'x'));
  ASSERT_TRUE(longest);
  EXPECT_TRUE(client::make_agent_option(longest->circuit_id));
  const auto longer = parse_relay("10.21.0.1," + std::string(61, 'x'));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error(),
            "a circuit identifier has 1 to 60 bytes, none of them a control character");
}

TEST(ShortText, VlansAreNumbersAndRanges) {
  EXPECT_EQ(*parse_vlans("100,110-112"), (std::vector<std::uint16_t>{100, 110, 111, 112}));
  for (const char* bad : {"", "0", "4095", "5-4", "a", "1,,2", "1-2-3"}) {
    EXPECT_FALSE(parse_vlans(bad)) << bad;
  }
}

TEST(ShortText, ProfilesAndArchitecturesAreKnownByName) {
  EXPECT_EQ(*parse_profile("ipxe"), "ipxe");
  EXPECT_NE(parse_profile("ipx").error().find("did you mean ipxe?"), std::string::npos);
  EXPECT_NE(parse_profile("amiga").error().find("known are bios-rom"), std::string::npos);
  EXPECT_EQ(*parse_architecture("efi-x64"), 7);
  EXPECT_EQ(*parse_architecture("11"), 11);
  EXPECT_NE(parse_architecture("efi-x63").error().find("did you mean"), std::string::npos);
  EXPECT_FALSE(parse_architecture("65536"));
}

TEST(ShortText, AListKeepsQuotedCommasTogether) {
  EXPECT_EQ(split_list(" a , b\",c\" ,"), (std::vector<std::string_view>{"a", "b\",c\"", ""}));
}

}  // namespace
}  // namespace stentor::storm
