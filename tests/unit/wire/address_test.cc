// SPDX-License-Identifier: BSD-3-Clause
// Goal: an address reads back as it was written, and nothing that is not one is taken for one.
#include "wire/address.h"

#include <gtest/gtest.h>

namespace stentor::wire {
namespace {

TEST(MacAddress, ReadsBothSeparatorsAndBothCases) {
  const MacAddress expected{{0x52, 0x54, 0x00, 0xab, 0xcd, 0xef}};
  EXPECT_EQ(MacAddress::parse("52:54:00:ab:cd:ef"), expected);
  EXPECT_EQ(MacAddress::parse("52-54-00-AB-CD-EF"), expected);
  EXPECT_EQ(expected.text().view(), "52:54:00:ab:cd:ef");
}

TEST(MacAddress, RefusesEverythingElse) {
  for (const char* text :
       {"", "52:54:00:ab:cd", "52:54:00:ab:cd:ef:00", "52:54:00:ab:cd:e", "52:54:00:ab:cd:eg",
        "52:54-00:ab:cd:ef", "52.54.00.ab.cd.ef", "525400abcdef", " 52:54:00:ab:cd:e",
        "52:54:00:ab:cd:ef ", "5:254:00:ab:cd:ef", "-1:54:00:ab:cd:ef"}) {
    EXPECT_EQ(MacAddress::parse(text), std::nullopt) << text;
  }
}

TEST(MacAddress, KnowsGroupsFromMachines) {
  EXPECT_TRUE(MacAddress::broadcast().is_group());
  EXPECT_TRUE(MacAddress::parse("01:00:5e:00:00:01")->is_group());
  EXPECT_FALSE(MacAddress::parse("02:00:00:00:00:01")->is_group());
  EXPECT_TRUE(MacAddress{}.is_zero());
  EXPECT_FALSE(MacAddress::broadcast().is_zero());
}

TEST(Ipv4Address, ReadsDottedDecimalAndWritesItBack) {
  for (const char* text :
       {"0.0.0.0", "255.255.255.255", "10.20.0.2", "1.22.133.249", "100.9.0.90"}) {
    const auto address = Ipv4Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text().view(), text);
  }
  EXPECT_EQ(Ipv4Address::parse("10.20.0.2")->host(), 0x0a140002u);
}

TEST(Ipv4Address, RefusesEverythingElse) {
  for (const char* text : {"", "10.20.0", "10.20.0.2.1", "10.20.0.256", "10.20.0.-1", "10.20..2",
                           "10.20.0.02", "00.0.0.0", "0x0a.20.0.2", "10.20.0.2 ", " 10.20.0.2",
                           "10,20,0,2", "10.20.0.2/16", "4294967306.20.0.2", "10.20.0."}) {
    EXPECT_EQ(Ipv4Address::parse(text), std::nullopt) << text;
  }
}

TEST(Ipv4Address, KnowsWhichAddressesMayBeASource) {
  for (const char* text :
       {"10.20.0.2", "1.0.0.0", "126.255.255.255", "128.0.0.1", "223.255.255.255"}) {
    EXPECT_TRUE(Ipv4Address::parse(text)->is_unicast()) << text;
  }
  for (const char* text : {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "224.0.0.1",
                           "239.255.255.255", "240.0.0.1", "255.255.255.255"}) {
    EXPECT_FALSE(Ipv4Address::parse(text)->is_unicast()) << text;
  }
}

TEST(Ipv4Address, ComparesAsANumber) {
  EXPECT_LT(*Ipv4Address::parse("9.255.255.255"), *Ipv4Address::parse("10.0.0.0"));
  EXPECT_LT(*Ipv4Address::parse("10.0.0.255"), *Ipv4Address::parse("10.0.1.0"));
}

TEST(Ipv4Prefix, KeepsTheAddressAndKnowsTheNetwork) {
  const auto prefix = Ipv4Prefix::parse("10.20.3.2/16");
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->address, Ipv4Address::parse("10.20.3.2"));
  EXPECT_EQ(prefix->network(), Ipv4Address::parse("10.20.0.0"));
  EXPECT_EQ(prefix->last(), Ipv4Address::parse("10.20.255.255"));
  EXPECT_TRUE(prefix->contains(*Ipv4Address::parse("10.20.255.255")));
  EXPECT_FALSE(prefix->contains(*Ipv4Address::parse("10.21.0.0")));
  EXPECT_TRUE(prefix->is_directed_broadcast(*Ipv4Address::parse("10.20.255.255")));
}

TEST(Ipv4Prefix, TakesEveryLengthFrom0To32) {
  EXPECT_EQ(Ipv4Prefix::parse("10.0.0.1/0")->mask(), 0u);
  EXPECT_TRUE(Ipv4Prefix::parse("10.0.0.1/0")->contains(*Ipv4Address::parse("200.0.0.1")));
  EXPECT_EQ(Ipv4Prefix::parse("10.0.0.1/32")->mask(), 0xffffffffu);
  // RFC 3021: the last address of a /31 is a host.
  const auto pair = Ipv4Prefix::parse("10.0.0.0/31");
  EXPECT_FALSE(pair->is_directed_broadcast(pair->last()));
}

TEST(Ipv4Prefix, RefusesEverythingElse) {
  for (const char* text :
       {"", "10.20.0.2", "10.20.0.2/", "10.20.0.2/33", "10.20.0.2/016", "10.20.0.2/-1",
        "10.20.0.2/16 ", "10.20.0/16", "/16", "10.20.0.2/16/8", "10.20.0.2/4294967312"}) {
    EXPECT_EQ(Ipv4Prefix::parse(text), std::nullopt) << text;
  }
}

TEST(MacAddress, HasANumberWhoseHighestByteIsTheFirst) {
  const MacAddress mac{{0x02, 0x53, 0x54, 0x00, 0xff, 0x01}};
  EXPECT_EQ(mac.number(), 0x02535400ff01u);
  EXPECT_EQ(MacAddress::of_number(0x02535400ff01), mac);
  EXPECT_EQ(MacAddress::of_number(0xabcd02535400ff01), mac) << "the lowest 48 bits";
  EXPECT_EQ(MacAddress::of_number(0x0253ffffffffu + 1).text().view(), "02:54:00:00:00:00");
  EXPECT_EQ(MacAddress::of_number(0).text().view(), "00:00:00:00:00:00");
  EXPECT_EQ(MacAddress::of_number(0xffffffffffffu), MacAddress::broadcast());
}

}  // namespace
}  // namespace stentor::wire
