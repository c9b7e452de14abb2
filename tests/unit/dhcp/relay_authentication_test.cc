// SPDX-License-Identifier: BSD-3-Clause
// Goal: of a relay agent with keys what is not proved by one of them, or was heard before, has no
// answer, and each answer is proved to it (RFC 4030). The hash here is not the server's.
#include "dhcp/relay_authentication.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "digest/hmac_sha1.h"
#include "support/relay_proof.h"
#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;
using support::DhcpSpec;
using support::prove;
using support::proved_message;
using support::relay_mac_at;
using support::RelayProof;
using support::sub_option_of;
using wire::DropReason;

const DhcpBytes kNextSecret(64, 0x32);
constexpr std::uint32_t kNextId = 0xfffffff0;

config::Settings settings_with_keys() {
  config::Settings settings = support::example_settings();
  auto& relays = settings.dhcp.relays.emplace();
  for (const char* address : {"10.21.0.1", "10.23.0.1", "10.24.0.1"}) {
    relays.push_back({support::address(address), {}});
    relays.back().leasequery = true;
    relays.back().keys = {{support::kRelayKeyId, support::kRelaySecret}, {kNextId, kNextSecret}};
  }
  relays[1].keys.clear();
  return settings;
}

DhcpSpec spec_of(std::uint8_t type, std::uint8_t client = 1, const char* giaddr = "10.21.0.1") {
  DhcpSpec spec;
  spec.giaddr = giaddr;
  spec.chaddr = {0x52, 0x54, 0, 0, 1, client};
  if (type != 0) spec.options = {{53, {type}}};
  return spec;
}

class RelayAuthentication : public testing::Test {
 protected:
  RelayAuthentication() {
    arrival_.destination = support::address("10.20.0.2");
    arrival_.source = support::address("10.21.0.1");
    arrival_.source_port = 67;
  }

  std::string_view outcome(const DhcpBytes& message) {
    decision_ = server_.answer(message, arrival_);
    const auto* reason = std::get_if<DropReason>(&decision_);
    return reason == nullptr ? "answered" : wire::describe(*reason).name;
  }

  // The answer; it must be proved by `secret`, and be for the agent.
  support::DhcpReply reply_to(const DhcpBytes& message,
                              const DhcpBytes& secret = support::kRelaySecret) {
    EXPECT_EQ(outcome(message), "answered");
    const auto* reply = std::get_if<Reply>(&decision_);
    if (reply == nullptr) return {DhcpBytes(300), {}};
    support::DhcpReply read = server_.read(*reply).value();
    EXPECT_TRUE(support::is_proved(read.bytes, secret));
    EXPECT_EQ(read.options.back().code, 82);
    EXPECT_EQ(reply->destination, wire::Ipv4Address{read.number_at(24, 4)});
    return read;
  }

  static std::uint64_t value_of(const support::DhcpReply& reply) {
    const std::size_t at = relay_mac_at(reply.bytes) - 16;
    return std::uint64_t{reply.number_at(at, 4)} << 32 | reply.number_at(at + 4, 4);
  }

  const digest::HmacSha1 hmac_;
  RelayGuard guard_{hmac_, 5000};
  support::DhcpFixture server_{settings_with_keys(), &guard_};
  Arrival arrival_ = support::DhcpFixture::arrival();
  Decision decision_;
};

TEST_F(RelayAuthentication, AnswersWhatIsProvedAndProvesTheAnswer) {
  // Goal: section 11.2: sub-option 8 is the server's own, all else of option 82 as it came.
  const auto offer = reply_to(proved_message(spec_of(kDiscover), {.relay_identifier = 0x01020304}));
  EXPECT_EQ(type_of(offer), kOffer);
  EXPECT_EQ(offer.giaddr(), "10.21.0.1");
  const DhcpBytes echoed = offer.find(82).value();
  ASSERT_EQ(echoed.size(), 4 + 2 + support::kRelayProofBytes + 3);
  EXPECT_EQ(DhcpBytes(echoed.begin(), echoed.begin() + 8),
            (DhcpBytes{1, 2, 'c', '1', 8, 38, 1, 1}));
  EXPECT_EQ(DhcpBytes(echoed.end() - 3, echoed.end()), (DhcpBytes{151, 1, 9}));
  EXPECT_EQ(offer.number_at(relay_mac_at(offer.bytes) - 8, 4), 0u)
      << "section 6: a server has none";
  EXPECT_EQ(offer.number_at(relay_mac_at(offer.bytes) - 4, 4), support::kRelayKeyId);
  EXPECT_EQ(value_of(offer), 5000u);
  // Section 8.1: greater than any before.
  EXPECT_EQ(value_of(reply_to(proved_message(spec_of(kDiscover, 2)))), 5001u);
}

