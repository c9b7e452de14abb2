// SPDX-License-Identifier: BSD-3-Clause
#include "image_folder.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "image/file_reader.h"

namespace stentor::ctl {

base::Result<ImageFolder> open_folder(const std::string& folder) {
  auto tree = image::Tree::open(folder);
  if (!tree) return tl::make_unexpected(tree.error());
  auto listing = tree->list();
  if (!listing) return tl::make_unexpected(listing.error());
  return ImageFolder{std::move(*tree), std::move(*listing)};
}

FolderReader::FolderReader(const ImageFolder& folder)
    : folder_(folder), rejected_(folder.listing.rejected), memory_(image::make_page_memory()) {}

FolderReader::~FolderReader() {
  if (!space_.empty()) memory_->release(space_);
}

bool FolderReader::grow(std::uint64_t bytes) {
  if (bytes <= space_.size()) return true;
  if (!space_.empty()) memory_->release(space_);
  space_ = memory_->allocate(bytes);
  return !space_.empty();
}

void FolderReader::for_each(
    const std::function<void(const std::string& path, base::Bytes bytes)>& visit) {
  for (const image::FileEntry& file : folder_.listing.files) {
    const auto bytes = image::read_file(folder_.tree, file.path,
                                        [this](std::uint64_t size, base::MutableBytes& space) {
                                          if (!grow(size)) return false;
                                          space = space_.first(size);
                                          return true;
                                        });
    if (bytes) {
      visit(file.path, *bytes);
    } else {
      rejected_.push_back({image::printable(file.path), bytes.error().reason});
    }
  }
}

base::Result<std::string> read_text(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) {
    return base::failure("'" + path + "' is not a regular file: name the file itself.");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // An empty file sets failbit on `text` alone.
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || file.bad() || text.bad())
    return base::failure("'" + path + "' cannot be read: " + base::system_reason(errno) + ".");
  return text.str();
}

ExitStatus fail(const base::Error& error) {
  std::fprintf(stderr, "stentorctl: %s\n", error.sentence.c_str());
  return ExitStatus::failed;
}

}  // namespace stentor::ctl
