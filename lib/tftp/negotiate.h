// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Option negotiation: what a request asks against what the server grants (RFC 2347, 2348, 2349,
// 7440, and utimeout and rollover as tftp-hpa has them). An OACK lists only what was asked, never
// more than asked; no options asked or none granted: no OACK.

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "tftp/pace.h"
#include "tftp/packet.h"

namespace stentor::tftp {

inline constexpr std::uint16_t kBlksizeDefault = 512;
// An ACK 32,768 or more behind cannot be told from one ahead.
inline constexpr std::uint16_t kWindowsizeMax = 32767;

struct Limits {
  std::uint16_t blksize_max = 1468;  // what the client's network carries unfragmented
  std::uint16_t windowsize_max = 64;
  base::Duration rto_min = std::chrono::milliseconds{20};
  base::Duration rto_max = std::chrono::seconds{6};
  std::uint16_t rollover = 0;  // block number after 65535
  PaceRule pace{};
};

struct Grant {
  std::uint16_t blksize = kBlksizeDefault;
  std::uint16_t windowsize = 1;
  std::uint32_t timeout_us = 0;             // 0: not negotiated, the RTO is measured
  std::optional<std::uint16_t> rollover{};  // absent: not negotiated, Limits::rollover
  // Which options the OACK names, besides a rollover. The timeout is in seconds or in microseconds.
  bool oack_blksize = false, oack_tsize = false, oack_windowsize = false;
  bool oack_timeout = false, oack_utimeout = false;

  [[nodiscard]] bool has_oack() const {
    return oack_blksize || oack_tsize || oack_windowsize || oack_timeout || oack_utimeout ||
           rollover;
  }
};

// In netascii neither windowsize nor tsize are granted: blocks are converted one after the other
// (netascii.h), and what the file's size in the client's own text would be, nobody here knows.
Grant negotiate(const ReadRequest& request, const Limits& limits);

// Returns the message's length, 0 if it does not fit.
std::size_t write_oack(base::MutableBytes out, const Grant& grant, std::uint64_t file_bytes);

}  // namespace stentor::tftp
