// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The loader's dealings with the manifest that lies beside the images.

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/loader.h"
#include "image/tree.h"
#include "image/verifier.h"

namespace stentor::image {

// Far above any real one: a chunk manifest has 2 MiB a GiB of images.
inline constexpr std::uint64_t kManifestBytesMax = std::uint64_t{1} << 30;

struct ManifestFile {
  std::string path;  // beneath the root; empty: there is none
  std::unique_ptr<const Verifier> verifier;
  FileEntry file = {};  // as it was found
};

// Finds and reads the manifest of `listing`, and takes both manifest names out of the listing.
base::Result<ManifestFile> take_manifest(const Tree& tree, const LoadOptions& options,
                                         Listing& listing);

// Whether this path is one of the two.
bool is_manifest(const LoadOptions& options, const std::string& path);

// The manifest that there is now, read anew. Errors as take_manifest(), but for one that is
// required and absent.
base::Result<ManifestFile> read_manifest(const Tree& tree, const LoadOptions& options);

// Takes both manifest names out of the listing, unread.
void leave_out_manifests(const LoadOptions& options, Listing& listing);

// The listed files that are neither in `files` nor rejected already. The manifests are no images,
// though `sha256sum` of a whole folder lists them too.
std::vector<Rejected> missing_files(const LoadOptions& options, const Verifier& verifier,
                                    const std::vector<FileEntry>& files,
                                    const std::vector<Rejected>& rejected);

}  // namespace stentor::image
