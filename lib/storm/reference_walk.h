// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The regular files below a folder, through links, by the names under which a server of that folder
// has them. Cold. Links that lead nowhere, or to a folder that contains them, are no file's and are
// left out, as stentord does; what is there and cannot be read is an error.

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"

namespace stentor::storm {

struct FoundFile {
  std::string path;
  std::string name;  // below the folder
};

struct FoundFiles {
  std::vector<FoundFile> files;
  std::vector<std::string> left_out;  // sentences
};

// Errors: more than `count_max` files or folders, which links to folders multiply.
base::Result<FoundFiles> walk_reference(const std::string& folder, std::size_t count_max);

}  // namespace stentor::storm
