// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever is done to the files under a root, the catalogue comes to be what a load would
// make of it, within the time that is promised, and what cannot be served is named once.
#include "image/root_watch.h"

#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/stat.h>

#include "root_watch_fixture.h"

namespace stentor::image {
namespace {

TEST_F(RootWatchTest, SeesNothingWhereNothingHappens) {
  begin();
  settle();
  EXPECT_EQ(generations, 0);
  EXPECT_TRUE(notes.empty()) << notes.front();
}

TEST_F(RootWatchTest, ServesAFileThatIsRenamedIntoPlaceBeforeItCouldHaveSettled) {
  begin({});
  step();
  files.write("upload.tmp", "new");
  files.write("other", "written");
  const base::Time begun = base::MonotonicClock::now();
  rename("upload.tmp", "linux");
  ASSERT_TRUE(becomes("linux", "new"));
  if (base::MonotonicClock::now() - begun < kSettle) {
    EXPECT_EQ(text("other"), "none");
  }
  EXPECT_TRUE(becomes("other", "written"));
}

TEST_F(RootWatchTest, ServesWhatIsWrittenOnceItIsQuiet) {
  begin();
  step();
  std::string written;
  for (int i = 0; i < 20; ++i) {
    append("growing", "piece ");
    written += "piece ";
    const base::Time until = base::MonotonicClock::now() + kSettle / 6;
    while (base::MonotonicClock::now() < until) {
      step();
      ASSERT_TRUE(text("growing") == "none" || text("growing") == written)
          << "or the machine slept";
    }
  }
  EXPECT_TRUE(becomes("growing", written));
}

// Goal: whoever changes a folder's rights meanwhile does not make a half-written file complete.
TEST_F(RootWatchTest, ServesNothingHalfWrittenWhereItsFolderIsTouched) {
  files.folder("folder");
  settle_time = std::chrono::seconds{1};
  begin();
  step();
  std::string written;
  for (int i = 0; i < 10; ++i) {
    append("folder/growing", "piece ");
    written += "piece ";
    ::chmod(files.at("folder").c_str(), i % 2 == 0 ? 0750 : 0755);
    const base::Time until = base::MonotonicClock::now() + kSettle / 2;
    while (base::MonotonicClock::now() < until) {
      step();
      ASSERT_EQ(text("folder/growing"), "none") << "or the machine slept for a second";
    }
  }
  EXPECT_TRUE(becomes("folder/growing", written));
}

TEST_F(RootWatchTest, ReplacesAndRemoves) {
  begin();
  step();
  files.write("first", "second");
  EXPECT_TRUE(becomes("first", "second"));
  files.write("next", "third");
  rename("next", "first");
  EXPECT_TRUE(becomes("first", "third"));
  remove("first");
  EXPECT_TRUE(becomes("first", "none"));
  EXPECT_EQ(text("next"), "none");
  EXPECT_EQ(generation->stock()->images(), 0u);
}

// Editors remove a file and write it anew.
TEST_F(RootWatchTest, LeavesNoGapWhereAFileIsRemovedAndWrittenAnew) {
  begin();
  step();
  remove("first");
  step();
  files.write("first", "second");
  while (text("first") == "first") step();
  EXPECT_EQ(text("first"), "second");
}

TEST_F(RootWatchTest, FollowsFoldersThatComeAndGo) {
  begin();
  step();
  files.write("a/b/c/deep", "deep");
  EXPECT_TRUE(becomes("a/b/c/deep", "deep"));
  files.write("a/b/later", "later");
  EXPECT_TRUE(becomes("a/b/later", "later"));
  rename("a/b", "moved");
  EXPECT_TRUE(becomes("moved/c/deep", "deep"));
  EXPECT_TRUE(becomes("a/b/c/deep", "none"));
  files.write("moved/c/new", "new");
  EXPECT_TRUE(becomes("moved/c/new", "new"));
  remove("moved");
  EXPECT_TRUE(becomes("moved/c/new", "none"));
  settle();
  EXPECT_EQ(generation->size(), 1u);
  EXPECT_EQ(watch->folders(), 2u) << "the root and a";
}

TEST_F(RootWatchTest, FollowsAFolderThatComesFromOutsideAndBack) {
  const TemporaryTree outside;
  outside.write("set/kernel", "kernel");
  outside.write("set/sub/initrd", "initrd");
  begin();
  step();
  std::filesystem::rename(outside.at("set"), files.at("set"));
  EXPECT_TRUE(becomes("set/sub/initrd", "initrd"));
  EXPECT_EQ(text("set/kernel"), "kernel");
  std::filesystem::rename(files.at("set"), outside.at("set"));
  EXPECT_TRUE(becomes("set/kernel", "none"));
  outside.write("set/sub/initrd", "changed outside");
  settle();
  EXPECT_EQ(text("set/sub/initrd"), "none");
  EXPECT_EQ(watch->folders(), 1u);
}

TEST_F(RootWatchTest, FollowsWhatLinksLeadTo) {
  files.write("v1/kernel", "one");
  files.write("v2/kernel", "two");
  files.link("v1", "current");
  files.link("v1/kernel", "kernel");
  begin();
  step();
  EXPECT_EQ(text("current/kernel"), "one");
  files.write("v1/kernel", "one again");
  EXPECT_TRUE(becomes("v1/kernel", "one again"));
  EXPECT_TRUE(becomes("current/kernel", "one again"));
  EXPECT_TRUE(becomes("kernel", "one again"));
  files.link("v2", "next");
  rename("next", "current");
  EXPECT_TRUE(becomes("current/kernel", "two"));
  files.write("v2/kernel", "two again");
  EXPECT_TRUE(becomes("current/kernel", "two again"));
  files.write("v1/new", "unseen");
  EXPECT_TRUE(becomes("v1/new", "unseen"));
  EXPECT_EQ(text("current/new"), "none");
}

TEST_F(RootWatchTest, KeepsTheBytesOfALinkOnce) {
  const std::string large = some_bytes(3 << 20);
  files.write("v1", large);
  begin();
  step();
  const std::size_t blocks = memory.blocks_out();
  files.link("v1", "linked");
  EXPECT_TRUE(becomes("linked", large));
  EXPECT_EQ(memory.blocks_out(), blocks);
  remove("v1");
  EXPECT_TRUE(becomes("v1", "none"));
  settle();
  EXPECT_EQ(text("linked"), large) << "the link leads nowhere: served as it was";
  EXPECT_EQ(notes_with("linked is served as it was"), 1u);
}

TEST_F(RootWatchTest, ServesALinkOnceItsTargetIsThere) {
  files.link("later/kernel", "kernel");
  begin();
  step();
  EXPECT_EQ(notes_with("kernel"), 0u) << "load() has named it";
  files.write("later/kernel", "kernel");
  EXPECT_TRUE(becomes("kernel", "kernel"));
}

TEST_F(RootWatchTest, ReadsALargeFileBesideSmallOnes) {
  begin();
  step();
  const std::string large = some_bytes(20 << 20);
  files.write("large.tmp", large);
  rename("large.tmp", "large");
  files.write("small.tmp", "small");
  rename("small.tmp", "small");
  EXPECT_TRUE(becomes("small", "small"));
  EXPECT_TRUE(becomes("large", large));
}

TEST_F(RootWatchTest, IgnoresWhatItIsToldTo) {
  files.write("old.tmp", "old");
  begin({.load = {.ignored = Ignored({"*.tmp", "cache/*"})}});
  step();
  EXPECT_EQ(text("old.tmp"), "none");
  files.write("new.tmp", "new");
  files.write("folder.tmp/new", "new");
  files.write("cache/new", "new");
  files.write("last", "last");
  EXPECT_TRUE(becomes("last", "last"));
  settle();
  EXPECT_EQ(generation->size(), 2u);
}

TEST_F(RootWatchTest, NamesOnceWhatCannotBeServed) {
  begin();
  step();
  ASSERT_EQ(::mkfifo(files.at("pipe").c_str(), 0600), 0);
  files.link("../outside", "out");
  files.write("bad\\name", "x");
  files.write("good", "good");
  EXPECT_TRUE(becomes("good", "good"));
  settle();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(::utimensat(AT_FDCWD, files.at("pipe").c_str(), nullptr, 0), 0);
    settle();
  }
  EXPECT_EQ(notes_with("pipe is left out: It is a FIFO"), 1u);
  EXPECT_EQ(notes_with("out is left out: A link leads out"), 1u);
  EXPECT_EQ(notes_with("bad\\x5cname is left out"), 1u);
  EXPECT_EQ(notes.size(), 3u);
}

TEST_F(RootWatchTest, RefusesAFileThatDoesNotFitAndServesTheRest) {
  files.write("first", some_bytes(1 << 20));
  memory.limit(std::size_t{3} << 20);
  begin();
  step();
  files.write("huge", some_bytes(4 << 20));
  files.write("small", "small");
  EXPECT_TRUE(becomes("small", "small"));
  settle();
  EXPECT_EQ(text("huge"), "none");
  EXPECT_EQ(notes_with("huge is left out: It needs 5 MiB of bounded memory"), 1u);
  memory.limit(std::size_t{10} << 20);
  EXPECT_TRUE(becomes("huge", some_bytes(4 << 20))) << "tried again without a change";
  EXPECT_EQ(notes_with("huge"), 1u);
}

TEST_F(RootWatchTest, KeepsTheOldBytesUntilTheNewOnesMatchTheManifest) {
  files.write("SUMS", "first=first\nsecond=second\n");
  begin_with_manifest();
  step();
  files.write("first", "wrong");
  files.write("second", "wrong");
  files.write("unlisted", "unlisted");
  EXPECT_TRUE(becomes("unlisted", "unlisted"));
  settle();
  EXPECT_EQ(text("first"), "first");
  EXPECT_EQ(text("second"), "none");
  EXPECT_EQ(notes_with("first is served as it was: It differs."), 1u);
  EXPECT_EQ(notes_with("second is left out: It differs."), 1u);
  files.write("SUMS", "first=wrong\nsecond=second\n");
  EXPECT_TRUE(becomes("first", "wrong"));
  files.write("second", "second");
  EXPECT_TRUE(becomes("second", "second"));
  settle();
  EXPECT_EQ(notes_with("is left out"), 1u);
  EXPECT_EQ(generation->find("SUMS"), nullptr);
}

TEST_F(RootWatchTest, TakesAManifestThatIsRenamedAfterItsFiles) {
  files.write("SUMS", "first=first\n");
  begin_with_manifest(true);
  step();
  files.write("a.new", "next");
  files.write("SUMS.new", "first=next\n");
  rename("a.new", "first");
  rename("SUMS.new", "SUMS");
  EXPECT_TRUE(becomes("first", "next"));
  EXPECT_EQ(notes_with("first"), 0u) << notes.front();
}

TEST_F(RootWatchTest, RejectsAnUnlistedFileWhereTheManifestIsRequired) {
  files.write("SUMS", "first=first\nlisted=listed\n");
  files.write("listed", "listed");
  begin_with_manifest(true);
  step();
  files.write("unlisted", "unlisted");
  settle();
  EXPECT_EQ(text("unlisted"), "none");
  EXPECT_EQ(notes_with("unlisted is left out: The manifest does not list it."), 1u);
  remove("SUMS");
  files.write("later", "later");
  settle();
  EXPECT_EQ(text("later"), "none");
}

TEST_F(RootWatchTest, KeepsTheManifestThatItHasWhileTheNewOneIsWrong) {
  files.write("SUMS", "first=first\n");
  begin_with_manifest();
  step();
  files.write("SUMS", "nonsense\n");
  settle();
  EXPECT_EQ(notes_with("is wrong: line 1"), 1u);
  files.write("first", "wrong");
  settle();
  EXPECT_EQ(text("first"), "first");
}

TEST_F(RootWatchTest, FindsChangesByItselfWhereTheKernelTellsNothing) {
  begin({.poll = milliseconds{30}});
  step();
  EXPECT_EQ(watch->folders(), 0u);
  files.write("a/new", "new");
  files.write("first", "second");
  EXPECT_TRUE(becomes("a/new", "new"));
  EXPECT_TRUE(becomes("first", "second"));
  remove("a");
  EXPECT_TRUE(becomes("a/new", "none"));
  ASSERT_EQ(::mkfifo(files.at("pipe").c_str(), 0600), 0);
  settle();
  EXPECT_EQ(notes_with("pipe is left out"), 1u);
}

TEST_F(RootWatchTest, FollowsARootThatIsSwitchedAsAWhole) {
  const TemporaryTree place;
  files.write("v1/file", "one");
  files.write("v1/same", "same");
  files.write("v2/file", "two");
  files.write("v2/more", "more");
  place.link(files.at("v1"), "root");
  FollowOptions options{.load = {.root = place.at("root")}, .settle = kSettle};
  auto loaded = load(options.load, memory);
  ASSERT_TRUE(loaded.has_value());
  generation = loaded->generation;
  watch.emplace(options, *std::move(loaded), memory);
  step();
  place.link(files.at("v2"), "next");
  std::filesystem::rename(place.at("next"), place.at("root"));
  EXPECT_TRUE(becomes("file", "two"));
  EXPECT_TRUE(becomes("more", "more"));
  EXPECT_TRUE(becomes("same", "none"));
  files.write("v2/file", "three");
  EXPECT_TRUE(becomes("file", "three"));
  std::filesystem::remove(place.at("root"));
  const base::Time until = base::MonotonicClock::now() + std::chrono::milliseconds{2500};
  while (base::MonotonicClock::now() < until) step();
  EXPECT_EQ(text("file"), "three");
  EXPECT_EQ(notes_with("does not exist"), 1u);
}

// Everything at once, by a naive model: what the folder holds in the end is what is served.
TEST_F(RootWatchTest, EndsWithWhatTheFolderHolds) {
  begin({.load = {.path_case = base::PathCase::folded}});
  std::mt19937 random(7);
  for (int round = 0; round < 3; ++round) {
    for (int change = 0; change < 300; ++change) {
      const std::string folder = "d" + std::to_string(random() % 4);
      const std::string path = folder + "/f" + std::to_string(random() % 6);
      std::error_code error;
      switch (random() % 6) {
        case 0:
          std::filesystem::remove(files.at(path), error);
          break;
        case 1:
          std::filesystem::remove_all(files.at(folder), error);
          break;
        case 2:
          std::filesystem::rename(files.at(folder), files.at("d" + std::to_string(random() % 4)),
                                  error);
          break;
        case 3:
          std::filesystem::rename(files.at(path), files.at("g" + std::to_string(random() % 4)),
                                  error);
          break;
        default:
          files.write(path, std::to_string(random()));
      }
      if (change % 10 == 0) step();
    }
    settle();
    std::map<std::string, std::string> there;
    for (const auto& each : std::filesystem::recursive_directory_iterator(files.root())) {
      if (!each.is_regular_file()) continue;
      std::ifstream file(each.path());
      there[each.path().string().substr(files.root().size() + 1)] =
          std::string(std::istreambuf_iterator<char>(file), {});
    }
    std::map<std::string, std::string> served;
    for (const Image* image : generation->images()) {
      served[std::string(image->path)] = base::as_text(image->bytes);
    }
    EXPECT_EQ(served, there);
    EXPECT_EQ(generation->stock()->images(), there.size());
  }
}

}  // namespace
}  // namespace stentor::image
