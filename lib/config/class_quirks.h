// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How replies to a class's clients differ from those to all others: `quirks` of a class. Compiled
// by dhcp::QuirkProfiles. Each is there for firmware that boots with it alone (README, "Quirks").

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace stentor::config {

enum class BroadcastReply : std::uint8_t { as_asked, always, never };

// Where a client is told its boot file.
enum class BootFilePlace : std::uint8_t {
  both,
  option,  // options 66, 67 and 13
  header,  // `sname` and `file`
};

// What a PXE client is told beside its boot file.
enum class PxeReply : std::uint8_t {
  automatic,          // with an address: boot_file; ProxyDHCP: by firmware
  boot_file,          // nothing
  discovery_control,  // options 60 and 43.6, which says that there is nothing to discover
  port_4011,          // option 60 alone: it asks again there
  raspberry_pi,       // discovery_control, and the menu that a Raspberry Pi looks for
};

// Absent, or empty: as usual.
struct ClassQuirks {
  std::optional<bool> nul_terminate{};
  std::optional<std::uint16_t> reply_bytes_min{};
  std::optional<bool> overload{};
  std::optional<BroadcastReply> broadcast{};
  std::optional<bool> send_t1_t2{};
  std::optional<BootFilePlace> boot_file{};
  std::optional<PxeReply> pxe_reply{};
  std::optional<base::Duration> reply_delay{};  // of the answer to a DISCOVER
  std::vector<std::uint8_t> suppress{};         // options that are not sent
  std::vector<std::uint8_t> first{};            // that stand before all others, in this order
};

}  // namespace stentor::config
