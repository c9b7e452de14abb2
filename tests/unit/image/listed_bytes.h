// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A manifest format for tests: lines of PATH=BYTES. It hashes nothing, so that the loader's rules
// are tested without the library that does.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "image/verifier.h"

namespace stentor::image {

class ListedBytes final : public Verifier {
 public:
  void add(const std::string& path, const std::string& bytes) {
    bytes_[path] = bytes;
    paths_.push_back(path);
  }
  [[nodiscard]] Verification verify(std::string_view path, base::Bytes bytes) const override {
    const auto listed = bytes_.find(std::string(path));
    if (listed == bytes_.end()) return {Verdict::unlisted, {}};
    if (listed->second == base::as_text(bytes)) return {Verdict::verified, {}};
    return {Verdict::bad, "It differs."};
  }
  [[nodiscard]] std::span<const std::string> paths() const override { return paths_; }

 private:
  std::map<std::string, std::string> bytes_;
  std::vector<std::string> paths_;
};

inline base::Result<std::unique_ptr<const Verifier>> read_listed_bytes(std::string_view text) {
  auto verifier = std::make_unique<ListedBytes>();
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos)
      return base::failure("line " + std::to_string(line) + ": expected PATH=BYTES.");
    verifier->add(std::string(item.substr(0, equals)), std::string(item.substr(equals + 1)));
  }
  return verifier;
}

}  // namespace stentor::image
