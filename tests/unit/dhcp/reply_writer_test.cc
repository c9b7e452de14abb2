// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/reply_writer.h"

#include <gtest/gtest.h>

#include "dhcp/server.h"
#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;

class ReplyWriterTest : public testing::Test {
 protected:
  // A REQUEST with these options; it lives until the next call.
  const Request& request(std::vector<support::DhcpOption> options) {
    support::DhcpSpec spec;
    spec.flags = 0x8000;
    spec.giaddr = "10.0.0.1";
    spec.options = std::move(options);
    spec.options.push_back({53, {3}});
    message_ = dhcp_message(spec);
    request_ = parse_request(message_, joined_).value();
    return request_;
  }

  support::DhcpReply read(std::size_t bytes) {
    return support::read_dhcp_reply({out_.begin(), out_.begin() + static_cast<long>(bytes)})
        .value();
  }

  JoinBuffer joined_;
  DhcpBytes message_;
  Request request_;
  // Not zero, so that a byte which is not written shows.
  DhcpBytes out_ = DhcpBytes(2000, 0xee);
};

TEST_F(ReplyWriterTest, writes_every_byte_of_a_short_reply) {
  // Goal: nothing of an earlier reply in the same buffer leaks to another client.
  ReplyWriter writer(request({}), MessageType::ack, out_);
  const auto bytes = writer.finish();
  ASSERT_EQ(bytes, kReplyBytesMin);
  const auto reply = read(*bytes);
  EXPECT_EQ(reply.op(), 2);
  EXPECT_EQ(reply.xid(), 0x01020304U);
  EXPECT_EQ(reply.flags(), 0x8000);
  EXPECT_EQ(reply.giaddr(), "10.0.0.1");
  EXPECT_EQ(reply.yiaddr(), "0.0.0.0");
  EXPECT_EQ(reply.file(), "");
  EXPECT_TRUE(reply.ended && reply.only_pads_behind);
  EXPECT_EQ(out_[*bytes], 0xee);
  EXPECT_EQ(std::count(out_.begin(), out_.begin() + static_cast<long>(*bytes), 0xee), 0);
}

TEST_F(ReplyWriterTest, obeys_the_clients_limit_to_the_byte) {
  // Goal: the IP datagram is never longer than option 57 says, never held below 576 bytes, and
  // never beyond what a frame of ours carries (RFC 2132 section 9.10).
  const auto longest = [this](std::uint16_t limit) {
    ReplyWriter writer(request({{57, support::number_value(limit, 2)}}), MessageType::ack, out_);
    while (writer.append(DhcpBytes{224, 0})) {
    }
    while (writer.append(DhcpBytes{0})) {
    }
    return *writer.finish();
  };
  EXPECT_EQ(longest(0), 548U);
  EXPECT_EQ(longest(300), 548U);
  EXPECT_EQ(longest(577), 549U);
  EXPECT_EQ(longest(1472), 1444U);
  EXPECT_EQ(longest(65535), kReplyBytesMax);
}

TEST_F(ReplyWriterTest, refuses_a_span_without_room_for_a_reply) {
  // Goal: a short buffer is an error, not an overrun.
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{240}, kReplyBytesMin - 1}) {
    ReplyWriter writer(request({}), MessageType::ack, base::MutableBytes(out_).first(bytes));
    EXPECT_FALSE(writer.ok());
    EXPECT_FALSE(writer.append(DhcpBytes{1, 0}));
    EXPECT_FALSE(writer.finish());
  }
  ReplyWriter writer(request({}), MessageType::ack, base::MutableBytes(out_).first(kReplyBytesMin));
  EXPECT_EQ(writer.finish(), kReplyBytesMin);
}

TEST_F(ReplyWriterTest, fails_if_a_required_option_does_not_fit) {
  // Goal: a reply is whole or there is none; an optional one is just left out.
  ReplyWriter writer(request({}), MessageType::ack, out_);
  EXPECT_FALSE(writer.append_text(67, std::string(255, 'x')));
  writer.require(61, DhcpBytes(200, 1));
  EXPECT_TRUE(writer.ok());
  EXPECT_FALSE(writer.append(DhcpBytes(200, 1)));
  EXPECT_TRUE(writer.ok());
  writer.require(61, DhcpBytes(200, 1));
  EXPECT_FALSE(writer.ok());
  EXPECT_FALSE(writer.finish());
}

TEST_F(ReplyWriterTest, splits_long_values_and_keeps_empty_ones) {
  // Goal: 255 bytes an instance (RFC 3396 section 5); a value of no bytes still is an option.
  ReplyWriter writer(request({{57, {5, 192}}}), MessageType::ack, out_);
  writer.require(61, DhcpBytes(256, 7));
  writer.require(12, DhcpBytes{});
  const auto reply = read(*writer.finish());
  ASSERT_EQ(reply.options.size(), 4U);
  EXPECT_EQ(reply.options[1].value, DhcpBytes(255, 7));
  EXPECT_EQ(reply.options[2].code, 61);
  EXPECT_EQ(reply.options[2].value, DhcpBytes(1, 7));
  EXPECT_EQ(reply.find(12), DhcpBytes{});
}

