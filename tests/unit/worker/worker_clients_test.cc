// SPDX-License-Identifier: BSD-3-Clause
// Goal: files go to those who may fetch them, and to each address no more at once than the limits
// say.
#include <array>

#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using wire::DropReason;

class WorkerClientsTest : public WorkerTest {
 protected:
  void start_with(const std::string& sections, support::RigOptions options = {}) {
    options.yaml = support::kOneNetworkConfig + sections;
    start(options);
  }

  // The frames that answer a request of `client` from client_port.
  std::size_t ask(std::string_view client, std::size_t queue = 0,
                  const support::TftpOptions& asked = {}) {
    return rig
        ->exchange(support::udp_frame({}, {.source = client}, {client_port, 69},
                                      support::tftp_request("file", asked)),
                   now, queue)
        .size();
  }
  // Asks from `count` further ports, on each queue in turn; how many are answered.
  std::size_t ask_often(std::string_view client, std::size_t count) {
    std::size_t answered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      ++client_port;
      answered += ask(client, i % kWorkers);
    }
    return answered;
  }

  static constexpr std::string_view kClient = support::kClientAddress;
  static constexpr std::string_view kOther = "10.20.16.6";
  static constexpr std::size_t kWorkers = 3;
};

TEST_F(WorkerClientsTest, ServesWhoHoldsALiveLeaseAndNobodyElseWhenLeased) {
  start_with("tftp: {clients: leased, allow: [10.30.0.0/16]}\n");
  const lease::Owner owner{.hash = {1, 2}};
  const auto address = *wire::Ipv4Address::parse(kClient);
  EXPECT_EQ(ask(kClient), 0u);
  const std::array<lease::PoolId, 1> pools{0};
  ASSERT_TRUE(rig->leases().offer(owner, pools, address, now, 60s));
  EXPECT_EQ(ask(kClient), 0u) << "offered only";
  ASSERT_TRUE(rig->leases().bind(owner, address, now, now + 1h));
  EXPECT_EQ(ask(kClient), 1u);
  EXPECT_EQ(ask(kOther), 0u);
  EXPECT_EQ(ask("10.30.0.1"), 1u);
  EXPECT_EQ(rig->drops(DropReason::tftp_client_refused), 3u);
}

TEST_F(WorkerClientsTest, RefusesWhoseLeaseHasEndedWhenLeased) {
  start_with("tftp: {clients: leased}\n");
  const lease::Owner owner{.hash = {1, 2}};
  const auto address = *wire::Ipv4Address::parse(kClient);
  ASSERT_TRUE(rig->leases().bind(owner, address, now, now + 1h));
  now += 1h - 1s;
  EXPECT_EQ(ask(kClient), 1u);
  now += 3s;
  EXPECT_EQ(ask(kClient), 0u) << "expired";
  ASSERT_TRUE(rig->leases().bind(owner, address, now, now + 1h));
  client_port = 2071;
  EXPECT_EQ(ask(kClient), 1u);
  ASSERT_TRUE(rig->leases().release(owner, address, now));
  client_port = 2072;
  EXPECT_EQ(ask(kClient), 0u) << "released";
}

TEST_F(WorkerClientsTest, ServesEveryAddressWhenAny) {
  start_with("tftp: {clients: any}\n");
  for (const std::string_view client : {kClient, std::string_view("203.0.113.9")}) {
    EXPECT_EQ(ask(client), 1u) << client;
  }
  EXPECT_EQ(rig->drops(DropReason::tftp_client_refused), 0u);
}

// Whichever queues its requests come in by: the limit is the address's, not a worker's.
TEST_F(WorkerClientsTest, GivesAnAddressAsManyTransfersAsTheLimitAndNoMore) {
  start_with("limits: {transfers-per-client: 5}\n", {.workers = kWorkers});
  EXPECT_EQ(ask_often(kClient, 30), 5u);
  EXPECT_EQ(rig->drops(DropReason::tftp_client_full), 25u);
  EXPECT_EQ(ask_often(kOther, 30), 5u) << "another's limit is its own";
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 10u);
}

TEST_F(WorkerClientsTest, HasALimitOfSixteenByDefault) {
  start({.workers = kWorkers});
  EXPECT_EQ(ask_often(kClient, 20), 16u);
}

TEST_F(WorkerClientsTest, CountsARequestInThePlaceOfAnotherOnce) {
  start_with("limits: {transfers-per-client: 2}\n", {.workers = kWorkers});
  for (const char* blksize : {"512", "1024", "1432"}) {
    EXPECT_EQ(ask(kClient, 0, {{"blksize", blksize}}), 1u) << blksize;
  }
  EXPECT_EQ(ask(kClient, 0, {{"blksize", "1432"}}), 1u) << "repeated";
  EXPECT_EQ(ask_often(kClient, 2), 1u);
  EXPECT_EQ(ask(kClient, 0, {{"blksize", "512"}}), 0u) << "of the port that has none";
  client_port = 2070;
  EXPECT_EQ(ask(kClient, 0, {{"blksize", "1024"}}), 1u) << "at the limit";
}

// Whatever ends a transfer, its client may begin another.
TEST_F(WorkerClientsTest, CountsNoTransferThatHasEnded) {
  start_with("limits: {transfers-per-client: 1}\n", {.images = {{"file", {1, 2, 3}}}});
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  ASSERT_EQ(first.size(), 1u);
  ++client_port;
  EXPECT_TRUE(send(request).empty());
  --client_port;
  send(support::tftp_ack(1), first[0].source_port);
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
  ++client_port;
  const auto second = send(request);
  ASSERT_EQ(second.size(), 1u);
  send(support::tftp_error(0, "enough"), second[0].source_port);
  ++client_port;
  EXPECT_EQ(send(request).size(), 1u);
  for (int seconds = 0; seconds < 6; ++seconds) wait(1s);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
  ++client_port;
  EXPECT_EQ(send(request).size(), 1u);
}

// And what takes no transfer is answered all the same.
TEST_F(WorkerClientsTest, ThrowsNobodyOutForWhoIsOverItsLimit) {
  start_with("limits: {transfers-per-client: 1}\n", {.transfers_max = 2});
  EXPECT_EQ(ask(kClient), 1u);
  EXPECT_EQ(ask(kOther), 1u);
  wait(2s);
  ++client_port;
  EXPECT_EQ(ask(kClient), 0u);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 0u);
  EXPECT_EQ(send(support::tftp_request("missing")).size(), 1u);
  EXPECT_EQ(ask("10.20.16.7"), 1u) << "makes room";
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
}

}  // namespace
}  // namespace stentor::worker
