// SPDX-License-Identifier: BSD-3-Clause
// Goal: an ACK leaves once its lease is on disk, and not before; while nothing reaches the disk,
// nobody is promised more than it holds already (DESIGN section 5). The test is the store.
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using lease::State;
using support::DhcpReply;
using wire::DropReason;

constexpr std::uint8_t kOffer = 2;
constexpr std::uint8_t kAck = 5;
constexpr std::uint8_t kNak = 6;

std::uint8_t type_of(const DhcpReply& reply) {
  const auto value = reply.find(53);
  return value ? value->at(0) : 0;
}

std::uint32_t lease_seconds(const DhcpReply& reply) {
  const auto value = reply.find(51);
  return value ? DhcpReply{*value, {}}.number_at(0, 4) : 0;
}

class WorkerStoreTest : public WorkerTest {
 protected:
  void start_with_store(bool waits = true, std::size_t slots = 64,
                        std::string yaml = support::kOneNetworkConfig) {
    slots_.resize(slots);
    lane.emplace(slots_);
    start({.yaml = std::move(yaml),
           .stores = {{.lane = &*lane, .is_failing = waits ? &failing : nullptr}}});
  }

  static support::DhcpSpec spec_of(std::uint8_t type, std::uint8_t machine) {
    support::DhcpSpec spec;
    spec.chaddr = {0x52, 0x54, 0x00, 0x12, 0x34, machine};
    spec.options = {{53, {type}}};
    return spec;
  }

  // The answers: none or one.
  std::optional<DhcpReply> exchange(const support::DhcpSpec& spec) {
    rig->port().queue(0).put(
        support::udp_frame({.destination = support::kBroadcastMac},
                           {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                           support::dhcp_message(spec)));
    return poll();
  }
  // One loop.
  std::optional<DhcpReply> poll() {
    rig->worker().poll(now);
    const auto frame = rig->port().take();
    if (!frame) return std::nullopt;
    EXPECT_FALSE(rig->port().take()) << "a second answer";
    return support::read_dhcp_reply({frame->begin() + 42, frame->end()});
  }

  std::optional<DhcpReply> discover(std::uint8_t machine) { return exchange(spec_of(1, machine)); }
  std::optional<DhcpReply> request(std::uint8_t machine, std::uint32_t address) {
    support::DhcpSpec spec = spec_of(3, machine);
    spec.options.push_back({54, support::address_value("10.20.0.2")});
    spec.options.push_back({50, support::number_value(address, 4)});
    return exchange(spec);
  }
  // An address, by OFFER; the REQUEST for it is on its way to the disk.
  std::uint32_t ask(std::uint8_t machine) {
    const auto offer = discover(machine);
    EXPECT_TRUE(offer && type_of(*offer) == kOffer);
    const std::uint32_t address = offer ? offer->number_at(16, 4) : 0;
    EXPECT_FALSE(request(machine, address)) << "an ACK before its lease is on disk";
    return address;
  }

  // What the worker has told the store since.
  std::vector<lease::LeaseChange> take_changes() {
    std::vector<lease::LeaseChange> changes(slots_.size());
    changes.resize(lane->pop(changes));
    return changes;
  }
  void commit() {
    for (const lease::LeaseChange& change : take_changes()) lane->set_committed(change.ticket);
  }
  void fail() {
    failing = true;
    for (const lease::LeaseChange& change : take_changes()) lane->set_failed(change.ticket);
  }

  std::vector<lease::LeaseChange> slots_;
  std::optional<store::Lane> lane;
  std::atomic<bool> failing{false};
};

TEST_F(WorkerStoreTest, AnAckWaitsUntilItsLeaseIsOnDisk) {
  start_with_store();
  const std::uint32_t address = ask(7);
  for (int loop = 0; loop < 3; ++loop) EXPECT_FALSE(poll());
  const auto changes = take_changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].address.host(), address);
  EXPECT_EQ(changes[0].state, State::bound);
  EXPECT_EQ(changes[0].hardware.view()[5], 7);
  EXPECT_EQ(rig->leases().promised_until(changes[0].address), base::Time{});
  lane->set_committed(changes[0].ticket);
  const auto ack = poll();
  ASSERT_TRUE(ack);
  EXPECT_EQ(type_of(*ack), kAck);
  EXPECT_EQ(ack->number_at(16, 4), address);
  EXPECT_EQ(rig->leases().promised_until(changes[0].address), changes[0].expiry);
  EXPECT_FALSE(poll());
  EXPECT_EQ(rig->port().buffers_in_use(), 0u);
}