TEST_F(ReplyWriterTest, keeps_room_for_the_relays_information_of_any_length) {
  // Goal: options 82 of 1 to 300 bytes come back last and as they were (RFC 3046 section 2.1).
  for (std::size_t length = 1; length <= 300; ++length) {
    std::vector<support::DhcpOption> options;
    for (std::size_t left = length; left > 0;) {
      const std::size_t part = std::min<std::size_t>(left, 255);
      options.push_back({82, DhcpBytes(part, 9)});
      left -= part;
    }
    ReplyWriter writer(request(std::move(options)), MessageType::ack, out_);
    if (!writer.ok()) {
      EXPECT_GT(length, 296U);
      continue;
    }
    while (writer.append(DhcpBytes{224, 1, 1})) {
    }
    const auto reply = read(*writer.finish());
    EXPECT_LE(reply.bytes.size(), 548U);
    std::size_t echoed = 0;
    for (const auto& option : reply.options) echoed += option.code == 82 ? option.value.size() : 0;
    EXPECT_EQ(echoed, length);
    EXPECT_EQ(reply.options.back().code, 82);
  }
}

TEST_F(ReplyWriterTest, lets_policy_add_nothing_that_the_server_decides) {
  // Goal: a configured lease time, identifier or relay option cannot double the server's own.
  const ReplyWriter writer(request({}), MessageType::ack, out_);
  for (const int code : {0, 50, 51, 52, 53, 55, 57, 58, 59, 61, 82, 97, 255}) {
    EXPECT_TRUE(writer.has(static_cast<std::uint8_t>(code))) << code;
  }
  EXPECT_FALSE(writer.has(3));
}

TEST_F(ReplyWriterTest, fills_file_and_sname_with_what_finds_no_room) {
  // Goal: whole options, an END in each field that has any, and option 52 says which.
  const auto fill = [this](const char* name, bool settled, const Quirks& quirks) {
    std::ranges::fill(out_, 0xee);
    ReplyWriter writer(request({}), MessageType::ack, out_, quirks);
    if (*name != 0) writer.header().file[0] = 'f';
    if (settled) writer.settle_header();
    DhcpBytes option{224, 60};
    option.resize(62, 0x2a);
    int written = 0;
    while (writer.append(option)) ++written;
    EXPECT_LE(*writer.finish(), 548u);
    return written;
  };
  EXPECT_EQ(fill("", false, kUsualQuirks), 4);
  EXPECT_EQ(fill("", true, kUsualQuirks), 4 + 2 + 1);
  EXPECT_EQ(out_[108], 224);
  EXPECT_EQ(out_[108 + 124], 255);
  EXPECT_EQ(out_[44], 224);
  EXPECT_EQ(out_[44 + 62], 255);
  EXPECT_EQ(read(548).find(52), DhcpBytes{3});
  EXPECT_EQ(fill("f", true, kUsualQuirks), 4 + 1) << "a name stays";
  EXPECT_EQ(read(548).find(52), DhcpBytes{2});
  Quirks never;
  never.may_overload = false;
  EXPECT_EQ(fill("", true, never), 4);
  EXPECT_EQ(out_[108], 0);
}

TEST_F(ReplyWriterTest, moves_no_byte_out_of_its_option) {
  // Goal: options come first in the order asked for, split ones whole, and all others stay.
  Quirks quirks;
  quirks.first = {224, 3, 99};
  quirks.first_count = 3;
  ReplyWriter writer(request({{57, support::number_value(1472, 2)}}), MessageType::ack, out_,
                     quirks);
  writer.require(54, wire::Ipv4Address{0x0a000001});
  writer.require(3, wire::Ipv4Address{0x0a000002});
  const DhcpBytes split(300, 7);
  writer.require(224, split);
  const auto reply = read(*writer.finish());
  std::vector<int> codes;
  for (const auto& option : reply.options) codes.push_back(option.code);
  EXPECT_EQ(codes, (std::vector<int>{53, 224, 224, 3, 54}));
}

TEST_F(ReplyWriterTest, sends_nothing_that_is_suppressed) {
  // Goal: neither what policy adds nor what every reply has; the room stays for others.
  Quirks quirks;
  quirks.suppressed.set(61).set(67).set(224);
  ReplyWriter writer(request({}), MessageType::ack, out_, quirks);
  writer.require(61, DhcpBytes(250, 1));
  EXPECT_FALSE(writer.append_text(67, "file"));
  EXPECT_FALSE(writer.append(DhcpBytes{224, 1, 1}));
  writer.require(225, DhcpBytes(250, 1));
  const auto reply = read(*writer.finish());
  EXPECT_EQ(reply.options.size(), 2u);
}

}  // namespace
}  // namespace stentor::dhcp
