// SPDX-License-Identifier: BSD-3-Clause
// Goal: a report takes the place of the last one when it is whole and not before, and what cannot
// hold one is named.
#include "report_file.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storm_report/made_up_storm.h"

namespace stentor::rig {
namespace {

namespace fs = std::filesystem;

void write_word(std::ostream& out, const ReportInput&) { out << "new"; }

class ReportFileTest : public testing::Test {
 protected:
  ReportFileTest() {
    std::string name = fs::temp_directory_path() / "stentor-report-XXXXXX";
    root_ = ::mkdtemp(name.data());
    std::ofstream(root_ / "last") << "last";
  }
  ~ReportFileTest() override { fs::remove_all(root_); }

  [[nodiscard]] std::string text_of(const char* name) const {
    std::ifstream file(root_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(root_), fs::directory_iterator());
  }
  [[nodiscard]] std::string error_of(const fs::path& path) const {
    ReportFile report;
    const auto opened = report.open(path, write_word);
    return opened ? std::string() : opened.error().sentence;
  }

  fs::path root_;
  MadeUpStorm storm_ = made_up_storm(1, 0);
};

TEST_F(ReportFileTest, TakesTheLastOnesPlaceWhenItIsWritten) {
  fs::permissions(root_ / "last", fs::perms{0640});
  fs::create_symlink("last", root_ / "link");
  {
    ReportFile report;
    ASSERT_TRUE(report.open(root_ / "link", write_word));
    EXPECT_EQ(text_of("last"), "last");
    ASSERT_TRUE(report.write(storm_.input()));
  }
  EXPECT_EQ(text_of("last"), "new");
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
  EXPECT_EQ(fs::status(root_ / "last").permissions(), fs::perms{0640});
  EXPECT_EQ(files(), 2);
}

TEST_F(ReportFileTest, LeavesTheLastOneWhereThereWasNoStorm) {
  {
    ReportFile report;
    ASSERT_TRUE(report.open(root_ / "last", write_word));
    EXPECT_EQ(files(), 2);
  }
  EXPECT_EQ(text_of("last"), "last");
  EXPECT_EQ(files(), 1);
}

TEST_F(ReportFileTest, NamesWhatCannotHoldIt) {
  // Goal: a FIFO, which would hang the rig, a device, a folder, and what is not there.
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  for (const fs::path& path : {root_ / "fifo", fs::path("/dev/null"), root_}) {
    EXPECT_NE(
        error_of(path).find(path.string() + " cannot be written: what is there is no regular"),
        std::string::npos)
        << error_of(path);
  }
  EXPECT_NE(error_of(root_ / "none/x").find("No such file"), std::string::npos);
}

TEST_F(ReportFileTest, KnowsOneFileByItsNames) {
  fs::create_symlink("last", root_ / "link");
  fs::create_directory_symlink(root_, root_ / "here");
  EXPECT_TRUE(name_one_file(root_ / "link", root_ / "last"));
  EXPECT_TRUE(name_one_file(root_ / "here/none", root_ / "none"));
  EXPECT_TRUE(name_one_file("no/../none.json", "./none.json"));
  EXPECT_FALSE(name_one_file(root_ / "none", root_ / "last"));
}

}  // namespace
}  // namespace stentor::rig
