// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The cheapest server there can be, without I/O: it offers each machine an address made from its
// MAC and sends it a file of zeros. What is measured in front of it is the rig. It trusts what it
// hears: any frame that the rig does not send ends the process.

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "wire/data_header.h"
#include "wire/frame.h"

namespace stentor::perf {

struct ZeroServerOptions {
  std::uint32_t machines = 1;  // their MACs end in 0 to machines - 1
  std::uint16_t blksize = 1456;
  std::uint16_t window = 16;
  std::uint64_t blocks =
      std::numeric_limits<std::uint64_t>::max();  // of the file; the last is empty
};

// What it has heard and answered, so that whoever measures in front of it can be held to it.
struct ZeroServerCounts {
  std::uint64_t discovers = 0;  // each answered by an OFFER
  std::uint64_t requests = 0;   // by an ACK
  std::uint64_t rrqs = 0;       // by an OACK
  std::uint64_t tftp_acks = 0;
  std::uint64_t blocks = 0;  // sent
  std::uint64_t block_bytes = 0;
};

class ZeroServer {
 public:
  static constexpr wire::MacAddress kMac{{2, 0, 0, 0, 0, 1}};
  static constexpr wire::Ipv4Address kAddress{0x0a000001};
  static constexpr wire::Ipv4Address kFirstMachine{0x0a010000};
  static constexpr std::size_t kFrameBytes = 2048;  // what an answer or a block needs at most

  struct Block {
    std::size_t header_bytes = 0;
    std::size_t payload_bytes = 0;  // zeros, which next_block() does not write
  };

  explicit ZeroServer(const ZeroServerOptions& options);

  // Writes the answer to `frame` to `out` and returns its length; 0 where none is due.
  std::size_t hear(base::Bytes frame, base::MutableBytes out);
  [[nodiscard]] bool has_block() const { return !sending_.empty(); }
  // The next DATA frame's headers, of machines in turn, a window at a time.
  Block next_block(base::MutableBytes out);

  [[nodiscard]] const ZeroServerCounts& counts() const { return counts_; }

 private:
  struct Machine {
    wire::DataHeader header;
    std::uint64_t acknowledged = 0;  // blocks
    std::uint64_t sent = 0;
  };

  std::size_t hear_dhcp(const wire::Frame& frame, base::Bytes message, base::MutableBytes out);
  std::size_t hear_tftp(const wire::Frame& frame, const wire::UdpDatagram& datagram,
                        base::MutableBytes out);
  static std::size_t write(base::MutableBytes out, const wire::Link& link,
                           const wire::UdpFlow& flow, base::Bytes payload);
  Machine& machine_of(wire::Ipv4Address address);

  const ZeroServerOptions options_;
  const std::string oack_;
  std::vector<Machine> machines_;
  std::deque<Machine*> sending_;  // their window is open
  ZeroServerCounts counts_;
};

}  // namespace stentor::perf
