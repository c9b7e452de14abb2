// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;
using support::DhcpSpec;
using testing::ElementsAre;

// Parses with a buffer that lives as long as the test program.
wire::Parsed<Options> parse(const DhcpBytes& message) {
  static JoinBuffer joined;
  return parse_options(message, joined);
}

DhcpSpec with(std::vector<support::DhcpOption> options) {
  DhcpSpec spec;
  spec.options = std::move(options);
  return spec;
}

TEST(OptionWalk, ends_at_end_and_skips_pads) {
  // Goal: pads and what stands behind END are no options (RFC 2132 sections 3.1, 3.2).
  const DhcpBytes field{0, 0, 12, 2, 'a', 'b', 0, 53, 1, 3, 255, 1, 4};
  OptionWalk walk(field);
  const auto first = walk.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->code, 12);
  EXPECT_THAT(first->value, ElementsAre('a', 'b'));
  EXPECT_EQ(walk.next()->code, 53);
  EXPECT_FALSE(walk.next());
  EXPECT_FALSE(walk.next());
  EXPECT_TRUE(walk.ok());
}

TEST(OptionWalk, does_without_an_end) {
  // Goal: some clients leave END out (FEATURES c1, quirk 22).
  const DhcpBytes field{53, 1, 1};
  OptionWalk walk(field);
  EXPECT_TRUE(walk.next());
  EXPECT_FALSE(walk.next());
  EXPECT_TRUE(walk.ok());
}

TEST(OptionWalk, refuses_an_option_that_runs_past_the_field) {
  // Goal: every length is checked; a code without a length byte is no option either.
  for (const DhcpBytes& field : {DhcpBytes{53, 2, 1}, DhcpBytes{53}, DhcpBytes{0, 0, 61, 255, 1}}) {
    OptionWalk walk(field);
    EXPECT_FALSE(walk.next());
    EXPECT_FALSE(walk.ok());
    EXPECT_FALSE(walk.next());
  }
}

TEST(ParseOptions, reads_each_option_into_its_field) {
  // Goal: no option lands in another's field.
  const DhcpBytes message = dhcp_message(with({{53, {3}},
                                               {50, {10, 0, 0, 1}},
                                               {54, {10, 0, 0, 2}},
                                               {51, {0, 0, 14, 16}},
                                               {55, {1, 3}},
                                               {57, {5, 192}},
                                               {12, {'h'}},
                                               {60, {'v'}},
                                               {61, {'c'}},
                                               {77, {'u'}},
                                               {82, {'r'}},
                                               {93, {0, 7}},
                                               {97, DhcpBytes(17, 0)},
                                               {175, {'i'}}}));
  const auto options = parse(message);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->type, MessageType::request);
  EXPECT_EQ(options->requested_address, wire::Ipv4Address{0x0a000001});
  EXPECT_EQ(options->server_identifier, wire::Ipv4Address{0x0a000002});
  EXPECT_EQ(options->lease_seconds, 3600U);
  EXPECT_EQ(options->message_bytes_max, 1472);
  EXPECT_THAT(options->parameter_list, ElementsAre(1, 3));
  EXPECT_THAT(options->hostname, ElementsAre('h'));
  EXPECT_THAT(options->vendor_class, ElementsAre('v'));
  EXPECT_THAT(options->client_identifier, ElementsAre('c'));
  EXPECT_THAT(options->user_class, ElementsAre('u'));
  EXPECT_THAT(options->relay_agent, ElementsAre('r'));
  EXPECT_THAT(options->architectures, ElementsAre(0, 7));
  EXPECT_EQ(options->uuid.size(), 17U);
  EXPECT_THAT(options->ipxe, ElementsAre('i'));
}

TEST(ParseOptions, joins_what_repeats) {
  // Goal: the instances of an option are one value, in order, also when others stand between
  // (RFC 3396 section 7).
  const DhcpBytes message =
      dhcp_message(with({{61, {1, 2}}, {12, {'a'}}, {61, {3}}, {12, {'b'}}, {61, {4}}}));
  const auto options = parse(message);
  ASSERT_TRUE(options);
  EXPECT_THAT(options->client_identifier, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(options->hostname, ElementsAre('a', 'b'));
}

TEST(ParseOptions, takes_the_first_of_repeated_fixed_options) {
  // Goal: a second address does not make the first one malformed.
  const DhcpBytes message =
      dhcp_message(with({{53, {1}}, {53, {3}}, {50, {10, 0, 0, 1}}, {50, {10, 0, 0, 2}}}));
  const auto options = parse(message);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->type, MessageType::discover);
  EXPECT_EQ(options->requested_address, wire::Ipv4Address{0x0a000001});
}

