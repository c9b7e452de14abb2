// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames of a sender that means harm: junk, frames of machines with bytes changed on the way, and
// datagrams whose bytes are changed and whose checksums are right, under an address of its own.

#include "base/random.h"
#include "sim/datagram.h"

namespace stentor::sim {

class Hostile {
 public:
  explicit Hostile(std::uint64_t seed) : random_(seed) {}

  // Made from what a machine has just sent, and from nothing.
  ByteVector frame(const Datagram& seen, ByteView seen_frame, std::string_view server_mac);

 private:
  ByteVector junk(std::string_view server_mac);
  ByteVector corrupted(ByteView seen_frame);
  ByteVector forged(Datagram datagram, std::string_view server_mac);
  void mutate(ByteVector& bytes, std::size_t from);

  base::Random random_;
};

}  // namespace stentor::sim
