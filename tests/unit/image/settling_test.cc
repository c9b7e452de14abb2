// SPDX-License-Identifier: BSD-3-Clause
// Goal: a path waits until it is quiet, a complete one does not, and nothing puts either off for
// ever.
#include "image/settling.h"

#include <gtest/gtest.h>

namespace stentor::image {
namespace {

using std::chrono::milliseconds;
using Paths = std::vector<std::string>;

constexpr base::Time kStart{std::chrono::hours{1}};

TEST(Settling, TakesAPathOnceItHasBeenQuiet) {
  Settling settling(milliseconds{500});
  settling.disturb("a", kStart);
  settling.disturb("a", kStart + milliseconds{400});
  EXPECT_EQ(settling.take(kStart + milliseconds{899}, 10), Paths{});
  EXPECT_EQ(settling.next(), kStart + milliseconds{900});
  EXPECT_EQ(settling.take(kStart + milliseconds{900}, 10), Paths{"a"});
  EXPECT_EQ(settling.size(), 0u);
  EXPECT_EQ(settling.next(), std::nullopt);
}

TEST(Settling, TakesACompleteOneAtOnceHoweverOftenItIsRenamedOver) {
  Settling settling(milliseconds{500});
  settling.disturb("a", kStart);
  for (int i = 0; i < 10; ++i) settling.complete("a", kStart + milliseconds{i});
  EXPECT_EQ(settling.take(kStart + Settling::kGather, 10), Paths{"a"});
}

TEST(Settling, WaitsForWhoWritesOnInAFileThatWasRenamed) {
  Settling settling(milliseconds{500});
  settling.complete("a", kStart);
  settling.disturb("a", kStart + milliseconds{1});
  EXPECT_EQ(settling.take(kStart + milliseconds{500}, 10), Paths{});
  EXPECT_EQ(settling.take(kStart + milliseconds{501}, 10), Paths{"a"});
}

TEST(Settling, IsNotPutOffByADoubt) {
  Settling settling(milliseconds{500});
  settling.complete("a", kStart);
  settling.doubt("a", kStart + milliseconds{10});
  settling.doubt("b", kStart);
  EXPECT_EQ(settling.take(kStart + milliseconds{20}, 10), Paths{"a"});
  EXPECT_EQ(settling.take(kStart + milliseconds{500}, 10), Paths{"b"});
}

TEST(Settling, TakesTheOldestFirstAndNoMoreThanAsked) {
  Settling settling(milliseconds{500});
  settling.disturb("b", kStart);
  settling.disturb("a", kStart + milliseconds{1});
  settling.retry("c", kStart + milliseconds{2});
  const base::Time late = kStart + milliseconds{1000};
  EXPECT_EQ(settling.take(late, 2), (Paths{"c", "b"}));
  EXPECT_EQ(settling.take(late, 2), Paths{"a"});
}

}  // namespace
}  // namespace stentor::image
