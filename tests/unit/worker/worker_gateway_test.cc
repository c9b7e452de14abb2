// SPDX-License-Identifier: BSD-3-Clause
// Goal: TFTP answers go to where the client's newest valid frame came from, as gateways fail over;
// a frame that no client can have sent leads nothing astray.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr std::string_view kOldGateway = "02:00:00:00:0a:01";
constexpr std::string_view kNewGateway = "02:00:00:00:0a:02";

// The client's frames come by one of two gateways.
class WorkerGatewayTest : public WorkerTest {
 protected:
  // To whom each answer goes.
  std::vector<std::string> send_by(std::string_view gateway, const ByteVector& message,
                                   std::uint16_t to = 69) {
    std::vector<std::string> receivers;
    for (const ByteVector& frame : rig->exchange(
             support::udp_frame({.source = gateway}, {}, {client_port, to}, message), now)) {
      server_port = support::tftp_reply(frame).source_port;
      receivers.push_back(receiver_of(frame));
    }
    return receivers;
  }

  std::vector<std::string> receivers_after(base::Duration duration) {
    now += duration;
    rig->poll(now);
    std::vector<std::string> receivers;
    while (const auto frame = rig->port().take()) receivers.push_back(receiver_of(*frame));
    return receivers;
  }

  static std::string receiver_of(support::ByteView frame) {
    wire::MacAddress mac;
    std::copy_n(frame.begin(), mac.bytes.size(), mac.bytes.begin());
    return std::string(mac.text().view());
  }

  const std::vector<std::string> to_old{std::string(kOldGateway)};
  const std::vector<std::string> to_new{std::string(kNewGateway)};
  std::uint16_t server_port = 0;
};

TEST_F(WorkerGatewayTest, SendsTheNextBlockWhereTheAckCameFrom) {
  start();
  EXPECT_EQ(send_by(kOldGateway, support::tftp_request("file")), to_old);
  EXPECT_EQ(send_by(kNewGateway, support::tftp_ack(1), server_port), to_new);
  EXPECT_EQ(receivers_after(1500ms), to_new) << "the resend";
}

// A lock-step client repeats its ACK when a block was lost, on the way by a gateway that is gone.
TEST_F(WorkerGatewayTest, ResendsWhereARepeatedAckCameFrom) {
  start();
  send_by(kOldGateway, support::tftp_request("file"));
  EXPECT_EQ(send_by(kOldGateway, support::tftp_ack(1), server_port), to_old);
  EXPECT_TRUE(send_by(kNewGateway, support::tftp_ack(1), server_port).empty());
  EXPECT_EQ(receivers_after(1500ms), to_new);
}

// Whoever guesses a client's port must not draw its transfer away by a block that was never sent.
TEST_F(WorkerGatewayTest, FollowsNoAckBeyondTheWindow) {
  start();
  send_by(kOldGateway, support::tftp_request("file"));
  EXPECT_EQ(send_by(kOldGateway, support::tftp_ack(1), server_port), to_old);
  EXPECT_TRUE(send_by(kNewGateway, support::tftp_ack(9), server_port).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_ack_beyond), 1u);
  EXPECT_EQ(receivers_after(1500ms), to_old);
}

TEST_F(WorkerGatewayTest, TakesTheSameRequestToAnotherAddressOfOursForANewOne) {
  start({.yaml = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16, dhcp: none}, {vlan: 7, address: 10.21.0.2/16, dhcp: none}]
images: {root: /srv/images}
tftp: {clients: any, pace: none}
)"});
  const auto request = support::tftp_request("file");
  EXPECT_EQ(send_by(kOldGateway, request), to_old);
  const auto frames =
      rig->exchange(support::udp_frame({.source = kNewGateway, .tags = {{.id = 7}}},
                                       {.destination = "10.21.0.2"}, {client_port, 69}, request),
                    now);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(base::load_big_endian<std::uint16_t>(&frames[0][14]), 7) << "on its network";
  EXPECT_EQ(base::load_big_endian<std::uint32_t>(&frames[0][30]), 0x0a150002u)
      << "from that address";
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), 1u);
}

TEST_F(WorkerGatewayTest, AnswersARepeatedRequestWhereItCameFrom) {
  start();
  const auto request = support::tftp_request("file", {{"tsize", "0"}});
  EXPECT_EQ(send_by(kOldGateway, request), to_old);
  EXPECT_EQ(send_by(kNewGateway, request), to_new);
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 1u);
}

}  // namespace
}  // namespace stentor::worker