TEST_F(RelayAuthentication, ProvesEveryKindOfAnswer) {
  // Goal: NAK, BOOTP, ProxyDHCP and leasequery answers too.
  DhcpSpec request = spec_of(kRequest);
  request.options.push_back({50, support::address_value("10.99.0.1")});
  EXPECT_EQ(type_of(reply_to(proved_message(request))), kNak);
  DhcpSpec query = spec_of(10, 0);
  query.htype = query.hlen = 0;
  query.chaddr = {};
  query.ciaddr = "10.21.16.10";
  EXPECT_EQ(type_of(reply_to(proved_message(query))), 11);
  DhcpSpec rom = spec_of(kDiscover, 3, "10.24.0.1");
  rom.options.push_back({60, support::text_value("PXEClient:Arch:00000:UNDI:002001")});
  EXPECT_EQ(reply_to(proved_message(rom)).yiaddr(), "0.0.0.0");

  config::Settings settings = settings_with_keys();
  settings.dhcp.bootp_dynamic = true;
  support::DhcpFixture server(settings, &guard_);
  DhcpSpec bootp = spec_of(0, 4);
  DhcpBytes message = proved_message(bootp);
  message.resize(350);
  prove(message, support::kRelaySecret);
  const auto decision = server.answer(message, arrival_);
  const auto reply = server.read(std::get<Reply>(decision)).value();
  EXPECT_TRUE(support::is_proved(reply.bytes));
}

TEST_F(RelayAuthentication, RefusesWhatIsNotProved) {
  // Goal: section 9.1: no proof, one by another secret, by a key that the agent has not, of another
  // algorithm or method (section 9.2).
  const DhcpSpec spec = spec_of(kDiscover);
  DhcpSpec plain = spec;
  EXPECT_EQ(outcome(dhcp_message(plain)), "dhcp_relay_not_authentic");
  plain.options.push_back({82, {1, 2, 'c', '1'}});
  EXPECT_EQ(outcome(dhcp_message(plain)), "dhcp_relay_not_authentic");
  const RelayProof wrong[] = {{.secret = DhcpBytes(20, 0x30)},
                              {.secret = kNextSecret},
                              {.id = support::kRelayKeyId + 1},
                              {.algorithm = 0},
                              {.algorithm = 2},
                              {.method = 0},
                              {.method = 2}};
  for (const RelayProof& proof : wrong) {
    EXPECT_EQ(outcome(proved_message(spec, proof)), "dhcp_relay_not_authentic")
        << proof.id << ' ' << proof.algorithm << ' ' << proof.method;
  }
  // Section 4: four bits are reserved, and must not be used.
  EXPECT_EQ(outcome(proved_message(spec, {.method = 0xf1})), "answered");
}

TEST_F(RelayAuthentication, RefusesAnotherForm) {
  // Goal: a sub-option of another length, two of them, an option in two pieces, an endless message.
  for (const std::size_t bytes : {0u, 17u, 37u, 39u}) {
    DhcpSpec spec = spec_of(kDiscover);
    DhcpBytes value{8, static_cast<std::uint8_t>(bytes)};
    value.resize(2 + bytes, 1);
    spec.options.push_back({82, value});
    EXPECT_EQ(outcome(dhcp_message(spec)), "dhcp_relay_not_authentic") << bytes;
  }
  DhcpSpec twice = spec_of(kDiscover);
  DhcpBytes value{1, 2, 'c', '1'};
  support::append_bytes(value, sub_option_of({}));
  support::append_bytes(value, sub_option_of({}));
  twice.options.push_back({82, value});
  DhcpBytes message = dhcp_message(twice);
  prove(message, support::kRelaySecret);
  EXPECT_EQ(outcome(message), "dhcp_relay_not_authentic");
  DhcpSpec pieces = spec_of(kDiscover);
  pieces.options.push_back({82, {2, 1, 'r'}});
  EXPECT_EQ(outcome(proved_message(pieces)), "dhcp_relay_not_authentic");
  message = proved_message(spec_of(kDiscover));
  message.resize(kMacTextBytesMax);
  prove(message, support::kRelaySecret);
  EXPECT_EQ(outcome(message), "answered");
  message.push_back(0);
  prove(message, support::kRelaySecret);
  EXPECT_EQ(outcome(message), "dhcp_relay_not_authentic");
}

TEST_F(RelayAuthentication, CoversEveryByteButThoseThatMayChange) {
  // Goal: section 7: whatever else is changed on the way, there is no answer; hops may be.
  const DhcpBytes right = proved_message(spec_of(kDiscover));
  for (std::size_t at = 0; at < right.size(); ++at) {
    if (at >= 24 && at < 28) continue;  // giaddr: below
    DhcpBytes changed = right;
    changed[at] ^= 0x10;
    if (at == 3) continue;
    EXPECT_NE(outcome(changed), "answered") << at;
  }
  DhcpBytes longer = right;
  longer.push_back(0);
  EXPECT_EQ(outcome(longer), "dhcp_relay_not_authentic");
  DhcpBytes forwarded = right;
  forwarded[3] = 2;
  reply_to(forwarded);
}

