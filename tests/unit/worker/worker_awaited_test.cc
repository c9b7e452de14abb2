// SPDX-License-Identifier: BSD-3-Clause
// Goal: that a machine has got the file that it boots once is told, however late the lane is read,
// and costs nobody else a transfer.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using sighting::Seen;
using sighting::Sighting;
using support::kClientMac;

constexpr std::string_view kOtherMac = "52:54:00:12:34:57";

class WorkerAwaitedTest : public WorkerTest {
 protected:
  void arm(std::string_view mac) {
    rig->service().snapshots().latest().hosts.put(
        dhcp::compile_host({.mac = wire::MacAddress::parse(mac).value(), .boot_once = "file"}, 0,
                           std::nullopt, support::Service::kKey));
  }

  struct From {
    std::string_view mac = kClientMac;
    std::string_view address = support::kClientAddress;
  };
  std::optional<TftpReply> exchange(const ByteVector& message, std::uint16_t to) {
    const auto frames =
        rig->exchange(support::udp_frame({.source = from.mac}, {.source = from.address},
                                         {client_port, to}, message),
                      now);
    return frames.empty() ? std::nullopt : std::optional(support::tftp_reply(frames[0]));
  }
  // The server's port; 0: no answer.
  std::uint16_t request() {
    const auto reply = exchange(support::tftp_request("file"), 69);
    return reply ? reply->source_port : 0;
  }
  void acknowledge_all(std::uint16_t port) {
    for (std::uint16_t block = 1; block <= 3; ++block) exchange(support::tftp_ack(block), port);
  }
  std::uint16_t fetch() {
    const std::uint16_t port = request();
    acknowledge_all(port);
    return port;
  }

  void fill_lane() {
    sighting::Lane& lane = rig->worker().sightings();
    while (lane.claim() != nullptr) lane.publish();
  }
  // Of what the worker has told since.
  std::vector<Sighting> completed() {
    std::vector<Sighting> seen(sighting::Lane::kSlots);
    seen.resize(rig->worker().sightings().pop(seen));
    std::erase_if(seen, [](const Sighting& each) { return each.glimpse.seen != Seen::completed; });
    return seen;
  }
  std::uint64_t ended() { return rig->total(&Counters::transfers_completed); }

  From from;
};

TEST_F(WorkerAwaitedTest, TellsOfAMachineThatBootsOnceWhoseItIsAndSinceWhen) {
  start();
  arm(kClientMac);
  const std::uint16_t port = request();
  const base::Time begun = now;
  now += 5ms;
  acknowledge_all(port);
  const auto told = completed();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].glimpse.mac.text().view(), kClientMac);
  EXPECT_EQ(told[0].begun, begun);
}

TEST_F(WorkerAwaitedTest, TellsOfItOnceThereIsRoom) {
  start();
  arm(kClientMac);
  const std::uint16_t port = request();
  fill_lane();
  acknowledge_all(port);
  const base::Time heard = now;
  for (int i = 0; i < 100; ++i) wait(100ms);
  EXPECT_EQ(ended(), 0u);
  EXPECT_TRUE(completed().empty()) << "it found no room";
  EXPECT_TRUE(wait(100ms).empty()) << "the client has all of it";
  EXPECT_EQ(ended(), 1u);
  const auto told = completed();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].file(), "file");
  EXPECT_LT(told[0].at - heard, 1ms);
  EXPECT_EQ(rig->total(&Counters::sightings_lost), 0u);
}

// Whatever its client sends meanwhile: its last ACK again, an ERROR, the request for its next file.
TEST_F(WorkerAwaitedTest, TellsOfItWhateverComesMeanwhile) {
  start();
  arm(kClientMac);
  const std::uint16_t port = request();
  fill_lane();
  acknowledge_all(port);
  EXPECT_EQ(exchange(support::tftp_ack(3), port), std::nullopt);
  EXPECT_EQ(exchange({0, 5, 0, 0, 0}, port), std::nullopt);
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_no_transfer), 2u);
  EXPECT_EQ(request(), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_overload), 1u);
  EXPECT_TRUE(completed().empty());
  EXPECT_NE(request(), 0u) << "which also ends the one before";
  EXPECT_EQ(completed().size(), 1u);
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), 0u);
}

TEST_F(WorkerAwaitedTest, LosesThoseOfWhomNobodyWaitsFor) {
  start();
  arm(kOtherMac);
  fill_lane();
  fetch();
  EXPECT_EQ(ended(), 1u);
  EXPECT_EQ(rig->total(&Counters::sightings_lost), 2u) << "its begin and its end";
}

TEST_F(WorkerAwaitedTest, WaitsForAllThatARouterHides) {
  start({.yaml = support::kOneNetworkConfig + std::string("tftp: {clients: any}\n")});
  arm(kOtherMac);
  from.address = "192.0.2.7";
  fill_lane();
  ASSERT_NE(fetch(), 0u);
  completed();
  wait(100ms);
  const auto told = completed();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].glimpse.mac.is_zero());
}

TEST_F(WorkerAwaitedTest, DoesNotSayWhoseItIsOfWhoChangesItsMacAddress) {
  start();
  arm(kClientMac);
  const std::uint16_t port = request();
  from.mac = kOtherMac;
  acknowledge_all(port);
  const auto told = completed();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].glimpse.mac.is_zero());
}

TEST_F(WorkerAwaitedTest, LeavesAQuarterOfTheTableToNewTransfers) {
  start({.yaml = support::kOneNetworkConfig + std::string("limits: {transfers-per-client: 64}\n"),
         .transfers_max = 64});
  arm(kClientMac);
  fill_lane();
  for (int i = 0; i < 100; ++i) {
    ++client_port;
    ASSERT_NE(fetch(), 0u) << i;
  }
  EXPECT_EQ(ended(), 52u) << "of 100, 48 are held";
  completed();
  for (int i = 0; i < 10; ++i) wait(100ms);
  EXPECT_EQ(completed().size(), 48u);
  EXPECT_EQ(ended(), 100u);
}

}  // namespace
}  // namespace stentor::worker
