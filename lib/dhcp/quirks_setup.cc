// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "dhcp/quirks.h"

namespace stentor::dhcp {

QuirkProfiles::QuirkProfiles(const std::vector<config::ClientClass>& classes) {
  config::ClassMask bit = 1;
  for (const config::ClientClass& named : classes) {
    if (named.quirks) {
      CHECK(named.quirks->first.size() <= config::kQuirkOptionsMax);
      classes_ |= bit;
      profiles_.insert(profiles_.begin(), {bit, *named.quirks});
    }
    bit <<= 1;
  }
}

}  // namespace stentor::dhcp
