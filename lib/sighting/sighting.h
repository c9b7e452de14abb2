// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a worker saw a client do: one record, whole in itself, no pointer, so that who reads it
// needs nothing of the worker's. Boot sessions and events are made of these
// (control/boot_session.h).
//
// Of a running transfer a worker tells once a second, and when it sends again to a client that has
// fallen silent; never for a block.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "wire/address.h"

namespace stentor::sighting {

enum class Seen : std::uint8_t {
  nothing,  // that anybody follows

  unanswered,  // it asked for an address, or for its file, and got no answer: a wire::DropReason
  offered,     // an address, or with ProxyDHCP none
  bound,       // its ACK has left
  renewed,     // the same, of who had the address
  told,        // its boot file, without an address
  refused,     // an address, by a NAK
  released,
  declined,

  begun,       // a transfer
  progressed,  // it runs
  completed,
  broken_off,  // by the client: probes and aborts
  given_up,    // the client fell silent
  replaced,    // the client began anew
  denied,      // a file: a tftp::Refusal
};

// In the order of a boot.
enum class Speaker : std::uint8_t { firmware, ipxe, system };

// The part that all have: small, so that an ACK which waits can carry it.
struct Glimpse {
  Seen seen = Seen::nothing;
  Speaker speaker = Speaker::firmware;  // of DHCP
  std::uint16_t reason = 0;
  std::uint16_t network = 0;    // the network that it came in on, counted over all ports
  wire::MacAddress mac{};       // zero: not known, of who is behind a router; of `completed` known
                                // of who boots a file once alone
  wire::Ipv4Address address{};  // of the client; zero: none yet
};
static_assert(sizeof(Glimpse) == 16);

struct Sighting {
  static constexpr std::size_t kNameBytesMax = 255;

  base::Time at{};  // when it was; of a transfer, when its client was last heard
  Glimpse glimpse{};
  // Of a transfer.
  std::uint16_t port = 0;        // the client's
  std::uint8_t name_bytes = 0;   // of `name`: the file's path, or of `denied` what was asked for
  std::uint32_t resent = 0;      // blocks sent again
  std::uint64_t file_bytes = 0;  // as many as are sent
  std::uint64_t bytes = 0;       // that its client has
  base::Time begun{};
  std::array<char, kNameBytesMax> name;  // what is beyond `name_bytes` is indeterminate

  [[nodiscard]] std::string_view file() const { return {name.data(), name_bytes}; }
  // What does not fit is cut off: no request has room for so much.
  void assign_file(std::string_view path) {
    name_bytes = static_cast<std::uint8_t>(std::min(path.size(), kNameBytesMax));
    std::copy_n(path.data(), name_bytes, name.data());
  }
};
static_assert(sizeof(Sighting) == 312, "those of DHCP touch the first cache line alone");
static_assert(std::is_trivially_copyable_v<Sighting>);

}  // namespace stentor::sighting
