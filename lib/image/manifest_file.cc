// SPDX-License-Identifier: BSD-3-Clause
#include "image/manifest_file.h"

#include <algorithm>

#include "image/file_reader.h"

namespace stentor::image {

namespace {

std::string sentence_start(const Tree& tree, const std::string& path) {
  return "The manifest '" + tree.root() + "/" + printable(path) + "' ";
}

base::Result<ManifestFile> read_one(const Tree& tree, const LoadOptions& options,
                                    const FileEntry& file) {
  const std::string& path = file.path;
  std::string text;
  const auto bytes = read_file(tree, path, [&](std::uint64_t size, base::MutableBytes& space) {
    if (size > kManifestBytesMax) return false;
    text.resize(size);
    space = {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
    return true;
  });
  if (!bytes) {
    const std::string reason = bytes.error().failure == ReadFailure::no_memory
                                   ? "It is larger than 1 GiB."
                                   : bytes.error().reason;
    return base::failure(sentence_start(tree, path) + "cannot be used. " + reason);
  }
  auto verifier = options.read_manifest(text);
  if (!verifier)
    return base::failure(sentence_start(tree, path) + "is wrong: " + verifier.error().sentence);
  return ManifestFile{path, std::move(*verifier), file};
}

}  // namespace

bool is_manifest(const LoadOptions& options, const std::string& path) {
  return path == options.manifest_file || path == kChunkManifestFile;
}

base::Result<ManifestFile> read_manifest(const Tree& tree, const LoadOptions& options) {
  if (!options.read_manifest) return ManifestFile{};
  for (const std::string& path : {options.manifest_file, std::string(kChunkManifestFile)}) {
    const Found found = tree.look(path, options.ignored);
    if (std::holds_alternative<Absent>(found)) continue;
    if (const auto* bad = std::get_if<Rejected>(&found))
      return base::failure(sentence_start(tree, path) + "cannot be used. " + bad->reason);
    const auto* file = std::get_if<FileEntry>(&found);
    if (file != nullptr) return read_one(tree, options, *file);
    return base::failure(sentence_start(tree, path) + "cannot be used. It is a folder.");
  }
  return ManifestFile{};
}

base::Result<ManifestFile> take_manifest(const Tree& tree, const LoadOptions& options,
                                         Listing& listing) {
  ManifestFile manifest;
  for (const std::string& path : {options.manifest_file, std::string(kChunkManifestFile)}) {
    const auto bad = std::ranges::find(listing.rejected, printable(path), &Rejected::path);
    if (bad != listing.rejected.end())
      return base::failure(sentence_start(tree, path) + "cannot be used. " + bad->reason);
    const auto file = std::ranges::find(listing.files, path, &FileEntry::path);
    if (file == listing.files.end()) continue;
    if (options.read_manifest && manifest.path.empty()) {
      auto read = read_one(tree, options, *file);
      if (!read) return read;
      manifest = std::move(*read);
    }
  }
  leave_out_manifests(options, listing);
  if (options.manifest_required && manifest.path.empty())
    return base::failure("A manifest is required, and the image root '" + tree.root() +
                         "' has no '" + options.manifest_file +
                         "': write one (stentorctl images "
                         "manifest " +
                         tree.root() + ") or set images.manifest.required to false.");
  return manifest;
}

void leave_out_manifests(const LoadOptions& options, Listing& listing) {
  std::erase_if(listing.files,
                [&](const FileEntry& file) { return is_manifest(options, file.path); });
}

std::vector<Rejected> missing_files(const LoadOptions& options, const Verifier& verifier,
                                    const std::vector<FileEntry>& files,
                                    const std::vector<Rejected>& rejected) {
  std::vector<Rejected> missing;
  for (const std::string& path : verifier.paths()) {
    if (is_manifest(options, path)) continue;
    if (std::ranges::binary_search(files, path, {}, &FileEntry::path)) continue;
    std::string named = printable(path);
    if (std::ranges::binary_search(rejected, named, {}, &Rejected::path)) continue;
    missing.push_back({std::move(named), "The manifest lists it, and it is not under the root."});
  }
  return missing;
}

}  // namespace stentor::image
