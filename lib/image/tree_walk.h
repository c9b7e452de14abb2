// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The walk behind Tree::list(): breadth first, one open folder at a time; and the look behind
// Tree::look().

#include "image/tree.h"

namespace stentor::image {

// `folder`: the root, opened with O_PATH; `root`: its name for messages. An
// error past `count_max` files, as many folders, or as many refusals.
base::Result<Listing> walk_tree(const std::string& root, const base::Descriptor& folder,
                                std::size_t count_max, const WalkOptions& options = {});

Found look_beneath(const base::Descriptor& folder, const std::string& path, const Ignored& ignored);

}  // namespace stentor::image
