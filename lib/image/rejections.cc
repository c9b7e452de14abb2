// SPDX-License-Identifier: BSD-3-Clause
#include "image/rejections.h"

#include <algorithm>
#include <utility>

namespace stentor::image {

void Rejections::set(const std::string& path, const std::string& reason) {
  if (reason.empty()) {
    has_changed_ |= reasons_.erase(path) != 0;
    return;
  }
  std::string& known = reasons_[path];
  has_changed_ |= known != reason;
  known = reason;
}

std::shared_ptr<const RejectedFiles> Rejections::take() {
  if (!std::exchange(has_changed_, false)) return nullptr;
  auto files = std::make_shared<RejectedFiles>();
  files->count = reasons_.size();
  for (const auto& [path, reason] : reasons_) {
    if (files->rows.size() == kRowsMax) break;
    files->rows.push_back({printable(path), reason});
  }
  return files;
}

RejectedFiles make_rejected_files(const std::vector<Rejected>& all) {
  const auto rows = static_cast<std::ptrdiff_t>(std::min(all.size(), Rejections::kRowsMax));
  return {.rows = {all.begin(), all.begin() + rows}, .count = all.size()};
}

}  // namespace stentor::image
