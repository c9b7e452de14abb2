// SPDX-License-Identifier: BSD-3-Clause
// Goal: the client speaks RFC 2131's client of section 4.4 with the PXE options, asks again as
// firmware does, and believes only messages that are for it.
#include "client/dhcp_client.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

#include "dhcp_server_stub.h"

namespace stentor::client {
namespace {

using namespace std::chrono_literals;

constexpr wire::Ipv4Address kServer{0x0a140002};
constexpr wire::Ipv4Address kAddress{0x0a141005};

class DhcpClientTest : public testing::Test {
 protected:
  explicit DhcpClientTest(const DhcpProfile& profile = {})
      : profile_(profile), client_(profile_, {.mac = kTestMac, .uuid = {1, 2, 3}}, 100) {}

  SentMessage start() { return sent(client_.start(now_, out_)); }
  SentMessage sent(const DhcpOutgoing& outgoing) {
    last_ = outgoing;
    return SentMessage{base::Bytes{out_}.first(outgoing.length)};
  }
  // The answer of the server to the message `to`.
  DhcpOutgoing answer(DhcpType type, const SentMessage& to, ReplyFields fields = {}) {
    fields.type = type;
    fields.xid = to.xid();
    fields.address = type == DhcpType::nak ? wire::Ipv4Address{} : kAddress;
    if (fields.server.is_zero()) fields.server = kServer;
    return client_.on_message(make_reply(fields), now_, out_);
  }
  void bind(ReplyFields fields = {}) {
    const SentMessage request = sent(answer(DhcpType::offer, start()));
    answer(DhcpType::ack, request, fields);
    ASSERT_EQ(client_.state(), DhcpState::bound);
  }

