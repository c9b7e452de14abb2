// SPDX-License-Identifier: BSD-3-Clause
#include "image/image_reader.h"

#include "image/file_reader.h"

namespace stentor::image {

ReadImages ImageReader::read(const std::vector<std::string>& paths) const {
  ReadImages result;
  ImageSpace space;
  const auto bytes =
      read_file(tree_, paths.front(), [&](std::uint64_t size, base::MutableBytes& bytes_space) {
        if (!space.whole.empty()) stock_.release(space);
        space = stock_.reserve(size);
        bytes_space = space.bytes;
        return !space.whole.empty();
      });
  std::vector<std::string> served;
  if (bytes) {
    served = verified(paths, space.bytes, result);
  } else if (bytes.error().failure == ReadFailure::no_memory) {
    result.no_memory = true;
  } else {
    for (const std::string& path : paths)
      result.rejected.push_back({printable(path), bytes.error().reason});
  }
  if (served.empty()) {
    if (!space.whole.empty()) stock_.release(space);
    return result;
  }
  result.images = stock_.add(space, served);
  result.no_memory = result.images.empty();
  return result;
}

std::vector<std::string> ImageReader::verified(const std::vector<std::string>& paths,
                                               base::Bytes bytes, ReadImages& result) const {
  if (verifier_ == nullptr && !listed_only_) return paths;
  std::vector<std::string> served;
  for (const std::string& path : paths) {
    const Verification verification =
        verifier_ == nullptr ? Verification{Verdict::unlisted, {}} : verifier_->verify(path, bytes);
    if (verification.verdict == Verdict::bad) {
      result.rejected.push_back({printable(path), verification.reason});
    } else if (verification.verdict == Verdict::unlisted && listed_only_) {
      result.rejected.push_back({printable(path), "The manifest does not list it."});
    } else {
      served.push_back(path);
      if (verification.verdict == Verdict::verified) ++result.verified;
    }
  }
  return served;
}

}  // namespace stentor::image
