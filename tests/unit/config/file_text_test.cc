// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever an operator names instead of a file is refused, and nothing hangs on it.
#include "config/file_text.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace stentor::config {
namespace {

TEST(FileText, ReadsWhatIsThere) {
  const std::string path = testing::TempDir() + "stentor-file-text";
  std::ofstream(path) << "twelve bytes";
  EXPECT_EQ(read_file_text(path, "file", 100).value(), "twelve bytes");
  // One more than the limit, so that the caller knows.
  EXPECT_EQ(read_file_text(path, "file", 5).value().size(), 6u);
  std::remove(path.c_str());
}

TEST(FileText, SaysWhyNot) {
  EXPECT_EQ(read_file_text("/nowhere/x", "thing", 10).error().sentence,
            "cannot be opened: No such file or directory; name a readable thing");
  EXPECT_EQ(read_file_text("/", "thing", 10).error().sentence, "is no regular file; name a thing");
}

TEST(FileText, DoesNotWaitForAFifosWriter) {
  const std::string path = testing::TempDir() + "stentor-file-text-fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_file_text(path, "thing", 10).error().sentence, "is no regular file; name a thing");
  std::remove(path.c_str());
}

}  // namespace
}  // namespace stentor::config