  DhcpProfile profile_;
  DhcpClient client_;
  std::array<std::uint8_t, kDhcpMessageBytes> out_{};
  base::Time now_{1h};
  DhcpOutgoing last_;
};

TEST_F(DhcpClientTest, AsksForWhatItWasOffered) {
  const SentMessage discover = start();
  EXPECT_GE(last_.length, 300u);
  EXPECT_TRUE(last_.destination.is_broadcast());
  EXPECT_EQ(discover.option(53), "\1");
  EXPECT_EQ(discover.option(60), "PXEClient:Arch:00000:UNDI:002001");
  EXPECT_EQ(discover.option(93), std::string(2, '\0'));
  EXPECT_EQ(discover.option(94), "\1\3\x10");
  EXPECT_EQ(discover.option(97).size(), 17u);
  EXPECT_EQ(discover.option(77), "");
  const SentMessage request = sent(answer(DhcpType::offer, discover));
  EXPECT_EQ(request.option(53), "\3");
  EXPECT_EQ(request.option(50), std::string("\x0a\x14\x10\x05"));
  EXPECT_EQ(request.option(54), std::string("\x0a\x14\x00\x02", 4));
  EXPECT_EQ(request.xid(), discover.xid());
  EXPECT_EQ(answer(DhcpType::ack, request).length, 0u);
  EXPECT_EQ(client_.state(), DhcpState::bound);
  EXPECT_EQ(client_.address(), kAddress);
  EXPECT_EQ(client_.server(), kServer);
  EXPECT_EQ(client_.deadline(), base::kNever);
}

TEST_F(DhcpClientTest, AsksAgainAfterFourEightSixteenAndThirtyTwoSeconds) {
  start();
  for (const auto pause : {4s, 8s, 16s}) {
    EXPECT_EQ(client_.deadline() - now_, pause);
    now_ = client_.deadline();
    EXPECT_EQ(sent(client_.on_timeout(now_, out_)).option(53), "\1");
  }
  EXPECT_EQ(client_.deadline() - now_, 32s);
  EXPECT_EQ(SentMessage{base::Bytes{out_}}.secs(), 28);
  now_ = client_.deadline();
  EXPECT_EQ(client_.on_timeout(now_, out_).length, 0u);
  EXPECT_EQ(client_.state(), DhcpState::failed);
}

TEST_F(DhcpClientTest, BelievesOnlyMessagesForItself) {
  const SentMessage discover = start();
  ReplyFields offer{
      .type = DhcpType::offer, .xid = discover.xid(), .address = kAddress, .server = kServer};
  ReplyFields other = offer;
  other.xid += 1;
  EXPECT_EQ(client_.on_message(make_reply(other), now_, out_).length, 0u);
  other = offer;
  other.client.bytes[5] ^= 1;
  EXPECT_EQ(client_.on_message(make_reply(other), now_, out_).length, 0u);
  other = offer;
  other.address = {};  // a ProxyDHCP's
  EXPECT_EQ(client_.on_message(make_reply(other), now_, out_).length, 0u);
  EXPECT_EQ(client_.state(), DhcpState::selecting);
  EXPECT_NE(client_.on_message(make_reply(offer), now_, out_).length, 0u);
  // A second offer comes too late.
  EXPECT_EQ(client_.on_message(make_reply(offer), now_, out_).length, 0u);
  ReplyFields ack = offer;
  ack.type = DhcpType::ack;
  ack.server = wire::Ipv4Address{kServer.host() + 1};
  client_.on_message(make_reply(ack), now_, out_);
  EXPECT_EQ(client_.state(), DhcpState::requesting);
}

TEST_F(DhcpClientTest, StartsOverAfterANak) {
  const SentMessage discover = start();
  const SentMessage request = sent(answer(DhcpType::offer, discover));
  const SentMessage again = sent(answer(DhcpType::nak, request));
  EXPECT_EQ(again.option(53), "\1");
  EXPECT_NE(again.xid(), discover.xid());
  EXPECT_EQ(client_.naks(), 1u);
}

TEST_F(DhcpClientTest, NeverRenewsAsFirmware) {
  bind({.lease_seconds = 60});
  EXPECT_EQ(client_.deadline(), base::kNever);
}

TEST_F(DhcpClientTest, ReleasesItsAddress) {
  bind();
  const SentMessage release = sent(client_.release(out_));
  EXPECT_EQ(last_.destination, kServer);
  EXPECT_EQ(release.option(53), "\7");
  EXPECT_EQ(release.ciaddr(), kAddress.host());
  EXPECT_EQ(client_.state(), DhcpState::idle);
}

TEST_F(DhcpClientTest, RenewsAtOnceWhenItIsAsked) {
  // Goal: REQUEST to the server with ciaddr, repeated as the first exchange's, then failure; an ACK
  // makes it bound again.
  bind();
  const SentMessage renewal = sent(client_.renew(now_, out_));
  EXPECT_EQ(client_.state(), DhcpState::renewing);
  EXPECT_EQ(last_.destination, kServer);
  EXPECT_EQ(last_.port, kDhcpServerPort);
  EXPECT_EQ(renewal.ciaddr(), kAddress.host());
  EXPECT_EQ(renewal.option(50), "");
  EXPECT_EQ(client_.deadline() - now_, 4s);
  answer(DhcpType::ack, renewal);
  EXPECT_EQ(client_.state(), DhcpState::bound);
  EXPECT_EQ(client_.deadline(), base::kNever);
  sent(client_.renew(now_, out_));
  for (int retry = 0; retry < 3; ++retry) {
    now_ = client_.deadline();
    EXPECT_NE(sent(client_.on_timeout(now_, out_)).xid(), renewal.xid());
    EXPECT_EQ(last_.destination, kServer);
  }
  now_ = client_.deadline();
  EXPECT_EQ(client_.on_timeout(now_, out_).length, 0u);
  EXPECT_EQ(client_.state(), DhcpState::failed);
}

TEST_F(DhcpClientTest, AsksABootServerAndKeepsItsAddress) {
  // Goal: to port 4011 of the server it is told; an ACK without an address ends it (PXE 2.1).
  EXPECT_EQ(client_.ask_boot_server(kServer, now_, out_).length, 0u);  // not bound yet
  bind();
  constexpr wire::Ipv4Address kBootServer{0x0a140003};
  const SentMessage request = sent(client_.ask_boot_server(kBootServer, now_, out_));
  EXPECT_EQ(client_.state(), DhcpState::asking_boot_server);
  EXPECT_EQ(last_.destination, kBootServer);
  EXPECT_EQ(last_.port, kBootServerPort);
  EXPECT_EQ(request.option(53), "\3");
  EXPECT_EQ(request.ciaddr(), kAddress.host());
  now_ = client_.deadline();
  sent(client_.on_timeout(now_, out_));
  EXPECT_EQ(last_.port, kBootServerPort);
  client_.on_message(
      make_reply({.type = DhcpType::ack, .xid = request.xid(), .server = kBootServer}), now_, out_);
  EXPECT_EQ(client_.state(), DhcpState::bound);
  EXPECT_EQ(client_.address(), kAddress);
  EXPECT_EQ(client_.server(), kServer);
}

class RenewingClientTest : public DhcpClientTest {
 protected:
  RenewingClientTest()
      : DhcpClientTest({.user_class = "iPXE", .wants_broadcast = true, .renews = true}) {}
};

TEST_F(RenewingClientTest, RenewsFromItsServerThenFromAnybodyThenStartsOver) {
  EXPECT_EQ(start().option(77), "iPXE");
  EXPECT_EQ(SentMessage{base::Bytes{out_}}.flags(), 0x8000);
  bind({.lease_seconds = 3600});
  const base::Time bound = now_;
  EXPECT_EQ(client_.deadline() - bound, 1800s);
  now_ = client_.deadline();
  const SentMessage renewal = sent(client_.on_timeout(now_, out_));
  EXPECT_EQ(last_.destination, kServer);
  EXPECT_EQ(renewal.ciaddr(), kAddress.host());
  EXPECT_EQ(renewal.option(50), "");
  EXPECT_EQ(renewal.option(54), "");
  EXPECT_EQ(renewal.flags(), 0);
  EXPECT_EQ(client_.state(), DhcpState::renewing);
  while (client_.state() == DhcpState::renewing) {
    now_ = client_.deadline();
    sent(client_.on_timeout(now_, out_));
  }
  EXPECT_EQ(now_ - bound, 3150s);
  EXPECT_EQ(client_.state(), DhcpState::rebinding);
  EXPECT_TRUE(last_.destination.is_broadcast());
  while (client_.state() == DhcpState::rebinding) {
    now_ = client_.deadline();
    sent(client_.on_timeout(now_, out_));
  }
  EXPECT_EQ(now_ - bound, 3600s);
  EXPECT_EQ(client_.state(), DhcpState::selecting);
}

TEST_F(RenewingClientTest, ExtendsItsLease) {
  bind({.lease_seconds = 3600});
  now_ = client_.deadline();
  const SentMessage renewal = sent(client_.on_timeout(now_, out_));
  answer(DhcpType::ack, renewal, {.lease_seconds = 7200, .renew_seconds = 100});
  EXPECT_EQ(client_.state(), DhcpState::bound);
  EXPECT_EQ(client_.deadline() - now_, 100s);
}

}  // namespace
}  // namespace stentor::client
