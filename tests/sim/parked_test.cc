// SPDX-License-Identifier: BSD-3-Clause
// Goal: ten thousand clients whose answers must wait, and are all due in one moment, delay nobody
// else: whoever asks meanwhile is answered in the loop of a worker in which the request came, and a
// transfer has its next block in the loop of its ACK.
#include <gtest/gtest.h>

#include "support/dhcp_builder.h"
#include "support/rig.h"
#include "support/tftp_builder.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;
using support::ByteVector;

constexpr std::uint32_t kParked = 10'000;
constexpr std::uint8_t kSlow = 0x52;
constexpr std::uint8_t kQuick = 0x02;
constexpr std::string_view kConfig = R"(
ports:
  - {name: boot0, device: "vdev:net_null0", networks: [{address: 10.20.0.2/16}]}
dhcp:
  classes: [{name: slow, match: {mac: "52:*"}, quirks: {reply-delay: 2s}}]
  subnets: [{subnet: 10.20.0.0/16, pools: [10.20.64.0-10.20.255.250]}]
images: {root: /srv/images}
tftp: {pace: none}
)";

ByteVector discover(std::uint8_t kind, std::uint32_t machine) {
  support::DhcpSpec spec;
  spec.xid = machine;
  spec.chaddr = {kind, 0};
  for (int shift = 24; shift >= 0; shift -= 8) {
    spec.chaddr.push_back(static_cast<std::uint8_t>(machine >> shift));
  }
  spec.options = {{53, {1}}};
  return support::udp_frame({.destination = support::kBroadcastMac},
                            {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                            support::dhcp_message(spec));
}

class ParkedTest : public testing::Test {
 protected:
  // One loop of the worker, with these frames before it; what left in it.
  std::vector<ByteVector> loop(std::vector<ByteVector> frames) {
    for (ByteVector& frame : frames) rig.port().queue(0).put(std::move(frame));
    rig.poll(now, 1);
    std::vector<ByteVector> sent;
    while (auto frame = rig.port().take()) sent.push_back(*std::move(frame));
    return sent;
  }

  // Answers of DHCP among them to machines of this kind.
  static std::size_t offers(const std::vector<ByteVector>& frames, std::uint8_t kind) {
    return static_cast<std::size_t>(std::ranges::count_if(frames, [kind](const ByteVector& frame) {
      constexpr std::size_t kChaddr = 42 + 28;
      return frame.size() > 300 && frame[34] == 0 && frame[35] == 67 && frame[kChaddr] == kind;
    }));
  }

  static ByteVector tftp_frame(const ByteVector& message, std::uint16_t port) {
    return support::udp_frame({}, {}, {2070, port}, message);
  }

  base::Time now{1h};
  support::Rig rig{
      {.yaml = std::string(kConfig), .images = {{"file", support::patterned(512 * 2'000)}}}, now};
};

// Feature: conflict-check, reply-delay
TEST_F(ParkedTest, TenThousandParkedClientsDelayNobodyElse) {
  for (std::uint32_t machine = 0; machine < kParked; ++machine) {
    EXPECT_TRUE(loop({discover(kSlow, machine)}).empty());
  }
  EXPECT_EQ(rig.total(&worker::Counters::dhcp_parked), kParked);
  const auto first = loop({tftp_frame(support::tftp_request("file"), 69)});
  ASSERT_EQ(first.size(), 1u);
  const std::uint16_t server_port = support::tftp_reply(first[0]).source_port;

  // All of them are due by now.
  now += 3s;
  std::size_t slow = 0;
  std::uint32_t loops = 0;
  for (; slow < kParked && loops < kParked; ++loops) {
    const auto sent =
        loop({discover(kQuick, loops),
              tftp_frame(support::tftp_ack(static_cast<std::uint16_t>(loops + 1)), server_port)});
    EXPECT_EQ(offers(sent, kQuick), 1u) << "in loop " << loops;
    const std::size_t answered = offers(sent, kSlow);
    EXPECT_LE(answered, 32u);
    slow += answered;
    // The ACK of a block and the next block, in one loop.
    EXPECT_EQ(sent.size(), answered + 2) << "in loop " << loops;
  }
  EXPECT_EQ(slow, kParked);
  EXPECT_LE(loops, kParked / 32 + 2);
  EXPECT_EQ(rig.buffers_in_use(), 0u);
  EXPECT_EQ(rig.leases().census(now).offered, kParked + loops);
}

}  // namespace
}  // namespace stentor::sim
