// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is loaded is what lies under the root and what the manifest vouches for; all else is
// named, nothing else is lost, and a failure says what to do.
#include "image/loader.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounded_memory.h"
#include "image/arena.h"
#include "image/generation_builder.h"
#include "listed_bytes.h"
#include "temporary_tree.h"

namespace stentor::image {
namespace {

std::string reason_for(const Loaded& loaded, const std::string& path) {
  const auto found = std::ranges::find(loaded.rejected, path, &Rejected::path);
  return found == loaded.rejected.end() ? "not rejected" : found->reason;
}

bool says(const base::Result<Loaded>& loaded, const std::string& part) {
  if (!loaded && loaded.error().sentence.find(part) != std::string::npos) return true;
  ADD_FAILURE() << (loaded ? "it loaded" : loaded.error().sentence);
  return false;
}

TEST(Loader, LoadsEveryFileWithItsBytesAndSums) {
  const TemporaryTree files;
  const std::string large = some_bytes(3'000'001);
  files.write("pxelinux.0", "boot");
  files.write("linux/vmlinuz", large);
  files.write("empty", "");
  BoundedMemory memory;
  {
    const auto loaded = load({.root = files.root(), .number = 9}, memory);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().sentence;
    EXPECT_EQ(loaded->generation->number(), 9u);
    EXPECT_EQ(loaded->generation->images().size(), 3u);
    EXPECT_TRUE(loaded->rejected.empty());
    const Image* image = loaded->generation->find("linux/vmlinuz");
    ASSERT_NE(image, nullptr);
    EXPECT_EQ(base::as_text(image->bytes), large);
    EXPECT_EQ(image->block_sums[0].size(), large.size() / 512 + 1);
    EXPECT_EQ(base::as_text(loaded->generation->find("pxelinux.0")->bytes), "boot");
    EXPECT_TRUE(loaded->generation->find("empty")->bytes.empty());
    files.write("pxelinux.0", "gone");
    EXPECT_EQ(base::as_text(loaded->generation->find("pxelinux.0")->bytes), "boot");
  }
  EXPECT_EQ(memory.blocks_out(), 0u);
}

TEST(Loader, LoadsTheSameWithAnyNumberOfThreads) {
  const TemporaryTree files;
  for (int i = 0; i < 300; ++i)
    files.write("f" + std::to_string(i), some_bytes(static_cast<std::size_t>(i) * 997));
  for (const unsigned threads : {0u, 1u, 8u}) {
    BoundedMemory memory;
    const auto loaded = load({.root = files.root(), .threads = threads}, memory);
    ASSERT_TRUE(loaded.has_value());
    for (std::size_t i = 0; i < 300; ++i) {
      const Image* image = loaded->generation->find("f" + std::to_string(i));
      ASSERT_NE(image, nullptr);
      ASSERT_EQ(base::as_text(image->bytes), some_bytes(i * 997));
    }
  }
}

TEST(Loader, KeepsAFileOfSeveralPathsOnce) {
  const TemporaryTree files;
  files.write("v2/grub", "grub");
  files.link("v2", "current");
  files.link("v2/grub", "grubx64.efi");
  BoundedMemory memory;
  const auto loaded = load({.root = files.root()}, memory);
  ASSERT_TRUE(loaded.has_value());
  const Image* image = loaded->generation->find("v2/grub");
  for (const char* path : {"current/grub", "grubx64.efi"})
    EXPECT_EQ(loaded->generation->find(path)->bytes.data(), image->bytes.data());
}

TEST(Loader, LeavesOutBadFilesByNameAndServesTheRest) {
  const TemporaryTree files;
  files.write("good", "x");
  files.link("/etc/passwd", "out");
  ASSERT_EQ(::mkfifo(files.at("fifo").c_str(), 0666), 0);
  BoundedMemory memory;
  const std::size_t descriptors = open_descriptors();
  const auto loaded = load({.root = files.root()}, memory);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->generation->images().size(), 1u);
  EXPECT_EQ(loaded->rejected.size(), 2u);
  EXPECT_NE(reason_for(*loaded, "out"), "not rejected");
  EXPECT_NE(reason_for(*loaded, "fifo"), "not rejected");
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(Loader, LeavesOutAFileThatIsClosedToTheServiceUser) {
  const TemporaryTree files;
  files.write("open", "x");
  files.write("closed", "x");
  ::chmod(files.at("closed").c_str(), 0600);
  ::chmod(files.at("closed").c_str(), 0);
  EXPECT_TRUE(holds_without_privileges([&] {
    BoundedMemory memory;
    const auto loaded = load({.root = files.root()}, memory);
    return loaded && loaded->generation->find("open") && !loaded->generation->find("closed") &&
           reason_for(*loaded, "closed").find("service user may not read") != std::string::npos;
  }));
}

TEST(Loader, LeavesOutAFileThatVanishesOrTurnsIntoAnotherThing) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "good=x");
  for (const char* path : {"good", "vanishes", "fifo", "out"}) files.write(path, "x");
  // The manifest is read after the walk and before the files: the moment to change them.
  const ReadManifest change = [&](std::string_view text) {
    for (const char* path : {"vanishes", "fifo", "out"}) std::filesystem::remove(files.at(path));
    EXPECT_EQ(::mkfifo(files.at("fifo").c_str(), 0666), 0);
    files.link("/etc/passwd", "out");
    return read_listed_bytes(text);
  };
  BoundedMemory memory;
  const auto loaded = load({.root = files.root(), .read_manifest = change}, memory);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->generation->images().size(), 1u);
  EXPECT_NE(reason_for(*loaded, "vanishes").find("vanished"), std::string::npos);
  EXPECT_NE(reason_for(*loaded, "fifo").find("no longer a regular file"), std::string::npos);
  EXPECT_NE(reason_for(*loaded, "out").find("out of the image root"), std::string::npos);
}

