// SPDX-License-Identifier: BSD-3-Clause
// Goal: a folder becomes files under the names that machines ask for; sums are read as sha256sum(1)
// writes them; what cannot be read is named.
#include "storm/reference.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storm/plan_setup.h"

namespace stentor::storm {
namespace {

namespace fs = std::filesystem;

class ReferenceTest : public testing::Test {
 protected:
  ReferenceTest() {
    std::string name = fs::temp_directory_path() / "stentor-storm-XXXXXX";
    root_ = ::mkdtemp(name.data());
  }
  ~ReferenceTest() override { fs::remove_all(root_); }

  std::string write(const std::string& path, const std::string& bytes) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
    return root_ / path;
  }

  fs::path root_;
};

TEST_F(ReferenceTest, FilesAreFoundByTheNamesThatMachinesUse) {
  // Goal: sub-folders, leading slashes, backslashes; an empty file; a link.
  write("boot/x64/loader.efi", "abc");
  write("empty", "");
  fs::create_symlink(root_ / "boot/x64/loader.efi", root_ / "link");
  const auto reference = Reference::open(root_, "");
  ASSERT_TRUE(reference.has_value()) << reference.error().sentence;
  for (const char* name :
       {"boot/x64/loader.efi", "/boot/x64/loader.efi", "\\boot\\x64\\loader.efi", "link"}) {
    const ReferenceFile* file = (*reference)->find(name);
    ASSERT_NE(file, nullptr) << name;
    EXPECT_EQ(base::as_text(file->bytes), "abc");
  }
  ASSERT_NE((*reference)->find("empty"), nullptr);
  EXPECT_TRUE((*reference)->find("empty")->has_bytes);
  EXPECT_EQ((*reference)->find("loader.efi"), nullptr);
  EXPECT_EQ((*reference)->files(), 3u);
}

TEST_F(ReferenceTest, LinksThatLeadInCirclesOrNowhereAreLeftOut) {
  // Goal: each is named, and costs none of the files beside it; a link to another folder is one.
  write("boot/kernel", "abc");
  fs::create_symlink("itself", root_ / "itself");
  fs::create_symlink("..", root_ / "boot/up");
  fs::create_symlink("none", root_ / "nowhere");
  fs::create_directory_symlink("boot", root_ / "other");
  const auto reference = Reference::open(root_, "");
  ASSERT_TRUE(reference.has_value()) << reference.error().sentence;
  EXPECT_NE((*reference)->find("boot/kernel"), nullptr);
  EXPECT_NE((*reference)->find("other/kernel"), nullptr);
  EXPECT_EQ((*reference)->files(), 2u);
  std::string warnings;
  for (const std::string& sentence : (*reference)->left_out()) warnings += sentence;
  for (const char* name : {"itself", "boot/up", "other/up", "nowhere"}) {
    EXPECT_NE(warnings.find((root_ / name).string() + ": it is a link"), std::string::npos)
        << name << " is not in: " << warnings;
  }
  EXPECT_EQ((*reference)->left_out().size(), 4u);
}

TEST_F(ReferenceTest, SumsAreReadWithTheirNames) {
  // Goal: both marks, comments, "./", upper case, escaped names.
  const std::string digits(63, '0');
  const std::string sums = write("SUMS", "# made\n\n" + digits + "a  ./kernel\n" + digits +
                                             "B *boot/initrd\n\\" + digits + "c  a\\nb\n");
  const auto reference = Reference::open("", sums);
  ASSERT_TRUE(reference.has_value()) << reference.error().sentence;
  EXPECT_EQ((*reference)->find("kernel")->sum->back(), 0x0a);
  EXPECT_EQ((*reference)->find("boot/initrd")->sum->back(), 0x0b);
  EXPECT_EQ((*reference)->find("a\nb")->sum->back(), 0x0c);
  EXPECT_FALSE((*reference)->find("kernel")->has_bytes);
}

TEST_F(ReferenceTest, SumsComeFromARegularFileThatHasSome) {
  // Goal: a FIFO hangs nobody, a device fills no memory, and nothing is not taken for sums.
  const auto error_of = [](const std::string& sums) {
    const auto reference = Reference::open("", sums);
    return reference ? std::string() : reference.error().sentence;
  };
  const std::string fifo = root_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_NE(error_of(fifo).find("fifo is no regular file"), std::string::npos) << error_of(fifo);
  EXPECT_NE(error_of("/dev/zero").find("is no regular file"), std::string::npos);
  EXPECT_NE(error_of(write("EMPTY", "# none\n\n")).find("EMPTY has no sum"), std::string::npos);
  const std::string huge = write("HUGE", "");
  fs::resize_file(huge, (std::uintmax_t{128} << 20) + 1);
  EXPECT_NE(error_of(huge).find("HUGE is over 128 MiB"), std::string::npos);
}

TEST_F(ReferenceTest, WhatIsWrongIsNamedWithItsPlace) {
  // Goal: a folder, a sums file, a line; a name of the script that is not there.
  EXPECT_NE(Reference::open(root_ / "none", "").error().sentence.find("none"), std::string::npos);
  EXPECT_NE(Reference::open("", root_ / "none").error().sentence.find("sha256sum"),
            std::string::npos);
  const std::string sums = write("SUMS", "0123  kernel\n");
  EXPECT_NE(Reference::open("", sums).error().sentence.find("SUMS:1:"), std::string::npos);
  write("kernel", "x");
  Scenario scenario;
  scenario.verify.reference = root_;
  scenario.groups[0].script.push_back(
      {.kind = Stage::Kind::file, .name = "initrd", .pause = {}, .profile = {}});
  const auto plan = make_plan(scenario, {});
  ASSERT_FALSE(plan.has_value());
  EXPECT_NE(plan.error().sentence.find("\"initrd\""), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
