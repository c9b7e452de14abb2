// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One file to images: read, verified where its bytes lie, summed.

#include <memory>
#include <string>
#include <vector>

#include "image/stock.h"
#include "image/tree.h"
#include "image/verifier.h"

namespace stentor::image {

struct ReadImages {
  std::vector<const Image*> images;  // of the paths under which the bytes may be served
  std::vector<Rejected> rejected;    // the others
  std::size_t verified = 0;          // of the images, those that the manifest vouches for
  bool no_memory = false;            // none of either
};

class ImageReader {
 public:
  // All of these outlive the reader. `verifier`: nullptr without a manifest. `listed_only`: what
  // the manifest does not list is rejected.
  ImageReader(const Tree& tree, const Verifier* verifier, bool listed_only, Stock& stock)
      : tree_(tree), verifier_(verifier), listed_only_(listed_only), stock_(stock) {}

  // `paths` lead to one file. Threads: any, several at once.
  [[nodiscard]] ReadImages read(const std::vector<std::string>& paths) const;

 private:
  std::vector<std::string> verified(const std::vector<std::string>& paths, base::Bytes bytes,
                                    ReadImages& result) const;

  const Tree& tree_;
  const Verifier* verifier_;
  bool listed_only_;
  Stock& stock_;
};

}  // namespace stentor::image