TEST(Loader, ServesUnlistedFilesAndRejectsWhatTheManifestDisowns) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "good=right\nbad=right\nmissing=x");
  files.write("good", "right");
  files.write("bad", "wrong");
  files.write("unlisted", "x");
  BoundedMemory memory;
  const auto loaded = load({.root = files.root(), .read_manifest = read_listed_bytes}, memory);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->manifest, "SHA256SUMS");
  EXPECT_EQ(loaded->verified, 1u);
  EXPECT_NE(loaded->generation->find("good"), nullptr);
  EXPECT_NE(loaded->generation->find("unlisted"), nullptr);
  EXPECT_EQ(loaded->generation->find("bad"), nullptr);
  EXPECT_EQ(loaded->generation->find("SHA256SUMS"), nullptr);
  EXPECT_EQ(reason_for(*loaded, "bad"), "It differs.");
  EXPECT_NE(reason_for(*loaded, "missing").find("not under the root"), std::string::npos);
}

TEST(Loader, VerifiesEachPathOfAFileByItself) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "file=right\nlink=wrong");
  files.write("file", "right");
  files.link("file", "link");
  BoundedMemory memory;
  const auto loaded = load({.root = files.root(), .read_manifest = read_listed_bytes}, memory);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_NE(loaded->generation->find("file"), nullptr);
  EXPECT_EQ(loaded->generation->find("link"), nullptr);
}

TEST(Loader, LoadsNothingButVerifiedFilesWhenAManifestIsRequired) {
  const TemporaryTree files;
  files.write("a", "1");
  BoundedMemory memory;
  const LoadOptions required{
      .root = files.root(), .manifest_required = true, .read_manifest = read_listed_bytes};
  EXPECT_TRUE(says(load(required, memory), "manifest is required"));
  files.write("SHA256SUMS", "a=1");
  EXPECT_TRUE(load(required, memory).has_value());
  files.write("b", "unlisted");
  EXPECT_TRUE(says(load(required, memory), "'b': The manifest does not list it."));
  files.write("SHA256SUMS", "a=2\nb=unlisted");
  EXPECT_TRUE(says(load(required, memory), "'a': It differs."));
  files.write("SHA256SUMS", "a=1\nb=unlisted\nc=1");
  EXPECT_TRUE(says(load(required, memory), "'c': The manifest lists it"));
  EXPECT_EQ(memory.blocks_out(), 0u);
}

