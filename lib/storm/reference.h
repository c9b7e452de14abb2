// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The files that machines should receive: mapped from a folder, or known by their SHA-256 alone.
// Made once (reference_setup.cc), immutable afterwards; any thread reads.
//
// Names are compared as boot servers do: a backslash is a slash, leading ones do not count.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "storm/hasher.h"

namespace stentor::storm {

struct ReferenceFile {
  base::Bytes bytes;          // empty where only the sum is known
  bool has_bytes = false;     // a file may be empty
  std::optional<Sha256> sum;  // of Verification::Bytes::hash
};

class Reference {
 public:
  static constexpr std::size_t kFilesMax = 1'048'576;

  // Maps every regular file below `folder` (none if empty) and reads the sums of `sums_file` (none
  // if empty), which is as sha256sum(1) writes it.
  static base::Result<std::unique_ptr<Reference>> open(const std::string& folder,
                                                       const std::string& sums_file);
  Reference() = default;
  ~Reference();
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  // Adds a file whose bytes the caller keeps: for tests and benchmarks.
  void add(std::string_view name, base::Bytes bytes);

  // nullptr: there is none of that name. Does not allocate.
  [[nodiscard]] const ReferenceFile* find(std::string_view name) const;
  [[nodiscard]] std::size_t files() const { return files_.size(); }
  // Sentences: links of the folder that are no file's.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  struct Mapping {
    void* address;
    std::size_t bytes;
  };

  base::Result<void> map_folder(const std::string& folder);
  base::Result<void> map_file(const std::string& path, const std::string& name);
  base::Result<void> read_sums(const std::string& sums_file);

  struct ByName {
    // NOLINTNEXTLINE(readability-identifier-naming): the name that std::map asks for.
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
  };

  std::map<std::string, ReferenceFile, ByName> files_;
  std::vector<Mapping> mappings_;
  std::vector<std::string> left_out_;
};

}  // namespace stentor::storm
