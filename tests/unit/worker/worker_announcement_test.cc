// SPDX-License-Identifier: BSD-3-Clause
// Goal: every address of a port is announced when that is asked for, however many they are and
// however slowly the device takes them.
#include <string>

#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

// As many networks as one interface may have, by VLAN; 0 is none.
constexpr std::size_t kNetworks = 256;

std::string address_on(std::size_t vlan) { return "10." + std::to_string(vlan) + ".0.2"; }

std::string many_networks() {
  std::string yaml = "ports:\n  - name: boot0\n    device: \"vdev:net_null0\"\n    networks:\n";
  for (std::size_t vlan = 0; vlan < kNetworks; ++vlan) {
    yaml += "      - {" + (vlan == 0 ? "" : "vlan: " + std::to_string(vlan) + ", ") +
            "dhcp: none, address: " + address_on(vlan) + "/24}\n";
  }
  return yaml + "images: {root: /srv/images}\n";
}

// RFC 5227 section 3.
ByteVector announcement(const std::string& address, std::size_t vlan) {
  support::EthernetSpec ethernet{.destination = support::kBroadcastMac,
                                 .source = support::kServerMac};
  if (vlan != 0) ethernet.tags = {{static_cast<std::uint16_t>(vlan)}};
  return support::arp_frame(
      ethernet,
      {.operation = 1, .sender_mac = support::kServerMac, .sender = address, .target = address});
}

class WorkerAnnouncementTest : public WorkerTest {
 protected:
  void start_with_many(std::size_t buffers = 4096) {
    rig.emplace(support::RigOptions{.yaml = many_networks(), .buffers = buffers}, kStart);
  }

  // How often each network was announced since the last call, by VLAN; nothing else was sent.
  std::vector<unsigned> announced() {
    std::vector<unsigned> times(kNetworks);
    while (const auto frame = rig->port().take()) {
      std::size_t vlan = 0;
      while (vlan < kNetworks && *frame != announcement(address_on(vlan), vlan)) ++vlan;
      if (vlan == kNetworks) {
        ADD_FAILURE() << "no announcement";
      } else {
        ++times[vlan];
      }
    }
    return times;
  }
};

const std::vector<unsigned> kEachOnce(kNetworks, 1);

TEST_F(WorkerAnnouncementTest, AnnouncesItsAddressesWhenAsked) {
  start();
  rig->worker().announce(0);
  rig->poll(now);
  const auto frame = rig->port().take();
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(*frame, announcement(std::string(support::kServerAddress), 0));
  rig->poll(now);
  EXPECT_FALSE(rig->port().take().has_value()) << "once";
}

// They are more than a transmit batch holds.
TEST_F(WorkerAnnouncementTest, AnnouncesEachOfManyNetworksOnce) {
  start_with_many();
  for (int round = 0; round < 3; ++round) {
    rig->worker().announce(0);
    rig->poll(now);
    EXPECT_EQ(announced(), kEachOnce) << round;
  }
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 0u);
}

TEST_F(WorkerAnnouncementTest, AnnouncesAllToADeviceThatTakesFewFramesAtATime) {
  start_with_many();
  rig->port().queue(0).set_transmit_max(3);
  rig->worker().announce(0);
  rig->poll(now);
  EXPECT_EQ(announced(), kEachOnce);
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 0u);
}

// Control asks again when a link comes up: who hears only then has heard nothing of the first.
TEST_F(WorkerAnnouncementTest, BeginsAgainWhenAskedAgainMidway) {
  start_with_many();
  rig->worker().announce(0);
  rig->worker().poll(now);
  const std::vector<unsigned> first = announced();
  EXPECT_EQ(first.front(), 1u);
  EXPECT_EQ(first.back(), 0u) << "midway";
  rig->worker().announce(0);
  rig->poll(now);
  EXPECT_EQ(announced(), kEachOnce);
}

TEST_F(WorkerAnnouncementTest, AnnouncesTheRestOnceThereAreBuffers) {
  start_with_many(10);
  rig->port().queue(0).set_transmit_max(0);
  rig->worker().announce(0);
  rig->poll(now);
  EXPECT_EQ(rig->buffers_in_use(), 10u);
  rig->port().queue(0).set_transmit_max(SIZE_MAX);
  rig->poll(now);
  EXPECT_EQ(announced(), kEachOnce);
  EXPECT_EQ(rig->drops(wire::DropReason::no_frame_buffer), 0u);
}

}  // namespace
}  // namespace stentor::worker