TEST_F(RelayAuthentication, KnowsTheAgentByGiaddrWhichAnotherMayHaveSet) {
  // Goal: sections 6 and 7: giaddr is not covered, and says whose keys and values count.
  DhcpBytes message = proved_message(spec_of(kDiscover, 1, "0.0.0.0"));
  std::ranges::copy(support::address_value("10.21.0.1"), message.begin() + 24);
  reply_to(message);
  std::ranges::copy(support::address_value("10.23.0.1"), message.begin() + 24);
  EXPECT_EQ(outcome(message), "answered") << "this one has no keys";
}

TEST_F(RelayAuthentication, RefusesWhatWasHeard) {
  // Goal: section 5; and a value that no hash proves changes nothing (section 9.2).
  const DhcpBytes discover = proved_message(spec_of(kDiscover), {.value = 1000});
  EXPECT_EQ(outcome(proved_message(spec_of(kDiscover), {.value = 9000, .secret = kNextSecret})),
            "dhcp_relay_not_authentic");
  reply_to(discover);
  EXPECT_EQ(outcome(discover), "dhcp_relay_replayed");
  EXPECT_EQ(outcome(proved_message(spec_of(kDiscover), {.value = 999})), "dhcp_relay_replayed");
  EXPECT_EQ(outcome(proved_message(spec_of(kDiscover, 2), {.value = 998})), "answered")
      << "overtaken";
  reply_to(proved_message(spec_of(kDiscover), {.value = 1001}));
}

TEST_F(RelayAuthentication, TakesEachOfTheAgentsKeys) {
  // Goal: keys are rolled over while the agent runs: the answer has the key of the message.
  reply_to(proved_message(spec_of(kDiscover), {.value = 1}));
  const auto offer = reply_to(
      proved_message(spec_of(kDiscover), {.value = 2, .id = kNextId, .secret = kNextSecret}),
      kNextSecret);
  EXPECT_EQ(offer.number_at(relay_mac_at(offer.bytes) - 4, 4), kNextId);
}

TEST_F(RelayAuthentication, EchoesWhatAnAgentWithoutKeysSends) {
  // Goal: what is not to be processed (section 9.1) is an unknown sub-option: RFC 3046 section 2.2.
  const DhcpBytes message =
      proved_message(spec_of(kDiscover, 1, "10.23.0.1"), {.secret = DhcpBytes(20, 9)});
  EXPECT_EQ(outcome(message), "answered");
  const auto offer = server_.read(std::get<Reply>(decision_)).value();
  EXPECT_TRUE(std::ranges::equal(
      offer.find(82).value(),
      std::span(message).last(4 + 2 + support::kRelayProofBytes + 3 + 1).first(47)));
  EXPECT_EQ(outcome(message), "answered") << "no value of it counts";
}

TEST_F(RelayAuthentication, RemembersOverAReload) {
  // Goal: the next policy knows what the one before heard, and says more than it said.
  const DhcpBytes discover = proved_message(spec_of(kDiscover));
  EXPECT_EQ(value_of(reply_to(discover)), 5000u);
  support::DhcpFixture reloaded(settings_with_keys(), &guard_);
  EXPECT_EQ(std::get<DropReason>(reloaded.answer(discover, arrival_)),
            DropReason::dhcp_relay_replayed);
  const auto later = reloaded.answer(proved_message(spec_of(kDiscover), {.value = 1001}), arrival_);
  EXPECT_EQ(value_of(reloaded.read(std::get<Reply>(later)).value()), 5001u);
}

TEST_F(RelayAuthentication, AnswersAMessageThatWasParked) {
  // Goal: it was heard when it came; that it is brought again is no replay. Its proof still counts.
  const DhcpBytes discover = proved_message(spec_of(kDiscover));
  reply_to(discover);
  const Resumed resumed;
  arrival_.resumed = &resumed;
  reply_to(discover);
  DhcpBytes changed = discover;
  changed.back() = 0;
  EXPECT_EQ(outcome(changed), "dhcp_relay_not_authentic");
}

TEST_F(RelayAuthentication, BelievesNobodyWithoutAGuard) {
  // Goal: a policy that nobody gave a hash does not take a relay with keys for one without.
  support::DhcpFixture server(settings_with_keys());
  EXPECT_EQ(std::get<DropReason>(server.answer(proved_message(spec_of(kDiscover)), arrival_)),
            DropReason::dhcp_relay_not_authentic);
}

}  // namespace
}  // namespace stentor::dhcp