TEST_F(WorkerStoreTest, ACaptureShowsTheAckThatDidNotLeaveAndWhy) {
  start_with_store();
  ASSERT_TRUE(rig->worker().tap().start({.drops_only = true}));
  const std::uint32_t address = ask(7);
  fail();
  EXPECT_FALSE(poll());
  std::size_t shown = 0;
  rig->worker().tap().drain([&](const capture::Record& record, base::Bytes kept) {
    ++shown;
    EXPECT_EQ(record.direction, capture::Direction::sent);
    EXPECT_EQ(record.reason, DropReason::dhcp_store_failing);
    const DhcpReply ack = support::read_dhcp_reply({kept.begin() + 42, kept.end()}).value();
    EXPECT_EQ(type_of(ack), kAck);
    EXPECT_EQ(ack.number_at(16, 4), address);
    return true;
  });
  EXPECT_EQ(shown, 1u);
}

TEST_F(WorkerStoreTest, TheWaitOfAnAckForTheDiskIsMeasured) {
  start_with_store();
  ask(7);
  now += std::chrono::milliseconds{5};
  commit();
  ASSERT_TRUE(poll());
  now += std::chrono::milliseconds{1};
  EXPECT_FALSE(poll());
  const Counters& counters = rig->worker().counters();
  EXPECT_EQ(counters.commit_wait.count(), 1u);
  EXPECT_EQ(counters.commit_wait.sum(), 5'000'000u);
  EXPECT_EQ(counters.dhcp_answer_time.count(), 2u) << "the OFFER and the ACK, once each";
  EXPECT_EQ(counters.dhcp_answer_time.max(), 5'000'000u);
}

TEST_F(WorkerStoreTest, AnAnswerAtOnceTakesAsLongAsItsLoop) {
  start_with_store(/*waits=*/false);
  for (const std::uint8_t machine : {std::uint8_t{7}, std::uint8_t{8}}) {
    const auto offer = discover(machine);
    ASSERT_TRUE(offer);
    now += std::chrono::microseconds{40};
    ASSERT_TRUE(request(machine, offer->number_at(16, 4)));
    now += std::chrono::microseconds{60};
  }
  EXPECT_FALSE(poll());
  const Counters& counters = rig->worker().counters();
  EXPECT_EQ(counters.dhcp_answer_time.count(), counters.dhcp_replies.value());
  EXPECT_EQ(counters.dhcp_answer_time.sum(), 200'000u);
  EXPECT_EQ(counters.commit_wait.count(), 0u) << "nobody waited";
}

// Or it would wait as long as the worker sleeps.
TEST_F(WorkerStoreTest, AWorkerHasWorkWhileAnAckWaits) {
  start_with_store();
  ask(1);
  EXPECT_TRUE(rig->worker().poll(now));
  commit();
  rig->worker().poll(now);
  EXPECT_FALSE(rig->worker().poll(now));
}

TEST_F(WorkerStoreTest, OthersAreAnsweredMeanwhileAndAcksKeepTheirOrder) {
  start_with_store();
  for (std::uint8_t machine = 1; machine <= 3; ++machine) ask(machine);
  EXPECT_TRUE(discover(9));
  lane->set_committed(2);
  rig->worker().poll(now);
  for (std::uint8_t machine = 1; machine <= 2; ++machine) {
    const auto frame = rig->port().take();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->at(42 + 28 + 5), machine);
  }
  EXPECT_FALSE(rig->port().take());
  lane->set_committed(3);
  EXPECT_TRUE(poll());
}

TEST_F(WorkerStoreTest, AnAckWhoseLeaseDidNotReachTheDiskIsDropped) {
  start_with_store();
  ask(1);
  fail();
  EXPECT_FALSE(poll());
  EXPECT_EQ(rig->drops(DropReason::dhcp_store_failing), 1u);
  failing = false;
  EXPECT_FALSE(poll()) << "it asks again";
}

