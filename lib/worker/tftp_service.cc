// SPDX-License-Identifier: BSD-3-Clause
#include "worker/tftp_service.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/path.h"
#include "tftp/garbage.h"
#include "wire/flow_hash.h"

namespace stentor::worker {

namespace {

using wire::DropReason;

// A client that asks again is restarting once its last ACK is this old; before, the network
// repeated its request.
constexpr base::Duration kRestartAfter = std::chrono::seconds{1};
// Of those that wait for their first ACK, how many are looked at for one that makes room.
constexpr unsigned kLooksForStranger = 32;
// A transfer that lasts no longer, and whose client does not fall silent, is told of by its end.
constexpr base::Duration kTellAfter = std::chrono::seconds{1};
// Of 65,536 in a circle.
std::uint16_t second_of(base::Time time) {
  return static_cast<std::uint16_t>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::uint8_t block_sums_for(std::uint16_t blksize) {
  for (std::size_t i = 0; i < image::kUsualBlockSizes.size(); ++i) {
    if (image::kUsualBlockSizes[i] == blksize) return static_cast<std::uint8_t>(i);
  }
  return kNoBlockSums;
}

// Why a message to port 69 that is no ERROR is refused, as far as it tells by itself.
std::optional<tftp::Refusal> refusal_of(const tftp::Message& message) {
  if (std::holds_alternative<tftp::WriteRequest>(message)) return tftp::Refusal::upload;
  if (std::holds_alternative<tftp::MalformedRequest>(message)) {
    return tftp::Refusal::request_malformed;
  }
  const auto* request = std::get_if<tftp::ReadRequest>(&message);
  if (request == nullptr) return tftp::Refusal::not_a_request;
  if (request->mode == tftp::Mode::unsupported) return tftp::Refusal::mode_unsupported;
  if (request->file_name.size() > tftp::kFileNameBytesMax) return tftp::Refusal::path_too_long;
  return std::nullopt;
}

}  // namespace

TftpService::TftpService(WorkerIndex self, std::uint32_t transfers_max,
                         std::vector<std::uint16_t> queues, std::uint64_t seed,
                         const base::HashKey& key, std::span<WorkerFace> faces,
                         Sightings& sightings, Counters& counters, base::Time now)
    : self_(self),
      key_(key),
      sightings_(sightings),
      counters_(counters),
      random_(seed),
      table_(transfers_max, key[0]),
      faces_(faces),
      begun_(transfers_max),
      wheel_(transfers_max, now),
      ready_(transfers_max, queues.size() + 2 + kStretches + 2 * queues.size()),
      held_queue_(queues.size()),
      unproven_queue_(held_queue_ + 1),
      first_paced_queue_(unproven_queue_ + 1),
      first_newcomer_queue_(first_paced_queue_ + kStretches),
      first_served_queue_(first_newcomer_queue_ + queues.size()),
      admissions_(queues.size()),
      turns_of_(queues.size()),
      queues_(std::move(queues)),
      budget_(transfers_max, now),
      known_budget_(transfers_max, now),
      proven_clients_(key[0]) {
  faces[self].homes = &table_.homes();
  faces[self].proven = &proven_clients_;
}

Verdict TftpService::on_request(const Snapshot& snapshot, const UdpArrival& arrival,
                                base::MutableBytes out) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  const PortSteering& steering = arrival.port.steering;
  const auto opcode = tftp::opcode_of(datagram.payload);
  // What a client sends to the server port of its transfer.
  const bool is_of_transfer =
      steering.is_single_port() && (opcode == tftp::Opcode::ack || opcode == tftp::Opcode::error);
  if (!is_of_transfer && !may_fetch(snapshot, datagram.source, arrival.now)) {
    return DropReason::tftp_client_refused;
  }
  // Every request of one client address is decided by one worker, so that a repeated one is known
  // as such, and all of the address's transfers are counted, on whichever queue it arrives.
  const WorkerIndex owner = owner_of_requests(datagram.source, steering);
  if (is_of_transfer) {
    return owner == self_ ? on_transfer_message(arrival) : leave_to(owner, datagram);
  }
  if (owner != self_) return HandOver{.worker = owner};

