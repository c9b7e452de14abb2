// SPDX-License-Identifier: BSD-3-Clause
// Goal: what the tables of a worker's transfers take is known before they are made.
#include "worker/tftp_service.h"

#include <gtest/gtest.h>

#include "support/allocation_trap.h"

namespace stentor::worker {
namespace {

TEST(TftpService, TakesTheMemoryThatItSays) {
  for (const std::uint32_t transfers : {1u, 3u, 1000u, 65'536u}) {
    const std::uint64_t before = support::allocated_bytes();
    const TransferTable table(transfers, 1);
    const TimingWheel wheel(transfers, base::Time{});
    const ReadyList ready(transfers, 1);
    const std::vector<base::Time> begun(transfers);
    const std::uint64_t taken = support::allocated_bytes() - before;
    EXPECT_LE(TftpService::memory_bytes(transfers), taken);
    // The list's queues, one of them here, are not counted.
    EXPECT_GE(TftpService::memory_bytes(transfers) + 64, taken);
  }
}

}  // namespace
}  // namespace stentor::worker