TEST_F(WorkerStoreTest, WhileTheStoreFailsNobodyNewIsOfferedOrGrantedAnything) {
  start_with_store();
  const auto offer = discover(1);
  ASSERT_TRUE(offer);
  fail();
  EXPECT_FALSE(discover(2));
  EXPECT_FALSE(request(1, offer->number_at(16, 4)));
  EXPECT_EQ(rig->drops(DropReason::dhcp_store_failing), 2u);
  EXPECT_TRUE(take_changes().empty());
  // What it was offered is held for it, and nothing is held for the other.
  EXPECT_EQ(rig->leases().census(now).offered, 1u);
  failing = false;
  EXPECT_TRUE(discover(2));
  EXPECT_FALSE(request(1, offer->number_at(16, 4)));
  commit();
  EXPECT_TRUE(poll());
}

TEST_F(WorkerStoreTest, WhileTheStoreFailsARenewalGetsWhatTheDiskPromises) {
  start_with_store();
  const std::uint32_t address = ask(1);
  commit();
  const auto ack = poll();
  ASSERT_TRUE(ack);
  const std::uint32_t whole = lease_seconds(*ack);
  ASSERT_GT(whole, 600u);
  fail();
  now += 600s;
  const auto renewed = request(1, address);
  ASSERT_TRUE(renewed) << "without a wait: nothing has to reach the disk";
  EXPECT_EQ(type_of(*renewed), kAck);
  EXPECT_EQ(lease_seconds(*renewed), whole - 600);
  const auto offered = discover(1);
  ASSERT_TRUE(offered) << "its machine starts again";
  EXPECT_EQ(offered->number_at(16, 4), address);
  EXPECT_EQ(lease_seconds(*offered), whole - 600);
  EXPECT_TRUE(take_changes().empty());
  now += std::chrono::seconds{whole - 600};
  EXPECT_FALSE(request(1, address));
}

// The newer of two leases is in memory alone.
TEST_F(WorkerStoreTest, ARenewalThatFailedPromisesNothing) {
  start_with_store();
  const std::uint32_t address = ask(1);
  commit();
  const std::uint32_t whole = lease_seconds(poll().value());
  now += 600s;
  EXPECT_FALSE(request(1, address));
  fail();
  EXPECT_FALSE(poll());
  const auto renewed = request(1, address);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(lease_seconds(*renewed), whole - 600);
}

TEST_F(WorkerStoreTest, WithAsyncAnAckDoesNotWait) {
  start_with_store(/*waits=*/false);
  const auto offer = discover(1);
  ASSERT_TRUE(offer);
  const auto ack = request(1, offer->number_at(16, 4));
  ASSERT_TRUE(ack);
  EXPECT_EQ(type_of(*ack), kAck);
  EXPECT_EQ(take_changes().size(), 1u);
}

TEST_F(WorkerStoreTest, WithoutRoomOnTheWayToTheDiskOnlyAsyncGrants) {
  for (const bool waits : {true, false}) {
    start_with_store(waits, 1);
    const auto first = discover(1);
    const auto second = discover(2);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(request(1, first->number_at(16, 4)).has_value(), !waits);
    EXPECT_EQ(request(2, second->number_at(16, 4)).has_value(), !waits);
    EXPECT_EQ(rig->drops(DropReason::dhcp_store_behind), waits ? 1u : 0u);
  }
}

TEST_F(WorkerStoreTest, WhatIsGivenBackOrDeclinedGoesToTheDiskToo) {
  start_with_store();
  const std::uint32_t first = ask(1);
  const std::uint32_t second = ask(2);
  commit();
  rig->worker().poll(now);
  while (rig->port().take()) {
  }
  support::DhcpSpec release = spec_of(7, 1);
  release.ciaddr = support::address_text(first);
  release.options.push_back({54, support::address_value("10.20.0.2")});
  EXPECT_FALSE(exchange(release));
  support::DhcpSpec decline = spec_of(4, 2);
  decline.options.push_back({54, support::address_value("10.20.0.2")});
  decline.options.push_back({50, support::number_value(second, 4)});
  EXPECT_FALSE(exchange(decline));
  const auto changes = take_changes();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].state, State::free);
  EXPECT_EQ(changes[0].address.host(), first);
  EXPECT_EQ(changes[1].state, State::declined);
  EXPECT_EQ(changes[1].address.host(), second);
}

