// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads the files under a root into a Generation. Control thread; helper threads read, sum and
// hash.
//
// Opens beneath the root (openat2, RESOLVE_BENEATH): links inside are followed; links out, FIFOs,
// devices and unreadable files are refused by name. A bad file is left out and reported; the rest
// serves. A file with several paths (links) is in memory once.
//
// The manifest is `manifest_file`, else kChunkManifestFile, if one of them is there; neither is
// served. What is served is what was verified: bytes are hashed where they lie. A listed file that
// is missing or differs is rejected; unlisted files serve. A manifest that cannot be read or parsed
// fails the load. With `manifest_required` any bad or unlisted file, or no manifest, fails it too.

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/generation.h"
#include "image/memory.h"
#include "image/tree.h"
#include "image/verifier.h"

namespace stentor::image {

// What `stentorctl images manifest` writes.
inline constexpr const char* kChunkManifestFile = "STENTOR.manifest";

struct LoadOptions {
  std::string root = {};
  std::string manifest_file = "SHA256SUMS";  // beneath the root
  bool manifest_required = false;
  base::PathCase path_case = base::PathCase::exact;  // of requests
  Ignored ignored = {};                              // these files are not there
  std::uint64_t number = 1;
  ReadManifest read_manifest = {};  // none: manifests are ignored, and `manifest_required` fails
  unsigned threads = 0;             // helpers and caller; 0: one a core
};

struct Loaded {
  std::shared_ptr<const Generation> generation;  // at least one image
  std::vector<Rejected> rejected;                // by path
  std::string manifest;                          // beneath the root; empty: none was there
  std::size_t verified = 0;                      // paths that the manifest vouches for
  std::vector<FileEntry> files;                  // as they were found, by path
  std::shared_ptr<const Verifier> verifier;      // of the manifest; null: there is none
  FileEntry manifest_file;                       // likewise, as it was found
};

// What load() will read, found out by a walk alone.
struct Survey {
  std::size_t files = 0;
  std::uint64_t bytes = 0;          // of the files; those with several paths count once
  std::uint64_t memory_bytes = 0;   // what they take of Memory, at most kMemoryBytesMax
  std::uint64_t largest_bytes = 0;  // what the largest of them does
};

// More than any host has, and so little that other sizes can be added to it.
inline constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{1} << 56;

// Errors: as load() says them, when the root is absent, closed, too large, or has no file to serve.
base::Result<Survey> survey(const LoadOptions& options);

// `memory` outlives the generation.
base::Result<Loaded> load(const LoadOptions& options, Memory& memory);

}  // namespace stentor::image
