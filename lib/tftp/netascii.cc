// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/netascii.h"

#include "base/check.h"

namespace stentor::tftp {

std::size_t convert_text(base::Bytes file, TextPlace& place, base::MutableBytes out) {
  std::size_t written = 0;
  while (written < out.size() && place.offset < file.size()) {
    const std::uint8_t byte = file[place.offset];
    const bool is_pair = byte == '\n' || byte == '\r';
    if (is_pair && !place.in_pair) {
      out[written++] = '\r';
      place.in_pair = true;
      continue;
    }
    out[written++] = byte == '\r' ? std::uint8_t{0} : byte;
    place.in_pair = false;
    ++place.offset;
  }
  return written;
}

std::size_t TextReader::read_block(base::Bytes file, std::uint64_t index, std::uint16_t blksize,
                                   base::MutableBytes out) {
  CHECK(out.size() >= blksize);
  const base::MutableBytes block = out.first(blksize);
  TextPlace place{.offset = offset_, .in_pair = in_pair_};
  const bool is_even = index % 2 == 0;
  if (is_even != is_even_) {
    // Past the block before, which was a full one: another follows.
    convert_text(file, place, block);
    offset_ = place.offset & kOffsetMax;
    in_pair_ = place.in_pair;
    is_even_ = is_even;
  }
  return convert_text(file, place, block);
}

}  // namespace stentor::tftp
