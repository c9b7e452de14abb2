// SPDX-License-Identifier: BSD-3-Clause
// Goal: the server's transfer and the client, who share no code, bring every byte of every file
// over a network that loses, duplicates and reorders, for every window and block size; and
// duplicates alone make neither of them send more.
#include "tftp_loopback.h"

#include <gtest/gtest.h>

#include "client/boot_profile.h"

namespace stentor::client {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kWindowsizes[] = {1, 2, 4, 16, 64, 1000, 32767};
constexpr std::uint16_t kBlksizes[] = {8, 512, 1468};
constexpr tftp::Limits kAnyWindow{.windowsize_max = 32767};  // the largest that is granted

TftpProfile profile(std::uint16_t windowsize, std::uint16_t blksize, bool acks_each_bad = false) {
  return {.blksize = blksize,
          .windowsize = windowsize,
          .asks_tsize = true,
          .acks_each_bad_block = acks_each_bad,
          .retries_max = 40,
          .retry_first = 500ms,
          .retry_max = 2s};
}

void expect_whole(const LoopbackResult& result, std::uint64_t file_bytes) {
  EXPECT_EQ(result.client, TftpState::complete);
  EXPECT_TRUE(result.server_complete);
  EXPECT_EQ(result.bytes_received, file_bytes);
  EXPECT_EQ(result.bytes_wrong, 0u);
  EXPECT_EQ(result.oacks_after_ack, 0u);
}

TEST(TftpLoopback, BringsEveryByteOverABadNetwork) {
  const support::LinkFaults bad{.loss = 0.05, .duplication = 0.05, .reordering = 0.05};
  std::uint64_t seed = 0;
  for (const std::uint16_t windowsize : kWindowsizes) {
    for (const std::uint16_t blksize : kBlksizes) {
      for (const std::uint64_t blocks : {0u, 1u, 2u, 63u, 64u, 65u, 200u}) {
        for (const int edge : {-1, 0, 1}) {
          if (blocks == 0 && edge == -1) continue;
          const auto file_bytes =
              static_cast<std::uint64_t>(static_cast<std::int64_t>(blocks * blksize) + edge);
          SCOPED_TRACE(testing::Message() << "windowsize " << windowsize << " blksize " << blksize
                                          << " bytes " << file_bytes << " seed " << seed);
          expect_whole(Loopback({.profile = profile(windowsize, blksize, seed % 2 == 0),
                                 .file_bytes = file_bytes,
                                 .seed = ++seed,
                                 .to_client = bad,
                                 .to_server = bad,
                                 .limits = kAnyWindow})
                           .run(),
                       file_bytes);
          if (HasFailure()) return;
        }
      }
    }
  }
}

// What is lost of a large window brings the rest of it again: there some losses do.
TEST(TftpLoopback, BringsFilesOfMoreThan65535BlocksWithEitherRollover) {
  const struct {
    std::uint16_t windowsize;
    support::LinkFaults bad;
  } cases[] = {{16, {.loss = 0.002, .duplication = 0.01, .reordering = 0.01}},
               {kAnyWindow.windowsize_max, {.loss = 0.00002, .duplication = 0.01}}};
  for (const auto& [windowsize, bad] : cases) {
    for (const bool to_one : {false, true}) {
      TftpProfile rolling = profile(windowsize, 8);
      rolling.rollover_to_one = to_one;
      tftp::Limits limits = kAnyWindow;
      limits.rollover = to_one ? 1 : 0;
      const std::uint64_t file_bytes = 140'000 * 8;
      expect_whole(Loopback({.profile = rolling,
                             .file_bytes = file_bytes,
                             .to_client = bad,
                             .to_server = bad,
                             .limits = limits})
                       .run(),
                   file_bytes);
    }
  }
}

TEST(TftpLoopback, SendsEachBlockOnceWithoutLoss) {
  for (const std::uint16_t windowsize : kWindowsizes) {
    const LoopbackResult result =
        Loopback(
            {.profile = profile(windowsize, 512), .file_bytes = 1000 * 512, .limits = kAnyWindow})
            .run();
    expect_whole(result, 1000 * 512);
    EXPECT_EQ(result.blocks_sent, 1001u) << windowsize;
    EXPECT_EQ(result.acks_sent, 2 + (1001u + windowsize - 1) / windowsize) << windowsize;
  }
}

TEST(TftpLoopback, SendsEachBlockOnceWhenEveryAckIsDuplicated) {
  for (const std::uint16_t windowsize : kWindowsizes) {
    const LoopbackResult result = Loopback({.profile = profile(windowsize, 512, true),
                                            .file_bytes = 1000 * 512,
                                            .to_server = {.duplication = 1},
                                            .limits = kAnyWindow})
                                      .run();
    expect_whole(result, 1000 * 512);
    EXPECT_EQ(result.blocks_sent, 1001u) << windowsize;
  }
}

TEST(TftpLoopback, LetsNoNumberOfDuplicatesMultiply) {
  // Each block twice, each ACK twice, half of the ACKs late. Lock-step sends each block once; a
  // window may take a late copy for a loss report, but what that costs does not feed on itself.
  for (const std::uint16_t windowsize : kWindowsizes) {
    for (const bool acks_each_bad : {false, true}) {
      const LoopbackResult result =
          Loopback({.profile = profile(windowsize, 512, acks_each_bad),
                    .file_bytes = 1000 * 512,
                    .to_client = {.duplication = 1},
                    .to_server = {.duplication = 1, .reordering = 0.5, .lag = 1500us},
                    .limits = kAnyWindow})
              .run();
      expect_whole(result, 1000 * 512);
      EXPECT_LE(result.blocks_sent, windowsize == 1 ? 1001u : 2100u) << windowsize;
    }
  }
}

TEST(TftpLoopback, BearsANetworkThatShufflesEverything) {
  // Half of the blocks arrive after those behind them: every window has gaps, none has losses.
  for (const std::uint16_t windowsize : kWindowsizes) {
    const support::LinkFaults shuffled{.reordering = 0.5, .lag = 1500us};
    const LoopbackResult result = Loopback({.profile = profile(windowsize, 512, true),
                                            .file_bytes = 1000 * 512,
                                            .to_client = shuffled,
                                            .to_server = shuffled,
                                            .limits = kAnyWindow})
                                      .run();
    expect_whole(result, 1000 * 512);
    if (windowsize == 1) {
      EXPECT_EQ(result.blocks_sent, 1001u);
    }
  }
}

TEST(TftpLoopback, ServesEveryBootFirmware) {
  const support::LinkFaults bad{.loss = 0.02, .duplication = 0.02, .reordering = 0.02};
  for (const BootProfile& boot : kBootProfiles) {
    SCOPED_TRACE(boot.name);
    TftpProfile second = boot.tftp;  // the transfer that follows a size probe
    second.probes_size = false;
    expect_whole(
        Loopback({.profile = second, .file_bytes = 300'000, .to_client = bad, .to_server = bad})
            .run(),
        300'000);
  }
}

TEST(TftpLoopback, EndsASizeProbeWithoutATransfer) {
  Loopback loopback({.profile = kEdk2.tftp, .file_bytes = 300'000, .time_max = 5s});
  const LoopbackResult result = loopback.run();
  EXPECT_EQ(result.client, TftpState::probed);
  EXPECT_EQ(result.blocks_sent, 0u);
}

TEST(TftpLoopback, EndsInSuccessWithoutTheLastAck) {
  TftpProfile silent = profile(1, 512);
  silent.skips_last_ack = true;
  const LoopbackResult result = Loopback({.profile = silent, .file_bytes = 5000}).run();
  expect_whole(result, 5000);
}

}  // namespace
}  // namespace stentor::client
