// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One client before a whole worker: the fixture of the tests of worker.h and of what lies beneath.

#include <gtest/gtest.h>

#include "support/rig.h"
#include "support/tftp_builder.h"

namespace stentor::worker {

using namespace std::chrono_literals;
using support::ByteVector;
using support::TftpReply;

inline constexpr base::Time kStart{std::chrono::hours{1}};

// One client of a rig: it sends from one UDP port, and sees what is sent back.
class WorkerTest : public testing::Test {
 protected:
  void start(support::RigOptions options = {}) {
    if (options.yaml.empty()) options.yaml = support::kUnpacedConfig;
    if (options.images.empty()) options.images["file"] = support::patterned(1500);
    rig.emplace(options, kStart);
  }

  std::vector<TftpReply> send(const ByteVector& message, std::uint16_t to = 69,
                              std::size_t queue = 0) {
    std::vector<TftpReply> replies;
    for (const ByteVector& frame :
         rig->exchange(support::udp_frame({}, {}, {client_port, to}, message), now, queue)) {
      replies.push_back(support::tftp_reply(frame));
    }
    return replies;
  }

  std::vector<TftpReply> wait(base::Duration duration) {
    now += duration;
    rig->poll(now);
    std::vector<TftpReply> replies;
    while (const auto frame = rig->port().take()) replies.push_back(support::tftp_reply(*frame));
    return replies;
  }

  // Whatever the test was about: what became of each frame that came is known
  // (worker/counters.h).
  void TearDown() override {
    if (!rig) return;
    std::uint64_t drops = 0;
    for (std::size_t reason = 0; reason < wire::kDropReasonCount; ++reason) {
      drops += rig->drops(static_cast<wire::DropReason>(reason));
    }
    EXPECT_EQ(rig->total(&Counters::frames_received) + rig->total(&Counters::late_drops),
              rig->total(&Counters::frames_answered) + rig->total(&Counters::frames_taken) + drops);
  }

  std::optional<support::Rig> rig;
  base::Time now = kStart;
  std::uint16_t client_port = 2070;
};

}  // namespace stentor::worker