  TransferIndex old = table_.find(datagram.source, datagram.source_port);
  if (old != kNoTransfer && table_[old].is_over) {
    if (!complete(old, arrival.now)) return DropReason::tftp_overload;
    old = kNoTransfer;
  }
  // A request in the place of an old transfer adds none.
  if (old == kNoTransfer) {
    if (snapshot.is_draining()) return DropReason::draining;
    if (const auto reason = turn_away(arrival)) return *reason;
    table_.prefetch_place(datagram.source, datagram.source_port);
  }
  return on_owned_request(snapshot, arrival, old, out);
}

Verdict TftpService::on_owned_request(const Snapshot& snapshot, const UdpArrival& arrival,
                                      TransferIndex old, base::MutableBytes out) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  tftp::RequestBuffer cleaned;
  const auto message = tftp::parse_message(
      snapshot.strip_garbage ? tftp::without_garbage(datagram.payload, cleaned) : datagram.payload);
  if (!message) return message.error();
  // An ERROR is never answered (RFC 1350 section 7).
  if (std::holds_alternative<tftp::ErrorMessage>(*message)) return DropReason::tftp_no_transfer;
  if (const auto refusal = refusal_of(*message)) {
    const auto* request = std::get_if<tftp::ReadRequest>(&*message);
    return request == nullptr ? refuse(arrival, *refusal, out)
                              : deny(arrival, *request, *refusal, out);
  }

  if (old != kNoTransfer && is_copy(table_[old], arrival)) {
    tftp::Transfer& state = table_[old].state;
    if (!state.is_acknowledged()) return repeat(old, arrival);
    if (state.silence(arrival.now) < kRestartAfter) {
      state.hush(arrival.now);
      return DropReason::tftp_duplicate_request;
    }
  }
  return open(snapshot, arrival, std::get<tftp::ReadRequest>(*message), old, out);
}

// The same bytes to the same address of ours, on the same port: another network of ours may ask for
// an answer of its own.
bool TftpService::is_copy(const LiveTransfer& old, const UdpArrival& arrival) const {
  return old.attachment == arrival.attachment &&
         old.header.flow().source == arrival.datagram.destination &&
         old.request_hash == base::siphash64(key_, arrival.datagram.payload);
}

Verdict TftpService::open(const Snapshot& snapshot, const UdpArrival& arrival,
                          const tftp::ReadRequest& request, TransferIndex old,
                          base::MutableBytes out) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  const auto client = snapshot.find_client(arrival.network, arrival.link.source, datagram.source);
  if (!client) return DropReason::client_busy;
  base::PathBuffer buffer;
  const auto path = base::normalised_path(request.file_name, buffer);
  const image::Image* image = path ? snapshot.files.find(*path, *client) : nullptr;
  if (image == nullptr) return deny(arrival, request, tftp::Refusal::file_not_found, out);
  if (!snapshot.files.allows(*image, *client)) {
    return deny(arrival, request, tftp::Refusal::access_denied, out);
  }
  const tftp::ClassLimits& rules = snapshot.class_limits;
  const config::ClassMask restricting = client->classes & rules.classes();
  const std::uint16_t transfers_max =
      rules.transfers_per_client(restricting, snapshot.transfers_per_client);
  // A request in the place of an old transfer adds none.
  if (old == kNoTransfer && table_.live_of(datagram.source) >= transfers_max) {
    return DropReason::tftp_client_full;
  }
  const tftp::Limits& limits = arrival.network.limits_for(datagram.source);
  const bool waits = is_awaited(snapshot, arrival);
  if (restricting == 0) {
    return begin(arrival, {image, request.mode, tftp::negotiate(request, limits), limits, waits},
                 old);
  }
  tftp::ReadRequest granted = request;
  tftp::Limits least = limits;
  rules.restrict_request(restricting, granted);
  rules.restrict_limits(restricting, least);
  return begin(arrival, {image, request.mode, tftp::negotiate(granted, least), least, waits}, old);
}

Verdict TftpService::begin(const UdpArrival& arrival, const Opened& opened, TransferIndex old) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  std::uint16_t old_port = 0;
  // Who replaces the one that is watched is watched in its place, and has waited as long: else a
  // client that changes its mind would keep the door open.
  base::Time waits_since = arrival.now;
  // The client has started over, or has moved on to another file: it no longer listens to the old
  // one.
  if (old != kNoTransfer) {
    old_port = table_[old].header.flow().source_port;
    if (admissions_[arrival.attachment].watched == old) {
      waits_since = admissions_[arrival.attachment].begun;
    }
    end(old, counters_.transfers_replaced, sighting::Seen::replaced, arrival.now);
  }
  if (!make_room(datagram.source, arrival.now)) return DropReason::tftp_transfers_full;
  const wire::UdpFlow flow{.source = datagram.destination,
                           .destination = datagram.source,
                           .source_port = server_port_for(arrival, old_port),
                           .destination_port = datagram.source_port};
  const bool is_text = opened.mode == tftp::Mode::netascii;
  const std::uint64_t bytes = opened.image->bytes.size() + (is_text ? opened.image->line_marks : 0);
  const TransferIndex index =
      table_.add({.state = tftp::Transfer(opened.grant, opened.limits, bytes, arrival.now),
                  .header = wire::DataHeader(arrival.reply_link(), flow),
                  .image = opened.image,
                  .text = is_text ? tftp::TextReader::at_start() : tftp::TextReader(),
                  .request_hash = base::siphash64(key_, datagram.payload),
                  .attachment = arrival.attachment,
                  .block_sums = is_text ? kNoBlockSums : block_sums_for(opened.grant.blksize),
                  .is_awaited = opened.is_awaited,
                  .shows_mac = opened.is_awaited && !arrival.mac_of_client().is_zero()});
  CHECK(index != kNoTransfer);
  begun_[index] = arrival.now;
  images_.add(*opened.image);
  counters_.transfers_begun.add();
  note_begun(index, arrival);
  make_newcomer_ready(index);
  watch(index, waits_since);
  return Ready{};
}

