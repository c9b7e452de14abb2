// SPDX-License-Identifier: BSD-3-Clause
// What is told of transfers: at their begin and end, and now and then between.
#include "worker/tftp_service.h"

namespace stentor::worker {

namespace {

using sighting::Seen;
using sighting::Sighting;

// Behind a router the frame's source is the router: zero.
wire::MacAddress mac_of_client(const UdpArrival& arrival) {
  const bool is_on_link = arrival.network.address.contains(arrival.datagram.source);
  return is_on_link ? arrival.link.source : wire::MacAddress{};
}

}  // namespace

void TftpService::note_begun(TransferIndex index, const UdpArrival& arrival) {
  Sighting* const slot = claim_sighting(index, Seen::begun, arrival.now);
  if (slot == nullptr) return;
  slot->glimpse.network = arrival.network.index;
  slot->glimpse.mac = mac_of_client(arrival);
  slot->assign_file(table_[index].image->path);
  sightings_.publish();
}

void TftpService::note_ended(TransferIndex index, Seen how, base::Time heard) {
  Sighting* const slot = claim_sighting(index, how, heard);
  if (slot == nullptr) return;
  slot->assign_file(table_[index].image->path);
  sightings_.publish();
}

void TftpService::note_progress(TransferIndex index, base::Time now) {
  const base::Time heard = now - table_[index].state.silence(now);
  if (claim_sighting(index, Seen::progressed, heard) != nullptr) sightings_.publish();
}

void TftpService::note_denied(const UdpArrival& arrival, tftp::Refusal refusal,
                              std::string_view file_name) {
  Sighting* const slot = sightings_.claim();
  if (slot == nullptr) return;
  slot->at = arrival.now;
  slot->glimpse = {.seen = Seen::denied,
                   .reason = static_cast<std::uint16_t>(refusal),
                   .network = arrival.network.index,
                   .mac = mac_of_client(arrival),
                   .address = arrival.datagram.source};
  slot->port = arrival.datagram.source_port;
  slot->resent = 0;
  slot->file_bytes = slot->bytes = 0;
  slot->assign_file(file_name);
  sightings_.publish();
}

Sighting* TftpService::claim_sighting(TransferIndex index, Seen seen, base::Time at) {
  Sighting* const slot = sightings_.claim();
  if (slot == nullptr) return nullptr;
  const LiveTransfer& transfer = table_[index];
  const wire::UdpFlow flow = transfer.header.flow();
  slot->at = at;
  slot->glimpse = {.seen = seen, .address = flow.destination};
  slot->port = flow.destination_port;
  slot->name_bytes = 0;
  slot->resent = static_cast<std::uint32_t>(transfer.state.retransmissions());
  slot->file_bytes = transfer.state.file_bytes();
  slot->bytes = transfer.state.bytes_acknowledged();
  return slot;
}

}  // namespace stentor::worker
