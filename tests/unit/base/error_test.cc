// SPDX-License-Identifier: BSD-3-Clause
// Goal: a sentence for the operator quotes the system's reason, also when the system has none.
#include "base/error.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(Error, NamesTheReasonOfTheSystem) {
  EXPECT_EQ(system_reason(EACCES), "Permission denied");
  EXPECT_EQ(system_reason(ENOENT), "No such file or directory");
}

TEST(Error, SaysTheNumberOfAReasonThatTheSystemDoesNotKnow) {
  EXPECT_EQ(system_reason(99999), "Unknown error 99999");
}

TEST(Error, FailsWithItsSentence) {
  const Result<int> result = failure("The disk is full: remove images.");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().sentence, "The disk is full: remove images.");
}

}  // namespace
}  // namespace stentor::base