TEST(Loader, NamesTheFirstFilesOfManyThatFail) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "listed=1");
  files.write("listed", "1");
  for (int i = 0; i < 9; ++i) files.write("f" + std::to_string(i), "x");
  BoundedMemory memory;
  const auto loaded =
      load({.root = files.root(), .manifest_required = true, .read_manifest = read_listed_bytes},
           memory);
  EXPECT_TRUE(says(loaded, "9 files under"));
  EXPECT_TRUE(says(loaded, "'f4'"));
  EXPECT_TRUE(says(loaded, "(And 4 more.)"));
}

TEST(Loader, SaysHowMuchMemoryIsMissing) {
  const TemporaryTree files;
  files.write("a", some_bytes(3 << 20));
  files.write("b", some_bytes(3 << 20));
  BoundedMemory memory(std::size_t{4} << 20);
  const auto loaded = load({.root = files.root()}, memory);
  EXPECT_TRUE(says(loaded, "need 7 MiB of bounded memory, and there are 3 MiB") ||
              says(loaded, "need 7 MiB of bounded memory, and there are 4 MiB"));
  EXPECT_TRUE(says(loaded, "vm.nr_hugepages"));
  EXPECT_EQ(memory.blocks_out(), 0u);
}

TEST(Loader, SaysWhatIsWrongWithTheRoot) {
  const TemporaryTree files;
  BoundedMemory memory;
  EXPECT_TRUE(says(load({.root = files.at("absent")}, memory), "does not exist: create it"));
  EXPECT_TRUE(says(load({.root = files.root()}, memory), "has no file to serve"));
  files.link("/etc/passwd", "out");
  EXPECT_TRUE(says(load({.root = files.root()}, memory), "can be served: 'out': A link leads out"));
}

TEST(Survey, SaysWhatALoadWillTakeWithoutReading) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "a=x");
  files.write("a", some_bytes(3'000'001));
  files.write("b", some_bytes(5000));
  files.link("b", "also-b");
  const LoadOptions options{.root = files.root(), .read_manifest = read_listed_bytes};
  const auto found = survey(options);
  ASSERT_TRUE(found.has_value()) << found.error().sentence;
  EXPECT_EQ(found->files, 2u);
  EXPECT_EQ(found->bytes, 3'005'001u);
  EXPECT_EQ(found->memory_bytes,
            Arena::room_for(arena_bytes_for(3'000'001)) + Arena::room_for(arena_bytes_for(5000)));
  files.write("SHA256SUMS", "no line of a manifest");
  EXPECT_TRUE(survey(options).has_value()) << "it reads no manifest either";
}

// A million files of a few bytes take a cache line each.
TEST(Survey, CountsWholeCacheLinesOfSmallFiles) {
  const TemporaryTree files;
  for (int i = 0; i < 100; ++i) files.write("f" + std::to_string(i), "x");
  const auto found = survey({.root = files.root()});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->memory_bytes, 100u * 64);
}

TEST(Survey, OfMoreThanAnyMemoryHasASumThatCanBeAddedTo) {
  const TemporaryTree files;
  for (const char* path : {"a", "b"}) {
    files.write(path, "");
    // Where the file system takes no such length, one that any memory is too small for as well.
    if (::truncate(files.at(path).c_str(), INT64_MAX) != 0) {
      ASSERT_EQ(::truncate(files.at(path).c_str(), std::int64_t{1} << 43), 0);
    }
  }
  const auto found = survey({.root = files.root()});
  ASSERT_TRUE(found.has_value());
  EXPECT_GE(found->memory_bytes, std::uint64_t{1} << 44);
  EXPECT_LE(found->memory_bytes, kMemoryBytesMax);
  EXPECT_LE(found->bytes, kMemoryBytesMax);
}

TEST(Survey, RefusesARootThatNothingCanBeServedFrom) {
  const TemporaryTree files;
  const auto sentence = [&](const std::string& root) {
    const auto found = survey({.root = root});
    return found ? std::string("it was surveyed") : found.error().sentence;
  };
  EXPECT_NE(sentence(files.at("absent")).find("does not exist: create it"), std::string::npos);
  EXPECT_NE(sentence(files.root()).find("has no file to serve"), std::string::npos);
  files.write("SHA256SUMS", "");
  EXPECT_NE(sentence(files.root()).find("has no file to serve"), std::string::npos);
  files.link("/etc/passwd", "out");
  EXPECT_NE(sentence(files.root()).find("can be served: 'out': A link leads out"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::image
