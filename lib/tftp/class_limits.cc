// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/class_limits.h"

#include <algorithm>

namespace stentor::tftp {

namespace {

template <typename T>
void lower(T& limit, const std::optional<T>& least) {
  if (least) limit = std::min(limit, *least);
}

// A rate of a class's counts in place of `auto`, and of a higher one; 0 is without a pause.
void lower(PaceRule& pace, const std::optional<std::uint64_t>& bits_per_second) {
  if (!bits_per_second) return;
  const bool is_lower =
      pace.learns || pace.bits_per_second == 0 || *bits_per_second < pace.bits_per_second;
  if (is_lower) pace = {.learns = false, .bits_per_second = *bits_per_second};
}

}  // namespace

void ClassLimits::restrict_limits(config::ClassMask classes, Limits& limits) const {
  for (const Row& row : rows_) {
    if ((row.bit & classes) == 0) continue;
    lower(limits.blksize_max, row.tftp.blksize_max);
    lower(limits.windowsize_max, row.tftp.windowsize_max);
    lower(limits.pace, row.tftp.pace_bits_per_second);
  }
}

void ClassLimits::restrict_request(config::ClassMask classes, ReadRequest& request) const {
  config::TftpOptionMask reject = 0;
  for (const Row& row : rows_) {
    if ((row.bit & classes) != 0) reject |= row.tftp.reject;
  }
  using config::TftpOption;
  const auto rejects = [reject](TftpOption option) { return (reject & bit_of(option)) != 0; };
  if (rejects(TftpOption::blksize)) request.blksize.reset();
  if (rejects(TftpOption::tsize)) request.tsize.reset();
  if (rejects(TftpOption::timeout)) request.timeout.reset();
  if (rejects(TftpOption::utimeout)) request.utimeout.reset();
  if (rejects(TftpOption::windowsize)) request.windowsize.reset();
  if (rejects(TftpOption::rollover)) request.rollover.reset();
}

std::uint16_t ClassLimits::transfers_per_client(config::ClassMask classes,
                                                std::uint16_t otherwise) const {
  std::uint16_t most = otherwise;
  for (const Row& row : rows_) {
    if ((row.bit & classes) != 0) lower(most, row.tftp.transfers_per_client);
  }
  return most;
}

}  // namespace stentor::tftp
