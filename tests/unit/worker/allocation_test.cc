// SPDX-License-Identifier: BSD-3-Clause
// Goal: once a worker runs, it allocates nothing: not for a lease, a transfer, a refusal, a
// deadline, a path that an alias stands for, nor for junk.
#include <array>
#include <gtest/gtest.h>

#include "support/allocation_trap.h"
#include "support/dhcp_builder.h"
#include "support/sink_worker.h"
#include "support/tftp_builder.h"

namespace stentor::worker {
namespace {

using support::ByteVector;

// With every key that costs a request something.
constexpr const char* kConfig = R"(
ports: [{name: boot0, device: "vdev:net_null0", networks: [{address: 10.20.0.2/16}]}]
dhcp:
  classes:
    - name: odd
      match: {or: [{option: {50: 0x0a141009, 224: x}}, {mac: "52:*", vendor-class: "*"}]}
      tftp: {windowsize-max: 16, reject: [rollover]}
  subnets: [{subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}]
boot: {rules: [{match: {class: odd}, file: efi/shimx64.efi}]}
images:
  root: /i
  case-insensitive: true
  aliases: [{from: "a*/?*b*", to: "{1}{3}"}]
  client-directories: ["{mac}", "{address}", "{serial}"]
  access: [{files: "secrets/*", classes: [odd]}]
tftp: {pace: none, strip-garbage: true}
)";

class AllocationTest : public testing::Test {
 protected:
  // Allocations of the loop that serves `frame`, and of the one after it.
  std::uint64_t allocations_for(const ByteVector& frame) {
    queue.arrive(frame);
    now += std::chrono::microseconds{50};
    const std::uint64_t before = support::allocations();
    worker->poll(now);
    worker->poll(now);
    return support::allocations() - before;
  }
  static ByteVector tftp(const ByteVector& message, std::uint16_t to = 69,
                         std::uint16_t from = 2070) {
    return support::udp_frame({}, {}, {from, to}, message);
  }
  static ByteVector dhcp(std::uint8_t type) {
    return support::udp_frame(
        {.destination = support::kBroadcastMac},
        {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
        support::dhcp_message(
            {.sname = {}, .file = {}, .options = {{53, {type}}, {50, {10, 20, 16, 9}}}}));
  }
  [[nodiscard]] std::uint16_t newest_source_port() const {
    return static_cast<std::uint16_t>(queue.newest()[34] << 8 | queue.newest()[35]);
  }

  support::Service service{kConfig, {{"file", support::patterned(5000)}}, 1};
  base::Time now{std::chrono::hours{1}};
  support::SinkWorker worker{service, 64, now};
  support::SinkQueue& queue = worker.queue();
};

TEST_F(AllocationTest, ALeaseCostsNone) {
  EXPECT_EQ(allocations_for(dhcp(1)), 0u);
  EXPECT_EQ(allocations_for(dhcp(3)), 0u);
  EXPECT_GE(worker->counters().dhcp_replies.value(), 1u) << "the trap saw the OFFER being made";
}

TEST_F(AllocationTest, ATransferCostsNone) {
  EXPECT_EQ(allocations_for(tftp(support::tftp_request("file", {{"windowsize", "4"}}))), 0u);
  const std::uint16_t server = newest_source_port();
  for (const std::uint16_t block : std::array<std::uint16_t, 3>{0, 4, 8}) {
    EXPECT_EQ(allocations_for(tftp(support::tftp_ack(block), server)), 0u);
  }
  now += std::chrono::seconds{5};
  EXPECT_EQ(allocations_for(tftp(support::tftp_ack(8), server)), 0u) << "the deadline has passed";
  EXPECT_GT(worker->counters().blocks_sent.value(), 8u);
}

TEST_F(AllocationTest, TransfersUpToTheLimitOfAnAddressAndBeyondCostNone) {
  for (std::uint16_t port = 3000; port < 3020; ++port) {
    EXPECT_EQ(allocations_for(tftp(support::tftp_request("file"), 69, port)), 0u);
  }
  EXPECT_EQ(worker->counters().transfers_begun.value(), 16u);
  EXPECT_EQ(worker->counters()
                .drops[static_cast<std::size_t>(wire::DropReason::tftp_client_full)]
                .value(),
            4u);
}

TEST_F(AllocationTest, APathInOtherWordsCostsNone) {
  const std::string garbage = std::string("\xff\0\xff", 3);
  EXPECT_EQ(allocations_for(tftp(support::tftp_request("FILE"))), 0u);
  EXPECT_EQ(allocations_for(tftp(support::tftp_request("\\Afi/xLeb" + garbage))), 0u);
  EXPECT_EQ(worker->counters().transfers_begun.value(), 2u);
  EXPECT_EQ(allocations_for(tftp(support::tftp_request("a/" + std::string(250, 'b')))), 0u);
  EXPECT_EQ(worker->counters().transfers_refused.value(), 1u);
}

TEST_F(AllocationTest, ARefusalAndJunkCostNone) {
  EXPECT_EQ(allocations_for(tftp(support::tftp_request("missing"))), 0u);
  EXPECT_EQ(worker->counters().transfers_refused.value(), 1u);
  for (std::size_t length = 0; length < 300; length += 7) {
    EXPECT_EQ(allocations_for(support::patterned(length)), 0u);
  }
}

}  // namespace
}  // namespace stentor::worker