// True: the table has a free slot. Requests may be forged, and each holds a slot for kUnprovenHold;
// but from its first timeout on (a second, within the bounds of tftp.rto, whatever timeout the
// request asks for) only as long as nobody else asks, the longest held first. So a flood takes the
// slots that it would take if it were forgotten at that timeout, and five seconds cost nothing but
// an idle slot. Before the timeout nobody makes room: what is begun is finished first (DESIGN
// section 3, "Overload"), and a storm must not throw its own clients out while their ACKs are on
// the way; but a stranger does, to a client that is none.
bool TftpService::make_room(wire::Ipv4Address client, base::Time now) {
  if (table_.live() < table_.capacity()) return true;
  TransferIndex longest = ready_.pop(held_queue_);
  if (longest == kNoTransfer && is_known(self_, client, now)) longest = take_stranger(now);
  if (longest == kNoTransfer) return false;
  give_up(longest, now);
  // In a flood the next request will want the next one's place.
  prefetch(ready_.front(held_queue_));
  return true;
}

// Whose client is known is left alone from then on, out of the queue.
TransferIndex TftpService::take_stranger(base::Time now) {
  for (unsigned looks = 0; looks < kLooksForStranger; ++looks) {
    const TransferIndex oldest = ready_.pop(unproven_queue_);
    if (oldest == kNoTransfer) break;
    if (!is_known(self_, table_[oldest].header.flow().destination, now)) return oldest;
  }
  return kNoTransfer;
}

Verdict TftpService::repeat(TransferIndex index, const UdpArrival& arrival) {
  LiveTransfer& transfer = table_[index];
  follow_client(transfer, arrival);
  transfer.state.restart_unacknowledged(arrival.now);
  leave_unproven(index);
  make_newcomer_ready(index);
  watch(index, arrival.now);
  return Ready{};
}

Verdict TftpService::deny(const UdpArrival& arrival, const tftp::ReadRequest& request,
                          tftp::Refusal refusal, base::MutableBytes out) {
  note_denied(arrival, refusal, request.file_name);
  return refuse(arrival, refusal, out);
}

Verdict TftpService::refuse(const UdpArrival& arrival, tftp::Refusal refusal,
                            base::MutableBytes out) {
  const wire::Link link = arrival.reply_link();
  const std::size_t offset = wire::udp_payload_offset(link);
  if (offset > out.size()) return DropReason::no_frame_buffer;
  // A source may be forged: the answer's frame is never longer than the request's, which on
  // Ethernet is padded.
  const std::size_t padded = wire::kFrameBytesMin - std::min(offset, wire::kFrameBytesMin);
  const std::size_t length = tftp::write_refusal(out.subspan(offset), refusal,
                                                 std::max(arrival.datagram.payload.size(), padded));
  const wire::UdpFlow flow{.source = arrival.datagram.destination,
                           .destination = arrival.datagram.source,
                           .source_port = any_server_port(arrival.port.steering),
                           .destination_port = arrival.datagram.source_port};
  const std::size_t frame = wire::write_udp_frame(out, link, flow, length);
  if (length == 0 || frame == 0) return DropReason::no_frame_buffer;
  counters_.refuse(refusal);
  return MinorReply{frame};
}

Verdict TftpService::on_transfer_message(const UdpArrival& arrival) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  const TransferIndex index = table_.find(datagram.source, datagram.source_port);
  if (index == kNoTransfer) return DropReason::tftp_no_transfer;
  const wire::UdpFlow flow = table_[index].header.flow();
  if (flow.source_port != datagram.destination_port || flow.source != datagram.destination ||
      table_[index].is_over) {
    return DropReason::tftp_no_transfer;
  }
  const auto message = tftp::parse_message(datagram.payload);
  if (!message) return message.error();
  if (const auto* ack = std::get_if<tftp::Ack>(&*message))
    return on_ack(index, ack->block, arrival);
  if (std::holds_alternative<tftp::ErrorMessage>(*message)) {
    end(index, counters_.transfers_ended_by_client, sighting::Seen::broken_off, arrival.now);
    return DropReason::tftp_ended_by_client;
  }
  return DropReason::tftp_malformed;
}

