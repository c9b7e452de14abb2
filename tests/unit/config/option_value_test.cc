// SPDX-License-Identifier: BSD-3-Clause
// Goal: option values become the bytes that their RFC says, or are refused.
#include "config/option_value.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

std::optional<OptionBytes> encode(const std::string& name, const std::string& yaml) {
  Report report("f");
  const Document document = parse_document(yaml, report);
  const Cursor cursor(*document.root, {}, report);
  const OptionDefinition* definition = find_option(name);
  const auto bytes =
      definition != nullptr ? encode_option(cursor, *definition) : encode_raw_option(cursor);
  if (bytes) {
    EXPECT_TRUE(report.empty());
  } else {
    EXPECT_FALSE(report.empty());
  }
  return bytes;
}

OptionBytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

TEST(OptionValue, EncodesAddresses) {
  EXPECT_EQ(encode("routers", "[10.0.0.1, 10.0.0.2]"), (OptionBytes{10, 0, 0, 1, 10, 0, 0, 2}));
  EXPECT_EQ(encode("routers", "10.0.0.1"), (OptionBytes{10, 0, 0, 1}));
  EXPECT_EQ(encode("swap-server", "10.0.0.1"), (OptionBytes{10, 0, 0, 1}));
  EXPECT_EQ(encode("broadcast-address", "255.255.255.255"), (OptionBytes{255, 255, 255, 255}));
  EXPECT_FALSE(encode("swap-server", "[10.0.0.1]"));
  EXPECT_FALSE(encode("routers", "[]"));
  EXPECT_FALSE(encode("routers", "[10.0.0.1, 10.0.0]"));
  EXPECT_FALSE(encode("routers", "[[10.0.0.1]]"));
}

TEST(OptionValue, EncodesAddressesTwoByTwo) {
  EXPECT_EQ(encode("static-routes", "[10.1.0.9, 10.0.0.1]"),
            (OptionBytes{10, 1, 0, 9, 10, 0, 0, 1}));
  EXPECT_FALSE(encode("static-routes", "[10.1.0.9]"));
}

TEST(OptionValue, EncodesNumbersBigEndianWithinTheirRange) {
  EXPECT_EQ(encode("default-ip-ttl", "64"), (OptionBytes{64}));
  EXPECT_EQ(encode("interface-mtu", "9000"), (OptionBytes{0x23, 0x28}));
  EXPECT_EQ(encode("arp-cache-timeout", "1h"), (OptionBytes{0, 0, 0x0e, 0x10}));
  EXPECT_FALSE(encode("default-ip-ttl", "0"));
  EXPECT_FALSE(encode("default-ip-ttl", "256"));
  EXPECT_FALSE(encode("interface-mtu", "67"));
  EXPECT_FALSE(encode("arp-cache-timeout", "3600"));
  EXPECT_FALSE(encode("v6-only-preferred", "299s"));
}

TEST(OptionValue, EncodesListsOfNumbersAndSignedOnes) {
  EXPECT_EQ(encode("path-mtu-plateau-table", "[68, 1500]"), (OptionBytes{0, 68, 5, 0xdc}));
  EXPECT_EQ(encode("path-mtu-plateau-table", "1500"), (OptionBytes{5, 0xdc}));
  EXPECT_FALSE(encode("path-mtu-plateau-table", "[67]"));
  EXPECT_EQ(encode("time-offset", "3600"), (OptionBytes{0, 0, 0x0e, 0x10}));
  EXPECT_EQ(encode("time-offset", "-3600"), (OptionBytes{0xff, 0xff, 0xf1, 0xf0}));
  EXPECT_EQ(encode("time-offset", "-0"), (OptionBytes{0, 0, 0, 0}));
  for (const char* wrong : {"2147483648", "-2147483648", "--1", "-", "1h"}) {
    EXPECT_FALSE(encode("time-offset", wrong)) << wrong;
  }
}

