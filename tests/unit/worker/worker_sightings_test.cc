// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a worker tells of clients is what happened to them, when it has happened, and a lane
// that nobody reads costs nothing but a count.
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using sighting::Seen;
using sighting::Sighting;
using sighting::Speaker;
using support::DhcpReply;

constexpr wire::MacAddress kSightedMac{{0x52, 0x54, 0x00, 0x12, 0x34, 0x07}};

class WorkerSightingsTest : public WorkerTest {
 protected:
  // What the worker has told since.
  std::vector<Sighting> take() {
    std::vector<Sighting> seen(sighting::Lane::kSlots);
    seen.resize(rig->worker().sightings().pop(seen));
    return seen;
  }
  std::vector<Seen> kinds() {
    std::vector<Seen> kinds;
    for (const Sighting& each : take()) kinds.push_back(each.glimpse.seen);
    return kinds;
  }

  // The address in the answer; 0 without one.
  std::uint32_t ask(std::vector<support::DhcpOption> options, std::uint32_t ciaddr = 0) {
    support::DhcpSpec spec;
    spec.chaddr = {kSightedMac.bytes.begin(), kSightedMac.bytes.end()};
    spec.ciaddr = support::address_text(ciaddr);
    spec.options = std::move(options);
    rig->port().queue(0).put(
        support::udp_frame({.destination = support::kBroadcastMac},
                           {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                           support::dhcp_message(spec)));
    rig->poll(now);
    const auto frame = rig->port().take();
    if (!frame) return 0;
    const auto reply = support::read_dhcp_reply({frame->begin() + 42, frame->end()});
    return reply ? reply->number_at(16, 4) : 0;
  }
  std::uint32_t request(std::uint32_t address) {
    return ask({{53, {3}},
                {54, support::address_value("10.20.0.2")},
                {50, support::number_value(address, 4)}});
  }
  // Of the transfer that `replies` are of.
  std::vector<TftpReply> acknowledge(const std::vector<TftpReply>& replies, std::uint16_t block) {
    return send(support::tftp_ack(block), replies.at(0).source_port);
  }
};

TEST_F(WorkerSightingsTest, TellsOfAnAddressFromItsOfferToItsRelease) {
  start();
  const std::uint32_t address = ask({{53, {1}}, {60, support::text_value("PXEClient")}});
  auto seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].at, now);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::offered);
  EXPECT_EQ(seen[0].glimpse.speaker, Speaker::firmware);
  EXPECT_EQ(seen[0].glimpse.mac, kSightedMac);
  EXPECT_EQ(seen[0].glimpse.address.host(), address);

  request(address);
  seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::bound);
  EXPECT_EQ(seen[0].glimpse.speaker, Speaker::system);

  ask({{53, {3}}}, address);
  EXPECT_EQ(kinds(), std::vector{Seen::renewed});
  ask({{53, {7}}, {54, support::address_value("10.20.0.2")}}, address);
  seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::released);
  EXPECT_EQ(seen[0].glimpse.address.host(), address);
}

TEST_F(WorkerSightingsTest, TellsWhyNobodyAnswered) {
  start();
  ask({{53, {3}}, {54, support::address_value("10.20.0.99")}, {50, {10, 20, 16, 9}}});
  const auto seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::unanswered);
  EXPECT_EQ(seen[0].glimpse.reason,
            static_cast<std::uint16_t>(wire::DropReason::dhcp_other_server));
  EXPECT_EQ(seen[0].glimpse.address.text().view(), "10.20.16.9");
}

TEST_F(WorkerSightingsTest, TellsOfALeaseWhenItsAckLeaves) {
  std::vector<lease::LeaseChange> slots(64);
  store::Lane lane(slots);
  std::atomic<bool> failing{false};
  start({.yaml = support::kOneNetworkConfig, .stores = {{.lane = &lane, .is_failing = &failing}}});
  const std::uint32_t address = ask({{53, {1}}});
  EXPECT_EQ(kinds(), std::vector{Seen::offered});
  request(address);
  EXPECT_EQ(kinds(), std::vector<Seen>{});
  lane.set_committed(1);
  rig->poll(now);
  EXPECT_EQ(kinds(), std::vector{Seen::bound});

  request(address);
  lane.set_failed(2);
  rig->poll(now);
  const auto seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::unanswered);
  EXPECT_EQ(seen[0].glimpse.reason,
            static_cast<std::uint16_t>(wire::DropReason::dhcp_store_failing));
}

TEST_F(WorkerSightingsTest, TellsOfATransferAtItsBeginAndItsEnd) {
  start();
  const auto first = send(support::tftp_request("file"));
  auto seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::begun);
  EXPECT_FALSE(seen[0].glimpse.mac.is_zero());
  EXPECT_EQ(seen[0].port, client_port);
  EXPECT_EQ(seen[0].file(), "file");
  EXPECT_EQ(seen[0].file_bytes, 1500u);
  for (std::uint16_t block = 1; block <= 3; ++block) acknowledge(first, block);
  seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::completed);
  EXPECT_EQ(seen[0].file(), "file");
  EXPECT_EQ(seen[0].bytes, 1500u);
}

TEST_F(WorkerSightingsTest, TellsHowFarASilentClientHasCome) {
  start();
  const auto first = send(support::tftp_request("file"));
  acknowledge(first, 1);
  take();
  const base::Time heard = now;
  wait(3s);
  const auto seen = take();
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen[0].glimpse.seen, Seen::progressed);
  EXPECT_EQ(seen[0].bytes, 512u);
  EXPECT_LT(seen[0].at - heard, 1ms);
  for (int i = 0; i < 40; ++i) wait(5s);
  EXPECT_EQ(kinds().back(), Seen::given_up);
}

TEST_F(WorkerSightingsTest, TellsOfARunningTransferOnceASecond) {
  start({.images = {{"file", support::patterned(200 * 512)}}});
  const auto first = send(support::tftp_request("file"));
  take();
  std::size_t told = 0;
  for (std::uint16_t block = 1; block <= 100; ++block) {
    now += 50ms;
    acknowledge(first, block);
    told += take().size();
  }
  EXPECT_GE(told, 4u);
  EXPECT_LE(told, 5u);
}

TEST_F(WorkerSightingsTest, TellsWhatWasAskedForInVain) {
  start();
  send(support::tftp_request("absent.efi"));
  const auto seen = take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].glimpse.seen, Seen::denied);
  EXPECT_EQ(seen[0].glimpse.reason, static_cast<std::uint16_t>(tftp::Refusal::file_not_found));
  EXPECT_EQ(seen[0].file(), "absent.efi");
}

TEST_F(WorkerSightingsTest, CountsWhatFindsNoRoom) {
  start();
  for (std::size_t i = 0; i < sighting::Lane::kSlots + 3; ++i) {
    send(support::tftp_request("absent"));
  }
  EXPECT_EQ(rig->total(&Counters::sightings_lost), 3u);
  EXPECT_EQ(take().size(), sighting::Lane::kSlots);
  send(support::tftp_request("absent"));
  EXPECT_EQ(take().size(), 1u);
}

}  // namespace
}  // namespace stentor::worker
