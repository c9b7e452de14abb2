// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Domain names as labels (RFC 1035 section 3.1), one behind the other, as options carry them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::config {

class DomainEncoder {
 public:
  // With `compresses`, what a name has in common with the end of an earlier one is a pointer to it
  // (RFC 1035 section 4.1.4), which RFC 3397 section 2 allows.
  explicit DomainEncoder(bool compresses) : compresses_(compresses) {}

  // `name` is a host name of at most 253 bytes. Every name of one option is written to the same
  // `bytes`, which hold nothing else.
  void append(std::vector<std::uint8_t>& bytes, std::string_view name);

 private:
  bool compresses_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of each end of a name
};

}  // namespace stentor::config
