// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which receive queue a device puts a UDP datagram over IPv4 on, where it spreads flows by the
// Toeplitz hash of both addresses and both ports (receive-side scaling, as Microsoft's "RSS hash
// types" defines it and DPDK's rte_eth_dev_rss_* speak of it). One who knows can choose a port to
// be answered on so that the answers come in by the queue of a worker's own.
//
// Immutable: any thread.

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "wire/address.h"

namespace stentor::wire {

class FlowSpread {
 public:
  // The input: two addresses, two ports.
  static constexpr std::size_t kInputBits = 96;
  // Each bit of the input stands for the 32 bits of the key that begin with its own.
  static constexpr std::size_t kKeyBytesMin = (kInputBits + 32) / 8;

  // `key`: kKeyBytesMin bytes or more, as the device has it. `queues`: by the remainder of the hash
  // (its redirection table); not empty.
  FlowSpread(base::Bytes key, std::vector<std::uint16_t> queues);

  // Of all that the hash is made of but the destination port.
  [[nodiscard]] std::uint32_t hash_of(Ipv4Address source, Ipv4Address destination,
                                      std::uint16_t source_port) const;
  // All of it, of `rest` of the same flow.
  [[nodiscard]] std::uint32_t hash_of(std::uint32_t rest, std::uint16_t destination_port) const;
  [[nodiscard]] std::uint16_t queue_of(std::uint32_t rest, std::uint16_t destination_port) const {
    return queues_[hash_of(rest, destination_port) % queues_.size()];
  }

 private:
  std::array<std::uint32_t, kInputBits> windows_;  // of the key, by the bit that each begins with
  std::vector<std::uint16_t> queues_;
};

}  // namespace stentor::wire
