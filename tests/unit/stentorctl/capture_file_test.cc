// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever pieces a capture comes in, the file has whole blocks, and they are counted.
#include "capture_file.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "control/pcapng.h"

namespace stentor::ctl {
namespace {

class CaptureFileTest : public testing::Test {
 protected:
  CaptureFileTest() {
    std::string name = testing::TempDir() + "stentor-capture-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path = folder_ + "/frames.pcapng";
    control::pcapng::append_section(capture, "test");
    section_bytes = capture.size();
    control::pcapng::append_interface(capture, "boot0", 100);
    const std::array<std::uint8_t, 5> frame{1, 2, 3, 4, 5};
    for (int i = 0; i < 3; ++i) {
      control::pcapng::append_packet(capture, {.frame_bytes = 60, .kept = frame});
    }
    control::pcapng::append_statistics(capture, {.interface = 0, .at = 1, .kept = 3, .lost = 7});
  }
  ~CaptureFileTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] unsigned mode() const {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777u;
  }
  [[nodiscard]] std::string written() const {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::string capture;
  std::size_t section_bytes = 0;
  std::string path;

 private:
  std::string folder_;
};

TEST_F(CaptureFileTest, HasWhatCame) {
  CaptureFile file(path);
  ASSERT_TRUE(file.take(capture));
  EXPECT_EQ(written(), capture);
  EXPECT_EQ(file.frames(), 3u);
  EXPECT_EQ(file.lost(), 7u);
}

TEST_F(CaptureFileTest, IsWholeWhereverABlockIsCut) {
  for (const std::size_t piece : {1u, 7u, 12u, 50u}) {
    CaptureFile file(path);
    for (std::size_t at = 0; at < capture.size(); at += piece) {
      ASSERT_TRUE(file.take(std::string_view(capture).substr(at, piece)));
    }
    EXPECT_EQ(written(), capture) << piece;
    EXPECT_EQ(file.frames(), 3u);
  }
  CaptureFile file(path);
  ASSERT_TRUE(file.take(std::string_view(capture).substr(0, capture.size() - 1)));
  EXPECT_EQ(file.frames(), 3u);
  EXPECT_EQ(written().size(), capture.size() - 52) << "without the statistics, which are not whole";
}

TEST_F(CaptureFileTest, IsForItsOwnerAlone) {
  CaptureFile file(path);
  ASSERT_TRUE(file.take(capture));
  EXPECT_EQ(mode(), 0600u);
}

TEST_F(CaptureFileTest, IsForItsOwnerAloneWhoeverReadTheOneBefore) {
  std::ofstream(path) << "before";
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  CaptureFile file(path);
  ASSERT_TRUE(file.take(capture));
  EXPECT_EQ(mode(), 0600u);
  EXPECT_EQ(written(), capture);
}

// With what of a block had found room, no reader takes it.
TEST_F(CaptureFileTest, IsWholeWhenThereIsNoMoreRoom) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{capture.size() - 60, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  CaptureFile file(path);
  const auto first = file.take(std::string_view(capture).substr(0, 80));
  const auto second = file.take(std::string_view(capture).substr(80));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  EXPECT_TRUE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().sentence, "cannot write " + path + ": File too large");
  // The section and the interface, of which the last byte came with what did not fit.
  EXPECT_EQ(written(), capture.substr(0, section_bytes));
}

TEST_F(CaptureFileTest, LeavesWhatIsThereUntilSomethingComes) {
  std::ofstream(path) << "before";
  { const CaptureFile file(path); }
  EXPECT_EQ(written(), "before");
}

TEST_F(CaptureFileTest, SaysWhatItCannotWriteOrRead) {
  CaptureFile nowhere(path + "/below");
  const auto refused = nowhere.take(capture);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().sentence.starts_with("cannot write " + path + "/below: "));
  for (const char* junk : {"{\"error\":\"this is no capture\"}", "\1\0\0\0\4\0\0\0\0\0\0\0"}) {
    CaptureFile file(path);
    const auto taken = file.take({junk, 12});
    ASSERT_FALSE(taken);
    EXPECT_TRUE(taken.error().sentence.starts_with("what came is no capture"));
  }
}

TEST_F(CaptureFileTest, SaysThatADiskIsFull) {
  CaptureFile file("/dev/full");
  const auto taken = file.take(capture);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().sentence, "cannot write /dev/full: No space left on device");
}

}  // namespace
}  // namespace stentor::ctl
