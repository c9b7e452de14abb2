// SPDX-License-Identifier: BSD-3-Clause
// Which server port an answer comes from.
#include <algorithm>

#include "worker/tftp_service.h"

namespace stentor::worker {

std::uint16_t TftpService::first_server_port(const PortSteering& steering) const {
  const auto self = std::find(steering.workers.begin(), steering.workers.end(), self_);
  return steering.first_port_of(static_cast<std::size_t>(self - steering.workers.begin()));
}

std::uint16_t TftpService::any_server_port(const PortSteering& steering) {
  if (steering.is_single_port()) return tftp::kServerPort;
  return static_cast<std::uint16_t>(first_server_port(steering) + random_.below(steering.slice));
}

std::uint16_t TftpService::server_port_for(const UdpArrival& arrival, std::uint16_t not_this) {
  const PortSteering& steering = arrival.port.steering;
  if (steering.is_single_port()) return tftp::kServerPort;
  const std::uint16_t first = first_server_port(steering);
  const auto any = [&] {
    return static_cast<std::uint16_t>(first + random_.below(steering.slice));
  };
  std::uint16_t port = any();
  const std::size_t workers = steering.workers.size();
  if (const wire::FlowSpread* spread = arrival.traits.spread; spread != nullptr && workers > 1) {
    const wire::UdpDatagram& datagram = arrival.datagram;
    const std::uint32_t rest =
        spread->hash_of(datagram.source, datagram.destination, datagram.source_port);
    // One port in as many as there are workers is one.
    for (std::size_t tries = kPortTriesAWorker * workers;
         tries != 0 && spread->queue_of(rest, port) != queues_[arrival.attachment]; --tries) {
      port = any();
    }
  }
  // A client that starts over hears from another port, so that frames of the old transfer that are
  // still under way are not taken for the new one's (RFC 1350 section 4).
  if (port != not_this) return port;
  return static_cast<std::uint16_t>(first + (port - first + 1u) % steering.slice);
}

}  // namespace stentor::worker