TEST(OptionValue, EncodesOptionsInOptions) {
  EXPECT_EQ(encode("vendor-encapsulated-options", "{1: \"0x0a0b\", 254: abc}"),
            (OptionBytes{1, 2, 10, 11, 254, 3, 'a', 'b', 'c'}));
  EXPECT_EQ(encode("vendor-encapsulated-options", "\"0xf10101\""), (OptionBytes{0xf1, 1, 1}));
  EXPECT_EQ(encode("vivso-suboptions", "{4491: {2: \"0xff\"}}"),
            (OptionBytes{0, 0, 0x11, 0x8b, 3, 2, 1, 0xff}));
  EXPECT_EQ(encode("ipxe", "{189: \"0x01\"}"), (OptionBytes{189, 1, 1, 176, 1, 1}));
  EXPECT_EQ(encode("ipxe", "{176: \"0x00\"}"), (OptionBytes{176, 1, 0}));
  for (const char* wrong : {"{0: a}", "{255: a}", "{x: a}", "{1: 7}", "{}", "{1: [a]}", "[a]"}) {
    EXPECT_FALSE(encode("vendor-encapsulated-options", wrong)) << wrong;
  }
  for (const char* wrong : {"{4294967296: {1: a}}", "{1: a}", "{1: {}}", "abc", "{1: {0: a}}"}) {
    EXPECT_FALSE(encode("vivso-suboptions", wrong)) << wrong;
  }
  // A vendor's options have a length of one byte.
  const std::string half(130, 'a');
  EXPECT_FALSE(encode("vivso-suboptions", "{1: {1: " + half + ", 2: " + half + "}}"));
  EXPECT_TRUE(encode("vivso-suboptions", "{1: {1: " + half + "}, 2: {2: " + half + "}}"));
}

TEST(OptionValue, EncodesTruth) {
  EXPECT_EQ(encode("ip-forwarding", "true"), (OptionBytes{1}));
  EXPECT_EQ(encode("ip-forwarding", "false"), (OptionBytes{0}));
  EXPECT_FALSE(encode("ip-forwarding", "1"));
}

TEST(OptionValue, EncodesText) {
  EXPECT_EQ(encode("root-path", "/srv"), text("/srv"));
  EXPECT_EQ(encode("domain-name", "example.net"), text("example.net"));
  EXPECT_FALSE(encode("domain-name", "exa mple"));
  EXPECT_TRUE(encode("root-path", std::string(255, 'a')));
  EXPECT_FALSE(encode("root-path", std::string(256, 'a')));
  EXPECT_FALSE(encode("root-path", "\"\""));
}

// RFC 3397 with RFC 1035 labels.
TEST(OptionValue, EncodesDomainsAsLabels) {
  EXPECT_EQ(encode("domain-search", "[a.bc, d]"), (OptionBytes{1, 'a', 2, 'b', 'c', 0, 1, 'd', 0}));
  EXPECT_FALSE(encode("domain-search", "[a..b]"));
}

// RFC 3442: only the octets that the length covers.
TEST(OptionValue, EncodesRoutes) {
  EXPECT_EQ(encode("classless-static-route",
                   "[10.0.0.0/8 via 10.9.0.1, 0.0.0.0/0 via 10.9.0.2, 10.17.0.0/17 via 0.0.0.0]"),
            (OptionBytes{8, 10, 10, 9, 0, 1, 0, 10, 9, 0, 2, 17, 10, 17, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(encode("classless-static-route", "[10.0.0.1/8 via 10.9.0.1]"));
  EXPECT_FALSE(encode("classless-static-route", "[10.0.0.0/8]"));
}

TEST(OptionValue, EncodesWhatHasNoName) {
  EXPECT_EQ(encode("unnamed", "0x0a1B"), (OptionBytes{0x0a, 0x1b}));
  EXPECT_EQ(encode("unnamed", "\"5\""), text("5"));
  EXPECT_EQ(encode("unnamed", "abc"), text("abc"));
  EXPECT_FALSE(encode("unnamed", "5"));
  EXPECT_FALSE(encode("unnamed", "-5"));
  EXPECT_FALSE(encode("unnamed", "0x"));
  EXPECT_FALSE(encode("unnamed", "0x0"));
  EXPECT_FALSE(encode("unnamed", "0xzz"));
  EXPECT_FALSE(encode("unnamed", "[1]"));
}

TEST(OptionValue, BoundsLists) {
  std::string many = "[10.0.0.1";
  for (int count = 0; count < 63; ++count) many += ", 10.0.0.1";
  EXPECT_FALSE(encode("routers", many + "]"));  // 256 bytes
}

}  // namespace
}  // namespace stentor::config
