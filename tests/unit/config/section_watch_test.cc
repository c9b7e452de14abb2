// SPDX-License-Identifier: BSD-3-Clause
// Goal: how files that change are followed, or that they are not.
#include <gtest/gtest.h>

#include "base/glob.h"
#include "sample.h"

namespace stentor::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Globs = std::vector<std::string>;

std::string with_watch(const std::string& watch) {
  std::string yaml(kMinimal);
  yaml.replace(0, yaml.find('\n'), "images: {root: /i" + watch + "}");
  return yaml;
}

TEST(SectionWatch, FollowsFilesUnlessToldOtherwise) {
  for (const char* keys : {"", ", watch: {}", ", watch: ", ", watch: {poll: none}"}) {
    const Watch watch = settings_of(with_watch(keys)).images.watch;
    EXPECT_TRUE(watch.is_on);
    EXPECT_EQ(watch.settle, milliseconds{500});
    EXPECT_FALSE(watch.poll);
    EXPECT_EQ(watch.ignore, (Globs{".*.??????", ".*.sw?", "*~", "*.tmp"}));
  }
  for (const std::string& glob : Watch{}.ignore) {
    EXPECT_TRUE(base::Glob::parse(glob, base::PathCase::exact).has_value()) << glob;
  }
}

TEST(SectionWatch, ReadsEveryKey) {
  const Watch watch =
      settings_of(with_watch(", watch: {settle: 2s, ignore: [\"*.part\", \"a/*\"], poll: 10s}"))
          .images.watch;
  EXPECT_EQ(watch.settle, seconds{2});
  EXPECT_EQ(watch.poll, seconds{10});
  EXPECT_EQ(watch.ignore, (Globs{"*.part", "a/*"}));
}

TEST(SectionWatch, IgnoresNothingIfToldSo) {
  EXPECT_TRUE(settings_of(with_watch(", watch: {ignore: []}")).images.watch.ignore.empty());
}

TEST(SectionWatch, FollowsNothingIfThereIsNoneAndStillIgnores) {
  const Watch watch = settings_of(with_watch(", watch: none")).images.watch;
  EXPECT_FALSE(watch.is_on);
  EXPECT_EQ(watch.ignore, Watch{}.ignore);
}

TEST(SectionWatch, RefusesWhatCannotBeMeant) {
  EXPECT_TRUE(finding(with_watch(", watch: off")).starts_with("images.watch: 'off'"));
  EXPECT_TRUE(finding(with_watch(", watch: {settle: 1ms}")).starts_with("images.watch.settle: "));
  EXPECT_TRUE(finding(with_watch(", watch: {poll: 10ms}")).starts_with("images.watch.poll: "));
  EXPECT_NE(finding(with_watch(", watch: {ignore: [\"/a\"]}")).find("is written like that"),
            std::string::npos);
  EXPECT_NE(finding(with_watch(", watch: {ignore: [\"a*b*c*d*e*f*g*h*i*j*k\"]}"))
                .find("images.watch.ignore[0]"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
