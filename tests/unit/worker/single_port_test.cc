// SPDX-License-Identifier: BSD-3-Clause
// Goal: with `tftp.ports: single` a whole transfer goes through port 69, on whichever queue its
// frames arrive.
#include <gtest/gtest.h>

#include "support/rig.h"
#include "support/tftp_builder.h"

namespace stentor::worker {
namespace {

using support::ByteVector;
using support::TftpReply;

constexpr std::size_t kQueues = 3;
constexpr std::size_t kBlocks = 40;

class SinglePort : public testing::Test {
 protected:
  // What is sent because of one message to port 69.
  std::vector<TftpReply> send(const ByteVector& message, std::uint16_t client_port,
                              std::size_t queue) {
    now += std::chrono::microseconds{50};
    std::vector<TftpReply> replies;
    const auto frame = support::udp_frame({}, {}, {client_port, 69}, message);
    for (const ByteVector& sent : rig.exchange(frame, now, queue)) {
      replies.push_back(support::tftp_reply(sent));
      EXPECT_EQ(replies.back().source_port, 69);
    }
    return replies;
  }

  support::Rig rig{
      {.yaml = std::string(support::kOneNetworkConfig) + "tftp: {ports: single, clients: any}\n",
       .images = {{"file", support::patterned(kBlocks * 512 - 1)}},
       .workers = kQueues}};
  base::Time now{std::chrono::hours{1}};
};

TEST_F(SinglePort, ServesTransfersWhoseFramesComeOnAnyQueue) {
  constexpr std::uint16_t kClients = 8;
  for (std::uint16_t client = 0; client < kClients; ++client) {
    const auto port = static_cast<std::uint16_t>(3000 + client);
    auto replies = send(support::tftp_request("file"), port, client % kQueues);
    for (std::size_t block = 1; block <= kBlocks; ++block) {
      ASSERT_EQ(replies.size(), 1u) << client << " " << block;
      ASSERT_EQ(replies[0].number, block);
      replies = send(support::tftp_ack(static_cast<std::uint16_t>(block)), port,
                     (client + block) % kQueues);
    }
    EXPECT_TRUE(replies.empty());
  }
  EXPECT_EQ(rig.total(&Counters::transfers_completed), kClients);
  EXPECT_GT(rig.total(&Counters::frames_handed_over), 0u);
  EXPECT_EQ(rig.buffers_in_use(), 0u);
}

TEST_F(SinglePort, EndsATransferByItsClientsError) {
  ASSERT_EQ(send(support::tftp_request("file"), 3000, 0).size(), 1u);
  EXPECT_TRUE(send(support::tftp_error(0, "aborted"), 3000, 1).empty());
  EXPECT_EQ(rig.total(&Counters::transfers_ended_by_client), 1u);
}

TEST_F(SinglePort, AnswersNobodyWhoHasNoTransfer) {
  EXPECT_TRUE(send(support::tftp_ack(1), 3000, 0).empty());
  EXPECT_TRUE(send(support::tftp_error(0, ""), 3000, 0).empty());
  EXPECT_EQ(rig.drops(wire::DropReason::tftp_no_transfer), 2u);
}

TEST_F(SinglePort, RefusesFromPort69) {
  const auto replies = send(support::tftp_request("no/such.file"), 3000, 0);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].opcode, 5);
}

}  // namespace
}  // namespace stentor::worker
