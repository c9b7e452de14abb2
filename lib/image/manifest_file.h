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
};

// Finds and reads the manifest of `listing`, and takes both manifest names out of the listing.
base::Result<ManifestFile> take_manifest(const Tree& tree, const LoadOptions& options,
                                         Listing& listing);

// Takes both manifest names out of the listing, unread.
void leave_out_manifests(const LoadOptions& options, Listing& listing);

// The listed files that are neither in `files` nor rejected already. The manifests are no images,
// though `sha256sum` of a whole folder lists them too.
std::vector<Rejected> missing_files(const LoadOptions& options, const Verifier& verifier,
                                    const std::vector<FileEntry>& files,
                                    const std::vector<Rejected>& rejected);

}  // namespace stentor::image