Verdict TftpService::leave_to(WorkerIndex owner, const wire::UdpDatagram& datagram) const {
  // All tables have one key. A stranger's takes neither room in the ring nor the owner's time.
  if (!faces_[owner].homes->has(table_.hash_of(datagram.source, datagram.source_port))) {
    return DropReason::tftp_no_transfer;
  }
  return HandOver{.worker = owner, .is_of_transfer = true};
}

Verdict TftpService::on_ack(TransferIndex index, std::uint16_t block, const UdpArrival& arrival) {
  LiveTransfer& transfer = table_[index];
  const bool was_hushed = transfer.state.is_hushed();
  const bool was_unproven = !transfer.state.is_acknowledged();
  const tftp::AckEffect effect = transfer.state.on_ack(block, arrival.now);
  if (was_unproven && transfer.state.is_acknowledged()) {
    ++proven_;
    // An ACK to port 69 may be as blind as the request before it.
    if (!arrival.port.steering.is_single_port()) proven_clients_.note(arrival.datagram.source);
    leave_unproven(index);
  }
  // The only deadline that moves to the front without a block that is sent.
  if (was_hushed) wheel_.arm(index, transfer.state.deadline());
  if (effect == tftp::AckEffect::beyond) return DropReason::tftp_ack_beyond;
  follow_client(transfer, arrival);
  if (transfer.stamped_second != second_of(arrival.now)) look_once_a_second(index, arrival.now);
  switch (effect) {
    case tftp::AckEffect::advanced:
      make_ready(index);
      return Ready{};
    case tftp::AckEffect::resumed:
      make_ready_first(index);
      return Ready{};
    case tftp::AckEffect::complete:
      static_cast<void>(complete(index, arrival.now));
      return Ready{};
    case tftp::AckEffect::duplicate:
    case tftp::AckEffect::beyond:
      break;
  }
  return DropReason::tftp_duplicate_ack;
}

// Answers go where the client's newest frame came from: gateways fail over.
void TftpService::follow_client(LiveTransfer& transfer, const UdpArrival& arrival) {
  if (transfer.header.leads_back(arrival.link, arrival.traits.mac)) return;
  transfer.header = wire::DataHeader(arrival.reply_link(), transfer.header.flow());
  transfer.shows_mac = false;
}

bool TftpService::complete(TransferIndex index, base::Time now) {
  const LiveTransfer& transfer = table_[index];
  if (must_stay(transfer)) [[unlikely]] {
    keep_untold(index, now);
    return false;
  }
  const base::Time heard = now - transfer.state.silence(now);
  Counters::note(counters_.transfer_time, heard - begun_[index]);
  end(index, counters_.transfers_completed, sighting::Seen::completed, heard);
  return true;
}

void TftpService::give_up(TransferIndex index, base::Time now) {
  end(index, counters_.transfers_given_up, sighting::Seen::given_up,
      now - table_[index].state.silence(now));
}

void TftpService::end(TransferIndex index, base::Counter& outcome, sighting::Seen how,
                      base::Time heard) {
  LiveTransfer& transfer = table_[index];
  outcome.add();
  counters_.blocks_resent.add(transfer.state.retransmissions());
  note_ended(index, how, heard);
  if (transfer.state.is_acknowledged()) --proven_;
  unwatch(index);
  wheel_.disarm(index);
  ready_.remove(index);
  images_.remove(*transfer.image);
  table_.erase(index);
}

// Of a client that acknowledges.
void TftpService::look_once_a_second(TransferIndex index, base::Time now) {
  LiveTransfer& transfer = table_[index];
  transfer.stamped_second = second_of(now);
  leases_->touch(transfer.header.flow().destination, now);
  if (now - begun_[index] >= kTellAfter) note_progress(index, now);
}

bool TftpService::may_fetch(const Snapshot& snapshot, wire::Ipv4Address client,
                            base::Time now) const {
  if (snapshot.tftp_clients.contains(client)) return true;
  return snapshot.leased_may_fetch && holds_lease(client, now);
}

bool TftpService::holds_lease(wire::Ipv4Address client, base::Time now) const {
  const auto lease = leases_->at(client);
  return lease && lease->is_bound_at(now);
}

}  // namespace stentor::worker
