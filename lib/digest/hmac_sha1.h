// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// HMAC-SHA1 (RFC 2104, FIPS 180-4) of one short text, by Intel IPsec-MB's direct calls.
//
// Not by its jobs: those need an object for each thread, fill their lanes with equal work that a
// single message does not have, and are no faster then (1.4 us for 340 bytes, either way).
//
// Threads: after the constructor any number of threads at once; nothing is written but their own
// stacks.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/hmac_key.h"

struct IMB_MGR;

namespace stentor::digest {

using Sha1 = std::array<std::uint8_t, 20>;

class HmacSha1 {
 public:
  // Of all parts together.
  static constexpr std::size_t kTextBytesMax = 2048;

  HmacSha1();

  // Of the parts of a text, one behind the other.
  [[nodiscard]] Sha1 of(const base::HmacKey& key, std::span<const base::Bytes> text) const;

 private:
  struct Free {
    void operator()(IMB_MGR* library) const;
  };
  std::unique_ptr<IMB_MGR, Free> library_;
};

}  // namespace stentor::digest
