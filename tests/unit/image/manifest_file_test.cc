// SPDX-License-Identifier: BSD-3-Clause
// Goal: the right manifest is found, none is served, and a manifest that cannot be used is an error
// and never a load without one.
#include "image/manifest_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "listed_bytes.h"
#include "temporary_tree.h"

namespace stentor::image {
namespace {

struct Taken {
  base::Result<ManifestFile> manifest;
  Listing listing;
};

Taken take(const TemporaryTree& files, LoadOptions options = {}) {
  const auto tree = Tree::open(files.root());
  Listing listing = *tree->list();
  auto manifest = take_manifest(*tree, options, listing);
  return {std::move(manifest), std::move(listing)};
}

TEST(ManifestFile, PrefersTheConfiguredNameAndServesNeither) {
  const TemporaryTree files;
  files.write("SHA256SUMS", "a=1");
  files.write("STENTOR.manifest", "b=2");
  files.write("a", "1");
  files.write("sub/SHA256SUMS", "an image like others");
  const Taken taken = take(files, {.read_manifest = read_listed_bytes});
  ASSERT_TRUE(taken.manifest.has_value());
  EXPECT_EQ(taken.manifest->path, "SHA256SUMS");
  EXPECT_EQ(taken.manifest->verifier->paths()[0], "a");
  ASSERT_EQ(taken.listing.files.size(), 2u);
  EXPECT_EQ(taken.listing.files[0].path, "a");
  EXPECT_EQ(taken.listing.files[1].path, "sub/SHA256SUMS");
}

TEST(ManifestFile, FallsBackToTheChunkManifest) {
  const TemporaryTree files;
  files.write("STENTOR.manifest", "b=2");
  const Taken taken = take(files, {.read_manifest = read_listed_bytes});
  ASSERT_TRUE(taken.manifest.has_value());
  EXPECT_EQ(taken.manifest->path, "STENTOR.manifest");
  EXPECT_TRUE(taken.listing.files.empty());
}

TEST(ManifestFile, MayBeAbsentUnlessItIsRequired) {
  const TemporaryTree files;
  files.write("a", "1");
  const Taken taken = take(files, {.read_manifest = read_listed_bytes});
  ASSERT_TRUE(taken.manifest.has_value());
  EXPECT_TRUE(taken.manifest->path.empty());
  EXPECT_EQ(taken.manifest->verifier, nullptr);
  const Taken required =
      take(files, {.manifest_required = true, .read_manifest = read_listed_bytes});
  ASSERT_FALSE(required.manifest.has_value());
  EXPECT_NE(required.manifest.error().sentence.find("stentorctl images manifest"),
            std::string::npos);
}

TEST(ManifestFile, IsAnErrorWhenItIsWrongOrUnusable) {
  const TemporaryTree wrong;
  wrong.write("SHA256SUMS", "no equals sign");
  const Taken parsed = take(wrong, {.read_manifest = read_listed_bytes});
  ASSERT_FALSE(parsed.manifest.has_value());
  EXPECT_NE(parsed.manifest.error().sentence.find("line 1"), std::string::npos);

  const TemporaryTree fifo;
  ASSERT_EQ(::mkfifo(fifo.at("SHA256SUMS").c_str(), 0666), 0);
  EXPECT_FALSE(take(fifo, {.read_manifest = read_listed_bytes}).manifest.has_value());

  const TemporaryTree huge;
  huge.write("SHA256SUMS", "");
  std::filesystem::resize_file(huge.at("SHA256SUMS"), kManifestBytesMax + 1);
  const Taken sparse = take(huge, {.read_manifest = read_listed_bytes});
  ASSERT_FALSE(sparse.manifest.has_value());
  EXPECT_NE(sparse.manifest.error().sentence.find("larger than 1 GiB"), std::string::npos);
}

TEST(ManifestFile, NamesMissingFilesOnceEach) {
  ListedBytes verifier;
  for (const char* path : {"a", "b", "c", "new\nline"}) verifier.add(path, "1");
  const std::vector<Rejected> missing = missing_files(
      {}, verifier, {{.path = "a"}}, {{"c", "A FIFO."}, {"new\\x0aline", "Its name."}});
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].path, "b");
}

// As `find . -type f -exec sha256sum {} + > SHA256SUMS` writes it: its own hash is that of a file
// that was empty.
TEST(ManifestFile, MissesNoManifestThatListsItselfOrTheOther) {
  ListedBytes verifier;
  for (const char* path : {"SHA256SUMS", "STENTOR.manifest", "a", "sub/SHA256SUMS"})
    verifier.add(path, "1");
  const auto missing = missing_files({}, verifier, {{.path = "a"}}, {});
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].path, "sub/SHA256SUMS");
}

}  // namespace
}  // namespace stentor::image
