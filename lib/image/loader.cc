// SPDX-License-Identifier: BSD-3-Clause
#include "image/loader.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "image/arena.h"
#include "image/generation_builder.h"
#include "image/image_reader.h"
#include "image/manifest_file.h"
#include "image/out_of_memory.h"
#include "image/parallel_for.h"

namespace stentor::image {

namespace {

// One file on disk and the paths that lead to it.
struct Source {
  std::uint64_t bytes;
  std::vector<std::string> paths;
};

// The largest first, so that no helper begins it when the others are done.
std::vector<Source> sources_of(const std::vector<FileEntry>& files) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> known;
  std::vector<Source> sources;
  for (const FileEntry& file : files) {
    const auto [at, added] = known.try_emplace({file.device, file.inode}, sources.size());
    if (added) sources.push_back({file.bytes, {}});
    sources[at->second].paths.push_back(file.path);
  }
  std::ranges::stable_sort(sources, std::ranges::greater{}, &Source::bytes);
  return sources;
}

// A sparse file may claim 8 EiB: saturates.
std::uint64_t needed_bytes(const std::vector<Source>& sources) {
  std::uint64_t sum = 0;
  for (const Source& source : sources) {
    sum += std::min<std::uint64_t>(Arena::room_for(arena_bytes_for(source.bytes)), kMemoryBytesMax);
    if (sum > kMemoryBytesMax) return kMemoryBytesMax;
  }
  return sum;
}

class Load {
 public:
  Load(const ImageReader& reader, GenerationBuilder& builder, Loaded& loaded)
      : reader_(reader), builder_(builder), loaded_(loaded) {}

  // From any helper thread.
  void take(const Source& source) {
    if (no_memory_.load()) return;
    const ReadImages read = reader_.read(source.paths);
    if (read.no_memory) no_memory_.store(true);
    builder_.add(read.images);
    const std::lock_guard lock(mutex_);
    loaded_.verified += read.verified;
    std::ranges::copy(read.rejected, std::back_inserter(loaded_.rejected));
  }

  [[nodiscard]] bool no_memory() const { return no_memory_.load(); }

 private:
  const ImageReader& reader_;
  GenerationBuilder& builder_;
  std::mutex mutex_;
  Loaded& loaded_;                      // guarded by mutex_
  std::atomic<bool> no_memory_{false};  // set by any helper, read by all
};

std::string first_of(const std::vector<Rejected>& rejected) {
  constexpr std::size_t kNamedMax = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(rejected.size(), kNamedMax); ++i)
    text += " '" + rejected[i].path + "': " + rejected[i].reason;
  if (rejected.size() > kNamedMax)
    text += " (And " + std::to_string(rejected.size() - kNamedMax) + " more.)";
  return text;
}

tl::unexpected<base::Error> nothing_to_serve(const std::string& root,
                                             const std::vector<Rejected>& rejected) {
  if (rejected.empty())
    return base::failure("The image root '" + root +
                         "' has no file to serve: put the boot files there.");
  return base::failure("No file under the image root '" + root +
                       "' can be served:" + first_of(rejected));
}

}  // namespace

base::Result<Survey> survey(const LoadOptions& options) {
  const auto tree = Tree::open(options.root);
  if (!tree) return tl::make_unexpected(tree.error());
  auto listing = tree->list({.ignored = options.ignored});
  if (!listing) return tl::make_unexpected(listing.error());
  leave_out_manifests(options, *listing);
  if (listing->files.empty()) return nothing_to_serve(options.root, listing->rejected);
  const std::vector<Source> sources = sources_of(listing->files);
  Survey found{.files = sources.size(),
               .bytes = 0,
               .memory_bytes = needed_bytes(sources),
               .largest_bytes = needed_bytes({sources.front()})};
  for (const Source& source : sources) {
    found.bytes = std::min(found.bytes + std::min(source.bytes, kMemoryBytesMax), kMemoryBytesMax);
  }
  return found;
}

base::Result<Loaded> load(const LoadOptions& options, Memory& memory) {
  const auto tree = Tree::open(options.root);
  if (!tree) return tl::make_unexpected(tree.error());
  auto listing = tree->list({.ignored = options.ignored});
  if (!listing) return tl::make_unexpected(listing.error());
  auto manifest = take_manifest(*tree, options, *listing);
  if (!manifest) return tl::make_unexpected(manifest.error());

  Loaded loaded;
  loaded.rejected = std::move(listing->rejected);
  loaded.manifest = manifest->path;
  if (manifest->verifier) {
    auto missing = missing_files(options, *manifest->verifier, listing->files, loaded.rejected);
    std::ranges::move(missing, std::back_inserter(loaded.rejected));
  }
  const std::vector<Source> sources = sources_of(listing->files);
  const std::uint64_t needed = needed_bytes(sources);
  GenerationBuilder builder(memory, needed);
  const ImageReader reader(*tree, manifest->verifier.get(), options.manifest_required,
                           builder.stock());
  Load work(reader, builder, loaded);
  parallel_for(sources.size(), options.threads, [&](std::size_t i) { work.take(sources[i]); });
  if (work.no_memory()) return out_of_memory(options.root, needed, builder.arena_bytes(), memory);

  std::ranges::sort(loaded.rejected, {}, &Rejected::path);
  if (options.manifest_required && !loaded.rejected.empty())
    return base::failure("The manifest '" + manifest->path + "' is required, and " +
                         std::to_string(loaded.rejected.size()) + " files under '" + options.root +
                         "' fail it:" + first_of(loaded.rejected));
  loaded.generation = builder.build(options.number, options.path_case);
  if (loaded.generation->size() == 0) return nothing_to_serve(options.root, loaded.rejected);
  loaded.files = std::move(listing->files);
  loaded.verifier = std::move(manifest->verifier);
  loaded.manifest_file = std::move(manifest->file);
  return loaded;
}

}  // namespace stentor::image
