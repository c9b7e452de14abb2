// SPDX-License-Identifier: BSD-3-Clause
// Goal: a window of sixteen on a path of which the round trip is as long as sixteen blocks: what
// loss leaves of the throughput from its second window on, and what copies cost where a window
// takes time to leave.
#include <cstdio>

#include "sim/expectation.h"
#include "sim/rated_path.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeeds = 6;
constexpr double kTwentieth = 0.05;
// Long beside what a client loses at its start, of which nobody knows the round trip yet.
constexpr std::size_t kBlocksUnderLoss = 40'000;

FetchResult fetch(const PathOptions& options) {
  const FetchResult result = RatedPath(options).fetch(600s);
  EXPECT_TRUE(result.is_whole);
  return result;
}

double frames_per_block(const FetchResult& result, const PathOptions& options) {
  return static_cast<double>(result.data_frames) / static_cast<double>(options.blocks);
}

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

TEST(ThroughputTest, WithoutLossEachWindowTakesItsBlocksAndARoundTrip) {
  // Goal: what the share under loss is a share of.
  const PathOptions options;
  const FetchResult result = fetch(options);
  EXPECT_EQ(result.data_frames, options.blocks);
  const double expected = seconds(options.block_time) * 2 * static_cast<double>(options.blocks);
  EXPECT_NEAR(seconds(result.time), expected, expected / 100);
}

// Of the throughput without loss, for each of `seeds` seeds; none may be below `floor`. Their mean.
double mean_share(const std::string& rto_min, std::uint64_t seeds, double floor) {
  const double whole = seconds(fetch({.blocks = kBlocksUnderLoss}).time);
  const std::uint64_t first = seed_or(50);
  double sum = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE(seed_text(seed));
    const PathOptions options{
        .seed = seed, .blocks = kBlocksUnderLoss, .loss = kTwentieth, .rto_min = rto_min};
    const FetchResult result = fetch(options);
    const double share = whole / seconds(result.time);
    std::printf("rto.min %5s, seed %llu: %.3f of the throughput, %.2f DATA frames a block\n",
                rto_min.c_str(), static_cast<unsigned long long>(seed), share,
                frames_per_block(result, options));
    EXPECT_GE(share, floor);
    sum += share;
  }
  return sum / static_cast<double>(seeds);
}

TEST(ThroughputTest, KeepsMoreThanHalfWhenATwentiethIsLostEachWay) {
  // Goal: more than half, whatever is lost first (with the last seed the ACK of the OACK). A client
  // of TFTP drops what follows a gap, so that of a window of sixteen two thirds count: 0.78 is what
  // remains if the server hears of each loss at once.
  EXPECT_GE(mean_share("20ms", kSeeds, 0.5), 0.65);
}

TEST(ThroughputTest, OwesThatToProbesAndNotToALowFloor) {
  // Goal: a floor of the timer that is a twentieth of the usual one changes little.
  EXPECT_GE(mean_share("1ms", 2, 0.5), 0.65);
}

TEST(ThroughputTest, KeepsWhatOtherWindowsAndLossesLeave) {
  // Goal: floors below what was measured for many seeds: a window's resends and probes stay in
  // proportion to its losses.
  const struct {
    std::uint16_t windowsize;
    double loss, share_min, frames_max;
  } cases[] = {{4, 0.05, 0.65, 1.25},   {4, 0.001, 0.95, 1.02}, {16, 0.01, 0.88, 1.15},
               {16, 0.001, 0.97, 1.02}, {64, 0.05, 0.30, 3.2},  {64, 0.01, 0.70, 1.5},
               {64, 0.001, 0.90, 1.1}};
  for (const auto& expected : cases) {
    PathOptions options{.seed = seed_or(80), .windowsize = expected.windowsize};
    SCOPED_TRACE(seed_text(options.seed));
    const double whole = seconds(fetch(options).time);
    options.loss = expected.loss;
    const FetchResult result = fetch(options);
    const double share = whole / seconds(result.time);
    const double frames = frames_per_block(result, options);
    std::printf("window %u, %.3f lost: %.3f of the throughput, %.2f DATA frames a block\n",
                unsigned{expected.windowsize}, expected.loss, share, frames);
    EXPECT_GE(share, expected.share_min);
    EXPECT_LE(frames, expected.frames_max);
  }
}

