// SPDX-License-Identifier: BSD-3-Clause
// Goal: what the thread finds can be fetched, all of it, whenever somebody comes for it; and it
// ends when it is told to.
#include "image/follower.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <poll.h>

#include "bounded_memory.h"
#include "temporary_tree.h"

namespace stentor::image {
namespace {

using std::chrono::milliseconds;

class FollowerTest : public testing::Test {
 protected:
  FollowerTest() {
    files.write("first", "first");
    const FollowOptions options{.load = {.root = files.root()}, .settle = milliseconds{20}};
    auto loaded = load(options.load, memory);
    first = loaded->generation;
    follower = *Follower::start(options, *std::move(loaded), memory);
  }
  void place(const std::string& path, const std::string& bytes) const {
    files.write("part.tmp~", bytes);
    std::filesystem::rename(files.at("part.tmp~"), files.at(path));
  }
  bool has_news(int milliseconds_max) const {
    pollfd news{follower->descriptor(), POLLIN, 0};
    return ::poll(&news, 1, milliseconds_max) == 1;
  }

  BoundedMemory memory;
  const TemporaryTree files;
  std::shared_ptr<const Generation> first;
  std::unique_ptr<Follower> follower;
};

TEST_F(FollowerTest, TellsOnceWhenSomethingHasChanged) {
  EXPECT_FALSE(has_news(100));
  place("second", "second");
  ASSERT_TRUE(has_news(20'000));
  Update update = follower->take();
  while (update.generation == nullptr || update.generation->find("second") == nullptr) {
    ASSERT_TRUE(has_news(20'000));
    update.append(follower->take());
  }
  EXPECT_FALSE(has_news(100));
  EXPECT_TRUE(follower->take().is_empty());
}

TEST_F(FollowerTest, KeepsAllThatHappensUntilItIsFetched) {
  for (int i = 0; i < 5; ++i) {
    place("first", std::to_string(i));
    std::this_thread::sleep_for(milliseconds{100});
  }
  place("last", "last");
  Update update;
  const base::Time until = base::MonotonicClock::now() + std::chrono::seconds{20};
  while (base::MonotonicClock::now() < until) {
    update.append(follower->take());
    if (update.generation != nullptr && update.generation->find("last") != nullptr) break;
    std::this_thread::sleep_for(milliseconds{10});
  }
  ASSERT_NE(update.generation, nullptr);
  EXPECT_EQ(base::as_text(update.generation->find("first")->bytes), "4");
  EXPECT_EQ(update.replaced, update.retired.size());
  EXPECT_EQ(update.retired.front(), first->find("first"));
  EXPECT_EQ(first->stock()->images(), 2 + update.retired.size());
}

TEST_F(FollowerTest, GivesBackWhatIsReleased) {
  place("first", "second");
  Update update;
  while (update.generation == nullptr) {
    ASSERT_TRUE(has_news(20'000));
    update.append(follower->take());
  }
  EXPECT_EQ(first->stock()->images(), 2u);
  follower->release(update.retired);
  const base::Time until = base::MonotonicClock::now() + std::chrono::seconds{20};
  while (first->stock()->images() != 1 && base::MonotonicClock::now() < until) {
    std::this_thread::sleep_for(milliseconds{5});
  }
  EXPECT_EQ(first->stock()->images(), 1u);
}

TEST_F(FollowerTest, EndsWhenItIsTold) {
  place("large", some_bytes(30 << 20));
  std::this_thread::sleep_for(milliseconds{30});
  EXPECT_TRUE(follower->stop(std::chrono::seconds{20}));
}

}  // namespace
}  // namespace stentor::image