TEST_F(WorkerStoreTest, ARefusalDoesNotWait) {
  start_with_store();
  const auto nak = request(1, support::address_number("10.99.0.1"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(type_of(*nak), kNak);
}

TEST_F(WorkerStoreTest, WhatTheClientSaysOfItselfIsKept) {
  start_with_store();
  const auto offer = discover(1);
  ASSERT_TRUE(offer);
  support::DhcpSpec spec = spec_of(3, 1);
  spec.options.push_back({54, support::address_value("10.20.0.2")});
  spec.options.push_back({50, support::number_value(offer->number_at(16, 4), 4)});
  spec.options.push_back({12, support::text_value("node7")});
  spec.options.push_back({61, {1, 2, 3}});
  EXPECT_FALSE(exchange(spec));
  const auto changes = take_changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(base::as_text(changes[0].hostname.view()), "node7");
  EXPECT_EQ(changes[0].client_id.size, 3);
  EXPECT_EQ(changes[0].htype, 1);
}

// A commit releases more at once than a device may take.
TEST_F(WorkerStoreTest, AcksThatTheDeviceDoesNotTakeWaitOn) {
  start_with_store(/*waits=*/true, 256);
  for (std::uint8_t machine = 1; machine <= 120; ++machine) ask(machine);
  commit();
  rig->port().queue(0).set_transmit_max(0);
  for (int loop = 0; loop < 3; ++loop) rig->worker().poll(now);
  EXPECT_FALSE(rig->port().take());
  rig->port().queue(0).set_transmit_max(SIZE_MAX);
  int acks = 0;
  for (int loop = 0; loop < 3; ++loop) {
    rig->worker().poll(now);
    while (rig->port().take()) ++acks;
  }
  EXPECT_EQ(acks, 120);
  EXPECT_EQ(rig->drops(DropReason::transmit_full), 0u);
}

// Some clients take no lease of a few seconds, and would keep the address.
TEST_F(WorkerStoreTest, WhileTheStoreFailsTheLastSecondsAreNotGranted) {
  start_with_store();
  const std::uint32_t address = ask(1);
  commit();
  const std::uint32_t whole = lease_seconds(poll().value());
  fail();
  now += std::chrono::seconds{whole - 30};
  const auto renewed = request(1, address);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(lease_seconds(*renewed), 30u);
  now += 1s;
  EXPECT_FALSE(request(1, address));
}

// A machine that starts again with another address than its reservation's keeps the one it has:
// the other could not be granted.
TEST_F(WorkerStoreTest, WhileTheStoreFailsNoLeaseIsGivenUpForAReservation) {
  start_with_store(true, 64, R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}]
images: {root: /srv/images}
dhcp:
  subnets:
    - subnet: 10.20.0.0/16
      pools: [10.20.16.0-10.20.16.255]
      reservations: [{mac: "52:54:00:12:34:01", address: 10.20.1.9}]
)");
  // From before there was the reservation.
  const auto machine = wire::MacAddress{{0x52, 0x54, 0x00, 0x12, 0x34, 1}};
  const auto& policy = rig->service().snapshots().read(0).policy;
  const auto owner = lease::owner_of(policy.owner_key(), policy.subnet(0).owner_network, 1,
                                     base::Bytes(machine.bytes));
  const auto had = wire::Ipv4Address{support::address_number("10.20.16.7")};
  rig->leases().restore({had, State::bound, 1, now + 3600s}, owner, now);
  fail();
  const auto offer = discover(1);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->number_at(16, 4), had.host());
  support::DhcpSpec reboot = spec_of(3, 1);
  reboot.options.push_back({50, support::number_value(had.host(), 4)});
  const auto ack = exchange(reboot);
  ASSERT_TRUE(ack);
  EXPECT_EQ(type_of(*ack), kAck);
  EXPECT_TRUE(rig->leases().is_owner(had, owner));
}

// The client has asked again by then, and would count its lease from now on.
TEST_F(WorkerStoreTest, AnAckThatHasWaitedForSecondsIsNotSent) {
  start_with_store();
  ask(1);
  now += PendingAcks::kAgeMax;
  EXPECT_FALSE(poll());
  now += 1ms;
  EXPECT_FALSE(poll());
  EXPECT_EQ(rig->drops(DropReason::dhcp_store_behind), 1u);
  EXPECT_FALSE(rig->worker().poll(now)) << "nothing to do any more";
  commit();
  EXPECT_FALSE(poll());
}

}  // namespace
}  // namespace stentor::worker
