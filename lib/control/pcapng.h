// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames as a pcapng file has them (draft-ietf-opsawg-pcapng), which Wireshark, tshark and tcpdump
// read: blocks, of which each function puts one to the end of `out`. In this host's byte order, as
// the format allows; times are nanoseconds since 1970.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace stentor::control::pcapng {

// The first block of a file. `application`: who writes it.
void append_section(std::string& out, std::string_view application);

// An Ethernet interface; they are numbered as they come, from 0. All stand before what is theirs.
void append_interface(std::string& out, std::string_view name, std::uint32_t snap_bytes);

struct Packet {
  std::uint32_t interface = 0;
  std::uint64_t at = 0;
  std::uint32_t frame_bytes = 0;  // on the wire
  base::Bytes kept{};
  bool is_outbound = false;
  std::string_view comment{};  // empty: none
};
void append_packet(std::string& out, const Packet& packet);

// What an interface has come to: frames that were kept, and that were lost.
struct Statistics {
  std::uint32_t interface = 0;
  std::uint64_t at = 0;
  std::uint64_t kept = 0;
  std::uint64_t lost = 0;
};
void append_statistics(std::string& out, const Statistics& statistics);

}  // namespace stentor::control::pcapng
