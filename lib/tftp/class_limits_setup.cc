// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/class_limits.h"

namespace stentor::tftp {

ClassLimits::ClassLimits(const std::vector<config::ClientClass>& classes) {
  config::ClassMask bit = 1;
  for (const config::ClientClass& named : classes) {
    if (named.tftp) {
      rows_.push_back({bit, *named.tftp});
      classes_ |= bit;
    }
    bit <<= 1;
  }
}

}  // namespace stentor::tftp
