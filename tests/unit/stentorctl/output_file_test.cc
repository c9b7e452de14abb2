// SPDX-License-Identifier: BSD-3-Clause
// Goal: a regular file is replaced as a whole, and nothing else is replaced.
#include "output_file.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stentor::ctl {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class OutputFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "stentor-output-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string at(const char* name) const { return folder_ / name; }
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_), {});
  }

  fs::path folder_;
};

TEST_F(OutputFile, IsMadeOrReplacedAsAWhole) {
  ASSERT_TRUE(write_output(at("new"), "one"));
  EXPECT_EQ(text_of(at("new")), "one");
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(at("new").c_str(), &before), 0);
  const std::ifstream reader(at("new"));  // keeps the old file's number from being given again
  ASSERT_TRUE(write_output(at("new"), "two"));
  ASSERT_EQ(::stat(at("new").c_str(), &after), 0);
  EXPECT_EQ(text_of(at("new")), "two");
  EXPECT_NE(before.st_ino, after.st_ino);
  EXPECT_EQ(entries(), 1) << "the file that was written beside it is still there";
}

TEST_F(OutputFile, InPiecesIsThereOnceItIsFinished) {
  std::ofstream(at("list")) << "old";
  {
    auto output = ctl::OutputFile::open(at("list"));
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("one, "));
    ASSERT_TRUE(output->write("two"));
    EXPECT_EQ(text_of(at("list")), "old");
    ASSERT_TRUE(output->finish());
    EXPECT_EQ(text_of(at("list")), "one, two");
  }
  EXPECT_EQ(text_of(at("list")), "one, two");
  EXPECT_EQ(entries(), 1);
}

TEST_F(OutputFile, ThatIsNotFinishedLeavesWhatWasThere) {
  std::ofstream(at("list")) << "old";
  {
    auto output = ctl::OutputFile::open(at("list"));
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("half of"));
  }
  EXPECT_EQ(text_of(at("list")), "old");
  EXPECT_EQ(entries(), 1) << "the file that was written beside it is still there";
}

TEST_F(OutputFile, IsWhatALinkLeadsTo) {
  fs::create_directory(folder_ / "elsewhere");
  std::ofstream(folder_ / "elsewhere" / "old") << "old";
  fs::create_symlink("elsewhere/old", at("link"));
  fs::create_symlink(at("link"), at("second"));
  fs::create_symlink("elsewhere/missing", at("dangling"));
  ASSERT_TRUE(write_output(at("second"), "new"));
  ASSERT_TRUE(write_output(at("dangling"), "new"));
  for (const char* link : {"link", "second", "dangling"}) EXPECT_TRUE(fs::is_symlink(at(link)));
  EXPECT_EQ(text_of(folder_ / "elsewhere" / "old"), "new");
  EXPECT_EQ(text_of(folder_ / "elsewhere" / "missing"), "new");
}

TEST_F(OutputFile, GoesThroughAFifoThatStaysOne) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  // For reading and writing: neither side waits for the other.
  const base::Descriptor reader(::open(at("fifo").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const auto written = write_output(at("fifo"), "through");
  ASSERT_TRUE(written) << written.error().sentence;
  EXPECT_TRUE(fs::is_fifo(at("fifo")));
  std::array<char, 16> arrived{};
  ASSERT_EQ(::read(reader.number(), arrived.data(), arrived.size()), 7);
  EXPECT_STREQ(arrived.data(), "through");
}

// A node of our own: a wrong program must not have this machine's.
TEST_F(OutputFile, GoesToADeviceThatStaysOne) {
  if (::mknod(at("null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) GTEST_SKIP() << "no root";
  const base::Descriptor open_at_all(::open(at("null").c_str(), O_WRONLY | O_CLOEXEC));
  if (!open_at_all) GTEST_SKIP() << "the folder's file system has no devices";
  EXPECT_TRUE(write_output(at("null"), "gone"));
  EXPECT_TRUE(fs::is_character_file(at("null")));
  EXPECT_EQ(entries(), 1);
}

// What a shell had sent there before is still there.
TEST_F(OutputFile, IsStandardOutputByAnyName) {
  std::ofstream(at("log")) << "before\n";
  std::fflush(stdout);
  const int terminal = ::dup(STDOUT_FILENO);
  const int log = ::open(at("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ASSERT_EQ(::dup2(log, STDOUT_FILENO), STDOUT_FILENO);
  const bool same = is_standard_output("/proc/self/fd/1") && is_standard_output("-");
  const auto written = write_output("/proc/self/fd/1", "after\n");
  ::dup2(terminal, STDOUT_FILENO);
  ::close(terminal);
  ::close(log);
  EXPECT_TRUE(same);
  EXPECT_FALSE(is_standard_output(at("log")));
  ASSERT_TRUE(written) << written.error().sentence;
  EXPECT_EQ(text_of(at("log")), "before\nafter\n");
}

TEST_F(OutputFile, SaysWhyItCannotBeWritten) {
  const auto written = write_output(folder_.string(), "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().sentence,
            "'" + folder_.string() + "' cannot be written: Is a directory.");
  EXPECT_FALSE(write_output(at("none") + "/file", "text"));
}

}  // namespace
}  // namespace stentor::ctl
