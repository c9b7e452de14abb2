// SPDX-License-Identifier: BSD-3-Clause
// Goal: the log's level is what it was set to, by the names of log.level, and says which lines are
// written.
#include "control/log.h"

#include <gtest/gtest.h>

namespace stentor::control {
namespace {

using config::LogLevel;

// What is written while the level is `level`.
std::string written_at(LogLevel level) {
  set_log_level(level);
  testing::internal::CaptureStderr();
  log_error("one");
  log_warning("two");
  log_info("three");
  log_debug("four");
  std::string words;
  const std::string text = testing::internal::GetCapturedStderr();
  for (const char* word : {"one", "two", "three", "four"}) {
    if (text.find(word) != std::string::npos) words += std::string(word) + " ";
  }
  set_log_level(LogLevel::info);
  return words;
}

TEST(Log, WritesLinesOfItsLevelAndOfThoseBeforeIt) {
  EXPECT_EQ(written_at(LogLevel::error), "one ");
  EXPECT_EQ(written_at(LogLevel::warning), "one two ");
  EXPECT_EQ(written_at(LogLevel::info), "one two three ");
  EXPECT_EQ(written_at(LogLevel::debug), "one two three four ");
}

TEST(Log, KnowsItsLevelsByName) {
  for (const LogLevel level :
       {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
    set_log_level(level);
    EXPECT_EQ(log_level(), level);
    EXPECT_EQ(find_log_level(name_of(level)), level);
  }
  set_log_level(LogLevel::info);
  EXPECT_FALSE(find_log_level("Info"));
  EXPECT_FALSE(find_log_level(""));
}

}  // namespace
}  // namespace stentor::control
