// SPDX-License-Identifier: BSD-3-Clause
// What is told of transfers: at their begin and end, and now and then between.
#include "worker/tftp_service.h"

namespace stentor::worker {

namespace {

using sighting::Seen;
using sighting::Sighting;

// As the thread that reads the lane looks (control/client_watch.h).
constexpr base::Duration kTellAgainAfter = std::chrono::milliseconds{20};

}  // namespace

bool TftpService::is_awaited(const Snapshot& snapshot, const UdpArrival& arrival) {
  if (snapshot.hosts.is_empty()) [[likely]]
    return false;
  const wire::MacAddress mac = arrival.mac_of_client();
  if (mac.is_zero()) return true;
  const dhcp::BoardHost* const host = snapshot.hosts.find(mac);
  return host != nullptr && host->once;
}

// A machine whose end were lost would boot its file once more. New transfers keep a quarter of the
// table, should nobody read the lane any more.
bool TftpService::must_stay(const LiveTransfer& transfer) {
  return transfer.is_awaited && !sightings_.has_room() &&
         table_.live() <= table_.capacity() - table_.capacity() / 4;
}

void TftpService::keep_untold(TransferIndex index, base::Time now) {
  table_[index].is_over = true;
  unwatch(index);
  ready_.remove(index);
  wheel_.arm(index, now + kTellAgainAfter);
}

void TftpService::note_begun(TransferIndex index, const UdpArrival& arrival) {
  Sighting* const slot = claim_sighting(index, Seen::begun, arrival.now);
  if (slot == nullptr) return;
  slot->glimpse.network = arrival.network.index;
  slot->glimpse.mac = arrival.mac_of_client();
  slot->assign_file(table_[index].image->path);
  sightings_.publish();
}

void TftpService::note_ended(TransferIndex index, Seen how, base::Time heard) {
  Sighting* const slot = claim_sighting(index, how, heard);
  if (slot == nullptr) return;
  const LiveTransfer& transfer = table_[index];
  if (how == Seen::completed && transfer.shows_mac) {
    slot->glimpse.mac = transfer.header.link().destination;
  }
  slot->assign_file(transfer.image->path);
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
                   .mac = arrival.mac_of_client(),
                   .address = arrival.datagram.source};
  slot->port = arrival.datagram.source_port;
  slot->resent = 0;
  slot->file_bytes = slot->bytes = 0;
  slot->begun = arrival.now;
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
  slot->begun = begun_[index];
  return slot;
}

}  // namespace stentor::worker
