// SPDX-License-Identifier: BSD-3-Clause
// Goal: every address of a port is announced when that is asked for, however many they are.
#include "worker/worker.h"

#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using WorkerAnnouncementTest = WorkerTest;

TEST_F(WorkerAnnouncementTest, AnnouncesItsAddressesWhenAsked) {
  start();
  rig->worker().announce(0);
  rig->poll(now);
  const auto frame = rig->port().take();
  ASSERT_TRUE(frame.has_value());
  const ByteVector expected =
      support::arp_frame({.destination = support::kBroadcastMac, .source = support::kServerMac},
                         {.operation = 1,
                          .sender_mac = support::kServerMac,
                          .sender = support::kServerAddress,
                          .target = support::kServerAddress});
  EXPECT_EQ(*frame, expected);
  rig->poll(now);
  EXPECT_FALSE(rig->port().take().has_value()) << "once";
}

}  // namespace
}  // namespace stentor::worker
