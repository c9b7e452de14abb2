// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is parked comes back whole, once, when its time has come and not before; a client is
// there once; a full store refuses and loses nothing.
#include "worker/parked_requests.h"

#include <gtest/gtest.h>
#include <map>

#include "base/random.h"

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kParkedStart{1h};

std::vector<std::uint8_t> parked_frame(std::uint8_t mark, std::size_t bytes = 300) {
  return std::vector<std::uint8_t>(bytes, mark);
}

class ParkedRequestsTest : public testing::Test {
 protected:
  // The first byte of the next frame that is due; -1: none.
  int take(base::Time now) {
    const auto due = parked.take_due(now, buffer);
    if (!due) return -1;
    for (const std::uint8_t byte : due->frame) EXPECT_EQ(byte, due->frame[0]);
    last = due->request;
    return due->frame[0];
  }

  ParkedRequests parked{kParkedStart, 4};
  ParkedRequests::Buffer buffer{};
  ParkedRequest last;
};

TEST_F(ParkedRequestsTest, ComesBackWhenItIsDue) {
  const ParkedRequest request{
      .port = 3, .network = 7, .since = kParkedStart, .probed = wire::Ipv4Address{0x0a141005}};
  ASSERT_TRUE(parked.park(1, parked_frame(1), request, kParkedStart + 200ms));
  EXPECT_EQ(take(kParkedStart + 199ms), -1);
  EXPECT_EQ(parked.size(), 1u);
  EXPECT_EQ(take(kParkedStart + 201ms), 1);
  EXPECT_EQ(last.port, 3);
  EXPECT_EQ(last.network, 7);
  EXPECT_EQ(last.since, kParkedStart);
  EXPECT_EQ(last.probed, request.probed);
  EXPECT_EQ(take(kParkedStart + 300ms), -1) << "once";
  EXPECT_EQ(parked.size(), 0u);
}

TEST_F(ParkedRequestsTest, WaitsLongerThanTheWheelReaches) {
  ASSERT_TRUE(parked.park(1, parked_frame(1), {}, kParkedStart + 30s));
  for (base::Time now = kParkedStart; now < kParkedStart + 30s; now += 500ms)
    ASSERT_EQ(take(now), -1);
  EXPECT_EQ(take(kParkedStart + 30s + 1ms), 1);
}

TEST_F(ParkedRequestsTest, ANewerRequestTakesThePlaceOfTheOlderAndKeepsItsTime) {
  EXPECT_FALSE(parked.replace(1, parked_frame(9))) << "it does not wait";
  ASSERT_TRUE(parked.park(1, parked_frame(1), {}, kParkedStart + 200ms));
  EXPECT_TRUE(parked.replace(1, parked_frame(2, 400)));
  EXPECT_EQ(take(kParkedStart + 201ms), 2);
  EXPECT_EQ(take(kParkedStart + 1s), -1);
}

TEST_F(ParkedRequestsTest, RefusesWhenItIsFullAndWhatIsTooLong) {
  for (std::uint8_t client = 1; client <= 4; ++client) {
    ASSERT_TRUE(parked.park(client, parked_frame(client), {}, kParkedStart + 100ms));
  }
  EXPECT_FALSE(parked.park(5, parked_frame(5), {}, kParkedStart + 100ms));
  EXPECT_TRUE(parked.replace(4, parked_frame(14)));
  EXPECT_FALSE(parked.replace(4, parked_frame(15, ParkedRequests::kFrameBytesMax + 1)));
  std::vector<int> seen;
  for (int mark = take(kParkedStart + 101ms); mark >= 0; mark = take(kParkedStart + 101ms)) {
    seen.push_back(mark);
  }
  std::ranges::sort(seen);
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 14}));
  EXPECT_FALSE(
      parked.park(5, parked_frame(5, ParkedRequests::kFrameBytesMax + 1), {}, kParkedStart));
  EXPECT_TRUE(
      parked.park(5, parked_frame(5, ParkedRequests::kFrameBytesMax), {}, kParkedStart + 200ms));
}

TEST(ParkedRequests, AgreesWithAMapOverRandomOperations) {
  constexpr std::uint32_t kCapacity = 64;
  ParkedRequests parked(kParkedStart, kCapacity);
  ParkedRequests::Buffer buffer;
  base::Random random(3);
  std::map<std::uint64_t, std::pair<std::uint8_t, base::Time>> known;
  base::Time now = kParkedStart;
  for (int step = 0; step < 20'000; ++step) {
    // As many clients as twice the places, which share their home cells.
    const std::uint64_t client = 1 + random.below(2 * kCapacity) * 512;
    const auto mark = static_cast<std::uint8_t>(random.below(256));
    const auto waits = known.find(client);
    ASSERT_EQ(parked.replace(client, parked_frame(mark, 60)), waits != known.end());
    if (waits != known.end()) {
      waits->second.first = mark;
    } else {
      const base::Time due = now + std::chrono::milliseconds(1 + random.below(100));
      const bool has_room = known.size() < kCapacity;
      ASSERT_EQ(parked.park(client, parked_frame(mark, 60), {.network = 1}, due), has_room);
      if (has_room) known[client] = {mark, due};
    }
    now += std::chrono::microseconds(random.below(1000));
    std::multiset<std::uint8_t> expected;
    std::multiset<std::uint8_t> seen;
    while (const auto due = parked.take_due(now, buffer)) seen.insert(due->frame[0]);
    // A tick late at the most: who is due within the last one may be here or not yet.
    for (auto it = known.begin(); it != known.end();) {
      const bool is_here = seen.count(it->second.first) > expected.count(it->second.first);
      if (it->second.second <= now && is_here) {
        expected.insert(it->second.first);
        it = known.erase(it);
      } else {
        ASSERT_GT(it->second.second + TimingWheel::kTick * 2, now);
        ++it;
      }
    }
    ASSERT_EQ(seen, expected);
    ASSERT_EQ(parked.size(), known.size());
  }
}

}  // namespace
}  // namespace stentor::worker