TEST(ThroughputTest, CopiesDoNotMultiplyWhereAWindowQueues) {
  // Goal: a copied frame costs the rest of a window at the most, also where a window takes eight
  // times longer to leave than to travel. If the ACKs of copies were taken for reports, each window
  // would be sent twice to the end of the file, and the copies of that again.
  const struct {
    unsigned round_trip_blocks;
    double duplication, frames_max;
  } cases[] = {{16, 0.01, 1.3}, {16, 0.1, 2.0}, {2, 0.01, 2.0}, {2, 0.1, 3.5}};
  for (const auto& expected : cases) {
    const PathOptions options{.seed = seed_or(70),
                              .blocks = 4000,
                              .round_trip_blocks = expected.round_trip_blocks,
                              .duplication = expected.duplication};
    SCOPED_TRACE(seed_text(options.seed));
    const double frames = frames_per_block(fetch(options), options);
    std::printf("round trip %u blocks, %.2f copied: %.2f DATA frames a block\n",
                expected.round_trip_blocks, expected.duplication, frames);
    EXPECT_LE(frames, expected.frames_max);
  }
}

TEST(ThroughputTest, IsBackSoonAfterACutAlsoWhereMuchIsLost) {
  // Goal: a timer that was backed off for seconds does not stay so, though hardly a window comes
  // through whole.
  constexpr base::Duration kCut = 10s;
  for (std::uint64_t i = 0; i < 2 * kSeeds; ++i) {
    PathOptions options{.seed = seed_or(60) + i / 2,
                        .windowsize = static_cast<std::uint16_t>(i % 2 == 0 ? 16 : 64),
                        .loss = kTwentieth};
    SCOPED_TRACE(seed_text(options.seed));
    const FetchResult without = fetch(options);
    options.cut = kCut;
    const FetchResult with = fetch(options);
    const double more = seconds(with.start + with.time) - seconds(without.start + without.time);
    std::printf("window %u, cut for 10 s: %.1f s longer\n", unsigned{options.windowsize}, more);
    EXPECT_LE(more, seconds(kCut) + 8) << "two timers";
  }
}

TEST(ThroughputTest, ASlowLinkIsNotFilledWithCopies) {
  // Goal: where a window takes longer than the timer's floor, which the OACK alone knew nothing of,
  // the first windows leave more than once, and no others do.
  constexpr base::Duration kBitAt1kbps = 1ms;
  const struct {
    std::uint16_t windowsize;
    unsigned kilobits;  // a second
  } cases[] = {{1, 1000},  {4, 1000},  {8, 1000},  {16, 300},    {16, 1000},
               {16, 4000}, {16, 8000}, {64, 1000}, {64, 10'000}, {64, 30'000}};
  for (const auto& path : cases) {
    const PathOptions options{.seed = seed_or(90),
                              .windowsize = path.windowsize,
                              .blocks = 4000,
                              .block_time = 1538 * 8 * kBitAt1kbps / path.kilobits,
                              .round_trip_blocks = 1};
    SCOPED_TRACE(seed_text(options.seed));
    const FetchResult result = fetch(options);
    const double frames = frames_per_block(result, options);
    const double least = seconds(options.block_time) * static_cast<double>(options.blocks);
    const double share = least / seconds(result.start + result.time);
    std::printf("window %u at %u kb/s: %.3f of the link, %.2f DATA frames a block\n",
                unsigned{path.windowsize}, path.kilobits, share, frames);
    EXPECT_LE(frames, 1.05);
    if (path.kilobits < 4000) continue;
    PathOptions lossy = options;
    lossy.loss = 0.01;
    const double frames_lossy = frames_per_block(fetch(lossy), lossy);
    std::printf("  and 0.01 lost: %.2f DATA frames a block\n", frames_lossy);
    EXPECT_LE(frames_lossy, 2);
    EXPECT_GE(share, 0.8 * path.windowsize / (path.windowsize + 1));
  }
}

}  // namespace
}  // namespace stentor::sim