TEST(ParseOptions, gives_up_on_more_repeats_than_it_has_room_for) {
  // Goal: a hostile message cannot make the server copy for ever.
  std::vector<support::DhcpOption> many(40, {61, DhcpBytes(200, 1)});
  EXPECT_FALSE(parse(dhcp_message(with(many))));
}

TEST(ParseOptions, reads_overloaded_fields_file_first) {
  // Goal: option 52 says which fields hold options, `file` before `sname` (RFC 2131 section 4.1).
  DhcpSpec spec = with({{52, {3}}, {61, {1}}});
  spec.file = {61, 1, 2, 255};
  spec.sname = {61, 1, 3, 53, 1, 1, 255};
  const DhcpBytes message = dhcp_message(spec);
  const auto options = parse(message);
  ASSERT_TRUE(options);
  EXPECT_THAT(options->client_identifier, ElementsAre(1, 2, 3));
  EXPECT_EQ(options->type, MessageType::discover);
}

TEST(ParseOptions, leaves_fields_alone_that_are_not_overloaded) {
  // Goal: a file name is not taken for options; option 52 inside a field starts no second round.
  DhcpSpec spec = with({{53, {1}}, {52, {1}}});
  spec.file = {52, 1, 3, 255};
  spec.sname = {61, 200};
  const auto options = parse(dhcp_message(spec));
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->client_identifier.empty());
}

TEST(ParseOptions, refuses_an_overloaded_field_that_is_not_well_formed) {
  // Goal: the bounds of each field are its own.
  DhcpSpec spec = with({{53, {1}}, {52, {2}}});
  spec.sname = DhcpBytes(64, 61);
  EXPECT_FALSE(parse(dhcp_message(spec)));
}

TEST(ParseOptions, ignores_a_uuid_that_is_none) {
  // Goal: ROMs send option 97 empty or of another type (FEATURES c1, quirk 10).
  for (DhcpBytes value : {DhcpBytes{}, DhcpBytes(16, 0), DhcpBytes(17, 1), DhcpBytes(18, 0)}) {
    const DhcpBytes message = dhcp_message(with({{53, {1}}, {97, value}}));
    const auto options = parse(message);
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->uuid.empty());
  }
}

TEST(UserClass, is_read_raw_and_in_the_standard_form) {
  // Goal: iPXE sends "iPXE" bare, RFC 3004 wants each item behind its length.
  const auto names = [](DhcpBytes value) {
    return names_user_class(value, base::as_bytes("iPXE"));
  };
  EXPECT_TRUE(names({'i', 'P', 'X', 'E'}));
  EXPECT_TRUE(names({4, 'i', 'P', 'X', 'E'}));
  EXPECT_TRUE(names({1, 'x', 4, 'i', 'P', 'X', 'E'}));
  EXPECT_FALSE(names({}));
  EXPECT_FALSE(names({4, 'i', 'P', 'X'}));
  EXPECT_FALSE(names({0, 4, 'i', 'P', 'X', 'E'}));
  EXPECT_FALSE(names({'i', 'P', 'X', 'E', '2'}));
}

TEST(Architectures, are_a_list_and_absent_means_bios) {
  // Goal: option 93 may hold several codes (RFC 4578 section 2.1); an odd last byte is none.
  const DhcpBytes list{0, 7, 0, 9, 0};
  EXPECT_TRUE(lists_architecture(list, 7));
  EXPECT_TRUE(lists_architecture(list, 9));
  EXPECT_FALSE(lists_architecture(list, 0));
  EXPECT_TRUE(lists_architecture({}, 0));
  EXPECT_FALSE(lists_architecture({}, 7));
}

}  // namespace
}  // namespace stentor::dhcp
