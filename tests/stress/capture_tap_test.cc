// SPDX-License-Identifier: BSD-3-Clause
// Goal: while captures begin and end, a reader sees whole frames of the one that runs, in order,
// and every frame is either read or counted as lost.
#include <gtest/gtest.h>
#include <vector>

#include "capture/tap.h"
#include "crew.h"

namespace stentor::capture {
namespace {

constexpr std::size_t kHead = 42;

// Frame `number` of `size` bytes: the number, and bytes that follow from it.
void write_frame(std::vector<std::uint8_t>& frame, std::uint64_t number, std::size_t size) {
  frame.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    frame[i] = static_cast<std::uint8_t>(i < 8 ? number >> 8 * i : number * 31 + i);
  }
}

std::uint64_t number_of(base::Bytes frame) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8 | frame[i];
  return number;
}

TEST(CaptureTapStress, LosesNothingThatItDoesNotCount) {
  base::Counter captured;
  base::Counter lost;
  Tap tap(captured, lost);
  std::atomic<bool> is_over{false};
  std::uint64_t noted = 0;
  std::uint64_t seen = 0;
  std::uint64_t wrong = 0;
  std::uint64_t started = 0;
  stress::run_crew(2, [&](unsigned self) {
    if (self == 0) {  // the worker
      std::vector<std::uint8_t> frame;
      const std::uint64_t wanted = stress::rounds(200'000);
      while (noted < wanted) {
        const std::uint64_t number = noted + 1;
        tap.begin_loop(base::Time{base::Duration{static_cast<std::int64_t>(number)}});
        if (!tap.is_on()) continue;
        write_frame(frame, number, 60 + number % 1400);
        const base::Bytes all = frame;
        tap.note_sent(0, all.first(kHead), all.subspan(kHead), std::nullopt);
        ++noted;
      }
      tap.begin_loop({});
      is_over.store(true);
      return;
    }
    std::uint64_t last = 0;
    const auto look = [&](const Record& record, base::Bytes kept) {
      const std::uint64_t number = number_of(kept);
      bool is_right = number > last && kept.size() == 60 + number % 1400 &&
                      record.at.time_since_epoch().count() == static_cast<std::int64_t>(number);
      for (std::size_t i = 8; i < kept.size(); ++i) {
        is_right &= kept[i] == static_cast<std::uint8_t>(number * 31 + i);
      }
      wrong += is_right ? 0 : 1;
      last = number;
      ++seen;
      return true;
    };
    while (!is_over.load()) {
      if (!tap.start({})) continue;
      ++started;
      for (int looks = 0; looks < 50 && !is_over.load(); ++looks) {
        tap.drain(look);
        if (looks % 10 == 0) std::this_thread::yield();
      }
      tap.stop();
    }
    tap.drain(look);
  });
  const std::uint64_t discarded = captured.value() - seen;
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(captured.value() + lost.value(), noted);
  EXPECT_GT(started, 1u);
  EXPECT_GT(seen, 0u);
  // What stands in the ring when the next one begins.
  EXPECT_LE(discarded, started * Tap::kRingBytes / 96);
}

}  // namespace
}  // namespace stentor::capture
