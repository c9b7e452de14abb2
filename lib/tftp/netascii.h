// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Mode netascii (RFC 1350 section 1, RFC 854 "The NVT Printer"): the file is text; a line feed is
// sent as CR LF, a carriage return as CR NUL. Blocks are cut from what is sent, also between the
// two bytes of a pair, and where a block begins in the file is known from the blocks before it
// alone.

#include <cstdint>

#include "base/bytes.h"

namespace stentor::tftp {

// A place in what is sent of a file.
struct TextPlace {
  std::uint64_t offset = 0;  // of the byte of the file that comes next
  bool in_pair = false;      // the first of the two bytes that it becomes has gone
};

// Converts from `place` on, until `out` is full or the file ends. `place` moves behind what was
// written. Returns how many bytes that are.
std::size_t convert_text(base::Bytes file, TextPlace& place, base::MutableBytes out);

// Where one transfer stands: at the beginning of the block that was made last. In lock-step the
// next one to be made is that or the one after it.
class TextReader {
 public:
  TextReader() = default;  // of a transfer in mode octet
  static TextReader at_start() { return TextReader(true); }

  [[nodiscard]] bool is_in_use() const { return in_use_; }
  // Writes block `index` (counted from 1) to the front of `out`, which has room for a full one of
  // `blksize`, and returns its length. Touches the file's bytes.
  std::size_t read_block(base::Bytes file, std::uint64_t index, std::uint16_t blksize,
                         base::MutableBytes out);

 private:
  explicit TextReader(bool in_use) : in_use_(in_use) {}

  static constexpr std::uint64_t kOffsetMax = (std::uint64_t{1} << 61) - 1;

  // Eight bytes, because each of 65,536 transfers has one.
  std::uint64_t offset_ : 61 = 0;
  bool in_pair_ : 1 = false;
  bool is_even_ : 1 = false;  // the block's index is
  bool in_use_ : 1 = false;
};
static_assert(sizeof(TextReader) == 8);

}  // namespace stentor::tftp
