// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker sleeps for long only while no time that it waits for comes, and one that does
// hears of what another hands over.
#include <sys/eventfd.h>

#include "base/descriptor.h"
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class WorkerRestTest : public WorkerTest {
 protected:
  void start_workers() {
    start({.images = {{"file", support::patterned(30'000)}}, .workers = 2});
    alarm = base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    rig->face(1).alarm = alarm.number();
  }

  // Requests of many clients on queue 0, some of which are the other worker's.
  void request_on_first_queue() {
    for (int i = 1; i <= 16; ++i) {
      const std::string client = "10.20.0." + std::to_string(100 + i);
      rig->port().queue(0).put(
          support::udp_frame({}, {.source = client}, {2070, 69}, support::tftp_request("file")));
    }
    rig->worker(0).poll(now);
    ASSERT_GT(rig->total(&Counters::frames_handed_over), 0u);
  }

  bool take_alarm() {
    eventfd_t count = 0;
    return ::eventfd_read(alarm.number(), &count) == 0;
  }

  base::Descriptor alarm;
};

TEST_F(WorkerRestTest, NotWhileATransferHasTimersAndWhenItIsOver) {
  start();
  EXPECT_TRUE(rig->worker().is_at_rest());
  auto replies = send(support::tftp_request("file"));
  EXPECT_FALSE(rig->worker().is_at_rest()) << "its client has yet to acknowledge";
  for (std::uint16_t block = 1; block <= 3; ++block) {
    ASSERT_EQ(replies.size(), 1u);
    replies = send(support::tftp_ack(block), replies[0].source_port);
  }
  EXPECT_TRUE(rig->worker().is_at_rest());
}

TEST_F(WorkerRestTest, NotWhileARequestIsParked) {
  start({.yaml = std::string(support::kThreeNetworksConfig) +
                 "  classes: [{name: slow, match: {mac: \"52:54:00:12:34:01\"}, "
                 "quirks: {reply-delay: 2s}}]\n"});
  support::DhcpSpec spec;
  spec.chaddr = {0x52, 0x54, 0x00, 0x12, 0x34, 0x01};
  spec.options = {{53, {1}}};
  rig->exchange(support::udp_frame({.destination = support::kBroadcastMac},
                                   {.source = "0.0.0.0", .destination = "255.255.255.255"},
                                   {68, 67}, support::dhcp_message(spec)),
                now);
  EXPECT_FALSE(rig->worker().is_at_rest());
  now += 3s;
  rig->poll(now);
  EXPECT_TRUE(rig->worker().is_at_rest());
}

TEST_F(WorkerRestTest, NotWhileTheDeviceTakesNothing) {
  start();
  rig->port().queue(0).set_transmit_max(0);
  rig->port().queue(0).put(
      support::udp_frame({}, {}, {client_port, 69}, support::tftp_request("no such file")));
  rig->worker().poll(now);
  EXPECT_FALSE(rig->worker().is_at_rest());
}

TEST_F(WorkerRestTest, WhatIsHandedOverRaisesTheAlarmOfOneThatSleeps) {
  start_workers();
  rig->face(1).set_asleep(true);
  request_on_first_queue();
  EXPECT_TRUE(take_alarm());
  rig->face(1).set_asleep(false);
  rig->poll(now);
  EXPECT_FALSE(take_alarm()) << "told once";
}

TEST_F(WorkerRestTest, NobodyIsWokenWhoIsAwake) {
  start_workers();
  request_on_first_queue();
  rig->poll(now);
  EXPECT_FALSE(take_alarm());
}

}  // namespace
}  // namespace stentor::worker
