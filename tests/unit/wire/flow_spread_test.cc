// SPDX-License-Identifier: BSD-3-Clause
// Goal: the hash is the one that devices reckon (the verification suite of Microsoft's RSS, IPv4
// with ports), and its remainder names the queue.
#include "wire/flow_spread.h"

#include <gtest/gtest.h>
#include <numeric>

namespace stentor::wire {
namespace {

constexpr std::array<std::uint8_t, 40> kVerificationKey = {
    0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
    0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
    0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

struct Flow {
  const char* source;
  std::uint16_t source_port;
  const char* destination;
  std::uint16_t destination_port;
  std::uint32_t hash;
};

constexpr Flow kFlows[] = {
    {"66.9.149.187", 2794, "161.142.100.80", 1766, 0x51ccc178},
    {"199.92.111.2", 14230, "65.69.140.83", 4739, 0xc626b0ea},
    {"24.19.198.95", 12898, "12.22.207.184", 38024, 0x5c2b394a},
    {"38.27.205.30", 48228, "209.142.163.6", 2217, 0xafc7327f},
    {"153.39.163.191", 44251, "202.188.127.2", 1303, 0x10e828a2},
};

std::uint32_t hash_of(const FlowSpread& spread, const Flow& flow) {
  return spread.hash_of(spread.hash_of(*Ipv4Address::parse(flow.source),
                                       *Ipv4Address::parse(flow.destination), flow.source_port),
                        flow.destination_port);
}

TEST(FlowSpread, HashesAsTheVerificationSuiteDoes) {
  const FlowSpread spread(kVerificationKey, {0});
  for (const Flow& flow : kFlows) EXPECT_EQ(hash_of(spread, flow), flow.hash) << flow.source;
}

TEST(FlowSpread, NeedsNoMoreOfTheKeyThanItSays) {
  const FlowSpread spread(base::Bytes(kVerificationKey).first(FlowSpread::kKeyBytesMin), {0});
  for (const Flow& flow : kFlows) EXPECT_EQ(hash_of(spread, flow), flow.hash) << flow.source;
}

TEST(FlowSpread, TakesTheQueueFromTheTableByTheRemainder) {
  std::vector<std::uint16_t> table(128);
  std::iota(table.begin(), table.end(), std::uint16_t{100});
  const FlowSpread spread(kVerificationKey, table);
  const Flow& flow = kFlows[0];
  const std::uint32_t rest = spread.hash_of(
      *Ipv4Address::parse(flow.source), *Ipv4Address::parse(flow.destination), flow.source_port);
  EXPECT_EQ(spread.queue_of(rest, flow.destination_port), 100 + flow.hash % 128);
}

TEST(FlowSpread, BringsSomeOfAnyFewPortsToEachQueue) {
  const FlowSpread spread(kVerificationKey, {0, 1, 2, 3});
  std::array<int, 4> ports{};
  const std::uint32_t rest =
      spread.hash_of(*Ipv4Address::parse("10.0.0.9"), *Ipv4Address::parse("10.0.0.1"), 2070);
  for (std::uint16_t port = 49152; port < 49152 + 256; ++port) ++ports[spread.queue_of(rest, port)];
  for (const int count : ports) EXPECT_EQ(count, 64);
}

}  // namespace
}  // namespace stentor::wire
