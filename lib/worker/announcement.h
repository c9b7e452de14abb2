// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>

#include "worker/dispatch.h"
#include "worker/transmit_batch.h"

namespace stentor::worker {

// Announces the addresses of a port from network `next` on, as many as there is room and the port
// has buffers for; true when that was the rest.
template <PortQueue Q>
bool announce_networks(std::span<const Network> networks, std::size_t& next,
                       const PortTraits& traits, TransmitBatch<Q>& batch) {
  for (; next < networks.size(); ++next) {
    if (batch.room() == 0) return false;
    std::array<std::uint8_t, 64> frame;
    const std::size_t length = write_announcement(frame, traits, networks[next]);
    if (!batch.push(base::Bytes(frame).first(length))) return false;
  }
  return true;
}

}  // namespace stentor::worker
