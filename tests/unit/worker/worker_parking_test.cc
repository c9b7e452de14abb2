// SPDX-License-Identifier: BSD-3-Clause
// Goal: an answer that must wait comes when it is due, to the client that it is for, and holds up
// nobody; an address that somebody answers for is not offered, and everybody else's check goes on.
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using support::DhcpSpec;

std::string parking_config(std::string_view dhcp) {
  return R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}]
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.16.255]}
)" + std::string(dhcp) +
         "\nimages: {root: /srv/images}\n";
}

constexpr std::string_view kDelayed = R"(
  classes:
    - {name: slow, match: {mac: "52:54:00:12:*"}, quirks: {reply-delay: 2s}})";

class WorkerParkingTest : public WorkerTest {
 protected:
  static ByteVector discover(std::uint8_t machine, std::uint32_t xid = 1,
                             std::string_view giaddr = "0.0.0.0") {
    DhcpSpec spec;
    spec.xid = xid;
    spec.giaddr = giaddr;
    spec.chaddr = {0x52, 0x54, 0x00, 0x12, 0x34, machine};
    spec.options = {{53, {1}}};
    const std::string mac = mac_of(machine);
    if (giaddr == "0.0.0.0") {
      return support::udp_frame({.destination = support::kBroadcastMac, .source = mac},
                                {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                                support::dhcp_message(spec));
    }
    return support::udp_frame({.source = kRelayMac}, {.source = giaddr}, {67, 67},
                              support::dhcp_message(spec));
  }

  static std::string mac_of(std::uint8_t machine) {
    return std::string(wire::MacAddress{{0x52, 0x54, 0x00, 0x12, 0x34, machine}}.text().view());
  }

  std::vector<ByteVector> send_frame(ByteVector frame, std::size_t queue = 0) {
    return rig->exchange(std::move(frame), now, queue);
  }

  std::vector<ByteVector> frames_after(base::Duration duration) {
    now += duration;
    rig->poll(now);
    std::vector<ByteVector> frames;
    while (auto frame = rig->port().take()) frames.push_back(*std::move(frame));
    return frames;
  }

  // yiaddr of a frame that is an OFFER; empty: it is none.
  static std::string offered(const ByteVector& frame) {
    constexpr std::size_t kDhcp = 42;
    if (frame.size() < kDhcp + 240 || base::load_big_endian<std::uint16_t>(&frame[34]) != 67) {
      return "";
    }
    return support::address_text(base::load_big_endian<std::uint32_t>(&frame[kDhcp + 16]));
  }

  // The address that an ARP request asks for; empty: it is none.
  static std::string asked_for(const ByteVector& frame) {
    if (base::load_big_endian<std::uint16_t>(&frame[12]) != support::kEtherTypeArp) return "";
    EXPECT_EQ(base::load_big_endian<std::uint32_t>(&frame[28]), 0u) << "a probe is from nobody";
    return support::address_text(base::load_big_endian<std::uint32_t>(&frame[38]));
  }

  void answer_arp(std::string_view address, std::string_view mac, std::size_t queue = 0) {
    const auto sent =
        send_frame(support::arp_frame({.source = mac}, {.operation = 2,
                                                        .sender_mac = mac,
                                                        .sender = address,
                                                        .target_mac = support::kServerMac,
                                                        .target = "0.0.0.0"}),
                   queue);
    EXPECT_TRUE(sent.empty());
  }

  static constexpr std::string_view kRelayMac = "02:00:00:00:0a:01";
  static constexpr std::string_view kSquatter = "02:00:00:00:0b:01";
};

// Feature: reply-delay
TEST_F(WorkerParkingTest, AReplyDelayHoldsUpItsClassAlone) {
  start({.yaml = parking_config(R"(
  classes:
    - {name: slow, match: {mac: "52:54:00:12:34:01"}, quirks: {reply-delay: 2s}})")});
  EXPECT_TRUE(send_frame(discover(1)).empty());
  ASSERT_EQ(send_frame(discover(2)).size(), 1u) << "another client";
  EXPECT_TRUE(frames_after(1999ms).empty());
  const auto frames = frames_after(2ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_NE(offered(frames[0]), "");
  EXPECT_TRUE(frames_after(10s).empty()) << "once";
  EXPECT_EQ(rig->total(&Counters::dhcp_parked), 1u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
  const Counters& counters = rig->worker().counters();
  EXPECT_EQ(counters.dhcp_answer_time.count(), 2u);
  EXPECT_EQ(counters.dhcp_answer_time.max(), std::chrono::nanoseconds{2001ms}.count())
      << "it was asked for before it had to wait";
}

TEST_F(WorkerParkingTest, TheNewestDiscoverIsAnsweredAtTheTimeOfTheFirst) {
  start({.yaml = parking_config(kDelayed)});
  EXPECT_TRUE(send_frame(discover(1, 0x11)).empty());
  EXPECT_TRUE(frames_after(1s).empty());
  EXPECT_TRUE(send_frame(discover(1, 0x22)).empty());
  const auto frames = frames_after(1001ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(base::load_big_endian<std::uint32_t>(&frames[0][46]), 0x22u);
  EXPECT_TRUE(frames_after(10s).empty());
}

TEST_F(WorkerParkingTest, AnAddressThatNobodyAnswersForIsOffered) {
  start({.yaml = parking_config("  conflict-check: {method: arp, wait: 200ms}")});
  const auto probes = send_frame(discover(1));
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(asked_for(probes[0]), "10.20.16.0");
  EXPECT_TRUE(frames_after(199ms).empty());
  const auto frames = frames_after(2ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.20.16.0");
  EXPECT_EQ(rig->total(&Counters::conflict_checks), 1u);
  EXPECT_EQ(rig->total(&Counters::conflicts_found), 0u);
}

// Feature: conflict-check
TEST_F(WorkerParkingTest, AnAddressInUseIsSetAsideAndAnotherOneAskedFor) {
  start({.yaml = parking_config("  conflict-check: arp")});
  ASSERT_EQ(send_frame(discover(1)).size(), 1u);
  answer_arp("10.20.16.0", kSquatter);
  const auto probes = frames_after(201ms);
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(asked_for(probes[0]), "10.20.16.1");
  const auto frames = frames_after(201ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.20.16.1");
  EXPECT_EQ(rig->leases().at(wire::Ipv4Address{0x0a141000})->state, lease::State::declined);
  EXPECT_EQ(rig->total(&Counters::conflicts_found), 1u);
}

TEST_F(WorkerParkingTest, TheAnswerMayComeToAnyWorker) {
  start({.yaml = parking_config("  conflict-check: arp"), .workers = 2});
  ASSERT_EQ(send_frame(discover(1), 0).size(), 1u);
  answer_arp("10.20.16.0", kSquatter, 1);
  const auto probes = frames_after(201ms);
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(asked_for(probes[0]), "10.20.16.1");
}

TEST_F(WorkerParkingTest, TheClientItselfIsNoConflict) {
  start({.yaml = parking_config("  conflict-check: arp")});
  ASSERT_EQ(send_frame(discover(1)).size(), 1u);
  answer_arp("10.20.16.0", mac_of(1));
  const auto frames = frames_after(201ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.20.16.0");
}

// It answers for whatever it is asked for: believed, no machine would ever boot behind it.
TEST_F(WorkerParkingTest, AProxyArpRouterEndsTheChecksAndSetsNothingAside) {
  start({.yaml = parking_config("  conflict-check: arp")});
  ASSERT_EQ(send_frame(discover(1)).size(), 1u);
  for (const char* address : {"10.20.16.0", "10.20.16.1"}) {
    answer_arp(address, kSquatter);
    ASSERT_EQ(frames_after(201ms).size(), 1u);
  }
  answer_arp("10.20.16.2", kSquatter);
  const auto frames = frames_after(201ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.20.16.2");
  EXPECT_EQ(rig->leases().census(now).declined, 0u);
  ASSERT_EQ(send_frame(discover(2)).size(), 1u);
  EXPECT_EQ(rig->total(&Counters::conflict_checks), 3u) << "nobody asks any more";
}

// A second subnet on the same wire: there is no router to it, and its hosts hear ARP.
TEST_F(WorkerParkingTest, OnTheLinkArpAsksForAnAddressOfAnySubnet) {
  start({.yaml = parking_config(R"(
  conflict-check: ping
  shared-networks: [{name: wire, subnets: [10.20.0.0/16, 10.21.0.0/16]}])")});
  for (std::uint32_t last = 0; last < 256; ++last) {
    const wire::Ipv4Address address{0x0a141000 + last};
    const lease::Owner other{{last + 1, 1}};
    ASSERT_TRUE(rig->leases().bind(other, address, now, base::kNever));
  }
  const auto probes = send_frame(discover(1));
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(asked_for(probes[0]), "10.21.16.0");
  answer_arp("10.21.16.0", kSquatter);
  ASSERT_EQ(frames_after(201ms).size(), 1u);
  const auto frames = frames_after(201ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.21.16.1");
}

// Feature: conflict-check
TEST_F(WorkerParkingTest, PastARelayAnEchoAsks) {
  start({.yaml = parking_config("  conflict-check: ping")});
  const auto probes = send_frame(discover(1, 1, "10.21.0.1"));
  ASSERT_EQ(probes.size(), 1u);
  EXPECT_EQ(probes[0][23], support::kProtocolIcmp);
  EXPECT_EQ(support::address_text(base::load_big_endian<std::uint32_t>(&probes[0][30])),
            "10.21.16.0");
  send_frame(support::icmp_frame({.source = kRelayMac}, {.source = "10.21.16.0"}, {.type = 0}, {}));
  const auto again = frames_after(201ms);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0][23], support::kProtocolIcmp);
  const auto frames = frames_after(201ms);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.21.16.1");
  EXPECT_EQ(rig->drops(wire::DropReason::icmp_not_asked_for), 0u);
  send_frame(support::icmp_frame({.source = kRelayMac}, {.source = "10.21.16.0"}, {.type = 0}, {}));
  EXPECT_EQ(rig->drops(wire::DropReason::icmp_not_asked_for), 1u);
}

TEST_F(WorkerParkingTest, ArpAloneAsksNothingPastARelay) {
  start({.yaml = parking_config("  conflict-check: arp")});
  const auto frames = send_frame(discover(1, 1, "10.21.0.1"));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(offered(frames[0]), "10.21.16.0");
}

TEST_F(WorkerParkingTest, AWholePoolIsAskedForAtOnce) {
  start({.yaml = parking_config("  conflict-check: arp")});
  DhcpSpec spec;
  spec.options = {{53, {1}}};
  const auto frame_of = [&](std::uint32_t machine) {
    spec.chaddr = {0x02,
                   0x54,
                   0,
                   static_cast<std::uint8_t>(machine >> 16),
                   static_cast<std::uint8_t>(machine >> 8),
                   static_cast<std::uint8_t>(machine)};
    return support::udp_frame({.destination = support::kBroadcastMac},
                              {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                              support::dhcp_message(spec));
  };
  // The pool has 256 addresses: the 257th has none to be asked for.
  for (std::uint32_t machine = 0; machine < 256; ++machine) {
    ASSERT_EQ(send_frame(frame_of(machine)).size(), 1u) << machine;
  }
  EXPECT_TRUE(send_frame(frame_of(256)).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::dhcp_pool_exhausted), 1u);
  EXPECT_EQ(frames_after(201ms).size(), 256u);
}

}  // namespace
}  // namespace stentor::worker
