// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the reply to one client is written, from the quirks of its classes. Made on the control
// thread; looked up by every worker, once a message, without allocation.

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "config/limit.h"
#include "config/settings.h"
#include "dhcp/message.h"

namespace stentor::dhcp {

struct Quirks {
  bool ends_texts = true;    // options 66 and 67 end in a NUL
  bool may_overload = true;  // if it is no firmware
  config::BroadcastReply broadcast = config::BroadcastReply::as_asked;
  config::BootFilePlace boot_file = config::BootFilePlace::both;
  config::PxeReply pxe_reply = config::PxeReply::automatic;
  base::Duration reply_delay{};  // of the answer to a DISCOVER
  std::uint16_t reply_bytes_min = kReplyBytesMin;
  std::uint8_t first_count = 0;
  std::array<std::uint8_t, config::kQuirkOptionsMax> first{};  // of which the first first_count
  std::bitset<256> suppressed{};                               // by option

  [[nodiscard]] std::span<const std::uint8_t> first_options() const {
    return std::span(first).first(first_count);
  }
};

// Of a client that is in no class with quirks.
inline const Quirks kUsualQuirks{};

class QuirkProfiles {
 public:
  QuirkProfiles() = default;
  explicit QuirkProfiles(const std::vector<config::ClientClass>& classes);

  // Of each quirk what the first of the classes says that says anything; suppressed is what any of
  // them suppresses.
  [[nodiscard]] Quirks of(config::ClassMask classes) const;

 private:
  struct Profile {
    config::ClassMask bit = 0;
    config::ClassQuirks quirks;
  };

  config::ClassMask classes_ = 0;  // that have quirks
  std::vector<Profile> profiles_;  // the last class first
};

}  // namespace stentor::dhcp
