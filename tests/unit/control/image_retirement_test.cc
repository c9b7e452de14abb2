// SPDX-License-Identifier: BSD-3-Clause
// Goal: an image is given back exactly when no look-up, no transfer and no frame can use it, and no
// image waits for another's transfer.
#include "control/image_retirement.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

namespace stentor::control {
namespace {

using image::Image;
using Images = std::vector<const Image*>;

// What the hooks ask: two pools of segments, each segment an image's; workers that pass marks.
class ImageRetirementTest : public testing::Test {
 protected:
  ImageRetirement::Hooks hooks() {
    return {.mark = [this] { return ++marked; },
            .passed = [this](std::uint64_t mark) { return mark <= passed; },
            .is_in_use = [this](const Image& image) { return in_use.count(&image) != 0; },
            .change_pools = [this] { pool = 1 - pool; },
            .segments_out =
                [this] { return static_cast<unsigned>(segments[1 - pool].size()) - miscounted; },
            .release =
                [this](std::span<const Image* const> free) {
                  for (const Image* image : free) {
                    EXPECT_EQ(in_use.count(image), 0u);
                    for (const auto& each : segments) EXPECT_EQ(each.count(image), 0u);
                    released.push_back(image);
                  }
                }};
  }
  void tick(int times = 1) {
    for (int i = 0; i < times; ++i) {
      passed = marked;
      retirement.tick();
    }
  }

  std::vector<Image> images = std::vector<Image>(100);
  std::uint64_t marked = 0;
  std::uint64_t passed = 0;
  std::multiset<const Image*> in_use;
  std::multiset<const Image*> segments[2];
  std::size_t pool = 0;
  unsigned miscounted = 0;
  Images released;
  ImageRetirement retirement{hooks()};
};

TEST_F(ImageRetirementTest, WaitsForEveryWorkersNextBurst) {
  retirement.retire({&images[0]});
  for (int i = 0; i < 10; ++i) retirement.tick();
  EXPECT_TRUE(released.empty());
  tick(4);
  EXPECT_EQ(released, Images{&images[0]});
  EXPECT_EQ(retirement.waiting(), 0u);
}

TEST_F(ImageRetirementTest, KeepsWhatATransferSendsAndNothingElse) {
  in_use = {&images[0]};
  for (std::size_t i = 0; i < images.size(); ++i) {
    retirement.retire({&images[i]});
    tick(4);
    ASSERT_EQ(released.size(), i);
  }
  EXPECT_EQ(retirement.waiting(), 1u);
  EXPECT_EQ(retirement.in_use(), 1u);
  in_use.clear();
  tick(4);
  EXPECT_EQ(released.back(), &images[0]);
  EXPECT_EQ(retirement.waiting(), 0u);
}

TEST_F(ImageRetirementTest, WaitsForTheFramesThatWereMadeBefore) {
  segments[pool] = {&images[0]};
  retirement.retire({&images[0]});
  tick(10);
  EXPECT_TRUE(released.empty());
  segments[pool] = {&images[7]};  // the other pool now: of another image
  tick(10);
  EXPECT_TRUE(released.empty());
  segments[1 - pool].clear();
  tick(3);
  EXPECT_EQ(released, Images{&images[0]});
}

TEST_F(ImageRetirementTest, ChangesPoolsNoMoreUntilTheOneThatWasLeftIsEmpty) {
  segments[pool] = {&images[0]};
  retirement.retire({&images[0]});
  tick(3);
  const std::size_t in_turn = pool;
  retirement.retire({&images[1]});
  tick(10);
  EXPECT_EQ(pool, in_turn);
  segments[1 - pool].clear();
  tick(10);
  EXPECT_EQ(released, (Images{&images[0], &images[1]}));
}

// A pool may count a segment twice for a moment.
TEST_F(ImageRetirementTest, LooksTwice) {
  segments[pool] = {&images[0]};
  retirement.retire({&images[0]});
  tick(2);
  miscounted = 1;
  tick(1);
  miscounted = 0;
  tick(10);
  EXPECT_TRUE(released.empty());
  segments[1 - pool].clear();
  tick(3);
  EXPECT_EQ(released.size(), 1u);
}

// Transfers begin on what can be found, send frames, and end, in any order; the hook above asserts.
TEST_F(ImageRetirementTest, GivesEachImageBackOnceUnderRandomUse) {
  std::mt19937 random(8);
  std::set<const Image*> findable;
  for (const Image& image : images) findable.insert(&image);
  std::set<const Image*> retired;
  const auto any = [&](const auto& set) {
    return *std::next(set.begin(), static_cast<long>(random() % set.size()));
  };
  for (int round = 0; round < 20'000; ++round) {
    switch (random() % 7) {
      case 0:
        if (!findable.empty()) in_use.insert(any(findable));
        break;
      case 1:
      case 2:
        if (!in_use.empty()) segments[pool].insert(any(in_use));
        break;
      case 3:
        if (!in_use.empty()) in_use.erase(in_use.find(any(in_use)));
        break;
      case 4: {
        auto& out = segments[random() % 2];
        if (!out.empty()) out.erase(out.find(any(out)));
        break;
      }
      case 5:
        if (round % 20 == 0 && !findable.empty()) {
          const Image* image = any(findable);
          findable.erase(image);
          retired.insert(image);
          retirement.retire({image});
        }
        break;
      default:
        tick();
    }
  }
  in_use.clear();
  for (auto& out : segments) out.clear();
  tick(10);
  EXPECT_EQ(released.size(), retired.size());
  EXPECT_EQ(std::set<const Image*>(released.begin(), released.end()), retired);
}

}  // namespace
}  // namespace stentor::control
