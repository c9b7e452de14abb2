// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames that machines have made and that have not left yet, one behind the other in fixed memory:
// filled by the machines of a core, emptied by its poll loop after each burst.

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/check.h"

namespace stentor::storm {

class Outbox {
 public:
  static constexpr std::size_t kFrames = 128;
  static constexpr std::size_t kFrameBytesMax = 768;  // DHCP of 548 bytes, option 82, headers
  // What one event (a frame received, a deadline) makes at most.
  static constexpr std::size_t kFramesAnEvent = 6;

  struct Entry {
    std::uint32_t offset = 0;
    std::uint32_t machine = 0;  // of this core
    std::uint16_t length = 0;
  };

  // Room for everything that one more event may make.
  [[nodiscard]] bool has_room() const { return count_ + kFramesAnEvent <= kFrames; }
  [[nodiscard]] std::size_t room() const { return kFrames - count_; }  // frames
  [[nodiscard]] bool empty() const { return count_ == 0; }

  // Where the next frame goes; has_room() was true before the event.
  [[nodiscard]] base::MutableBytes next() {
    CHECK(count_ < kFrames);
    return base::MutableBytes(bytes_).subspan(used_, kFrameBytesMax);
  }
  void commit(std::size_t length, std::uint32_t machine) {
    entries_[count_++] = {static_cast<std::uint32_t>(used_), machine,
                          static_cast<std::uint16_t>(length)};
    used_ += length;
  }

  [[nodiscard]] std::span<const Entry> entries() const { return std::span(entries_).first(count_); }
  [[nodiscard]] base::Bytes bytes(const Entry& entry) const {
    return base::Bytes(bytes_).subspan(entry.offset, entry.length);
  }
  void clear() { count_ = used_ = 0; }

 private:
  std::array<Entry, kFrames> entries_{};
  std::array<std::uint8_t, kFrames * kFrameBytesMax> bytes_{};
  std::size_t count_ = 0;
  std::size_t used_ = 0;
};

}  // namespace stentor::storm
