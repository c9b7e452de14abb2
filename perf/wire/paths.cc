// SPDX-License-Identifier: BSD-3-Clause
// What the paths to its clients leave of a worker's throughput, on the simulator's clock: nothing
// of the machine is in it, and the same seed gives the same figure. Prints one JSON object.
//
// `paths loss`: one client behind a path that loses, for each of some seeds, and one whose path
// loses nothing. `paths pacing`: racks behind tail-drop buffers, for each of some seeds, and once
// without pacing.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sim/racks.h"
#include "sim/rated_path.h"

namespace stentor::perf {
namespace {

constexpr base::Duration kLimit = std::chrono::seconds{60};

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

[[noreturn]] void fail(const char* what, std::uint64_t seed) {
  std::fprintf(stderr, "paths: seed %llu: %s\n", static_cast<unsigned long long>(seed), what);
  std::exit(1);
}

constexpr double kLoss = 0.05;
constexpr std::uint64_t kLossSeeds = 20;
// About 59 MB: the start, of which nobody knows the round trip yet, is left out, but what follows
// it takes a while to be as usual.
constexpr std::uint64_t kBlocks = 40'000;

void print_fetch(double loss, std::uint64_t seed) {
  const sim::FetchResult result =
      sim::RatedPath({.seed = seed, .blocks = kBlocks, .loss = loss}).fetch(kLimit);
  if (!result.is_whole) fail("the file did not arrive as it is", seed);
  std::printf(
      "{\"bytes_per_second\": %.0f, \"whole_bytes_per_second\": %.0f, "
      "\"frames_per_block\": %.4f, \"start_seconds\": %.6f}",
      static_cast<double>(result.bytes) / seconds(result.time),
      static_cast<double>(result.start_bytes + result.bytes) / seconds(result.start + result.time),
      static_cast<double>(result.data_frames) / static_cast<double>(kBlocks),
      seconds(result.start));
}

constexpr std::uint64_t kPacingSeeds = 5;

void print_racks(const char* pace, std::uint64_t seed) {
  sim::Racks racks({.tftp = pace, .profile = {.blksize = 1468, .windowsize = 64}, .seed = seed});
  if (!racks.run(kLimit)) fail("not every machine was done in a minute", seed);
  std::printf("{\"least_share\": %.5f, \"lost\": %.7f, \"machines_failed\": %zu}",
              racks.least_share(), racks.loss(), racks.failed());
}

// {"none": ..., "seeds": [...]}
template <typename Print>
void print_all(std::uint64_t seeds, Print print_one) {
  std::fputs("{\"none\": ", stdout);
  print_one(false, 1);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    std::fputs(seed == 1 ? ", \"seeds\": [" : ", ", stdout);
    print_one(true, seed);
  }
  std::puts("]}");
}

int run(std::string_view path) {
  if (path == "loss") {
    print_all(kLossSeeds,
              [](bool loses, std::uint64_t seed) { print_fetch(loses ? kLoss : 0, seed); });
  } else if (path == "pacing") {
    print_all(kPacingSeeds, [](bool paces, std::uint64_t seed) {
      print_racks(paces ? "pace: auto" : "pace: none", seed);
    });
  } else {
    std::fputs("usage: paths loss|pacing\n", stderr);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) { return stentor::perf::run(argc == 2 ? argv[1] : ""); }
