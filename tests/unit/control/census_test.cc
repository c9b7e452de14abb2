// SPDX-License-Identifier: BSD-3-Clause
// Goal: the operator is told what grew, by how much, once; and at the end everything that is not
// zero.
#include "control/census.h"

#include <gtest/gtest.h>

namespace stentor::control {
namespace {

TEST(Census, TellsOnlyWhatGrewSinceTheLastLook) {
  std::uint64_t frames = 0, drops = 2;
  Census census;
  census.add({"frames", [&] { return frames; }});
  census.add({"drops", [&] { return drops; }});
  EXPECT_EQ(text_of(census.changes()), "drops +2 (2 in all)");
  EXPECT_TRUE(census.changes().empty());
  frames = 1;
  drops = 5;
  EXPECT_EQ(text_of(census.changes()), "frames +1 (1 in all), drops +3 (5 in all)");
}

TEST(Census, SumsUpWhatIsNotZero) {
  std::uint64_t frames = 0;
  Census census;
  census.add({"nothing", [] { return std::uint64_t{0}; }});
  census.add({"frames", [&] { return frames; }});
  EXPECT_EQ(census.summary(), "none");
  frames = 7;
  EXPECT_EQ(census.summary(), "frames 7");
}

TEST(Census, IsNotConfusedByAFigureThatFalls) {
  std::uint64_t device = 9;
  Census census;
  census.add({"device", [&] { return device; }});
  census.changes();
  device = 3;
  EXPECT_TRUE(census.changes().empty()) << "a device that was reset";
  device = 4;
  EXPECT_EQ(text_of(census.changes()), "device +1 (4 in all)");
}

}  // namespace
}  // namespace stentor::control
