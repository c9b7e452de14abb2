// SPDX-License-Identifier: BSD-3-Clause
#include "worker/tftp_service.h"

#include <algorithm>
#include <array>
#include <utility>

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
// How often a transfer stamps its client's lease.
constexpr std::uint32_t kStampSeconds = 1;
// Resends without an answer: to who has acknowledged, to who holds a lease of ours, to anybody
// else. A forged source gets one answer to its request and no more.
constexpr unsigned kResendsProven = 255;
constexpr unsigned kResendsLeased = 2;
constexpr unsigned kResendsUnproven = 0;
// A block that found no buffer waits this long before it tries again.
constexpr base::Duration kBufferWait = std::chrono::milliseconds{1};
// Deadlines fired in one loop: the rest waits for the next, microseconds later.
constexpr std::size_t kExpiriesMax = 64;

// The calendar of paced transfers: 2 us a stretch, 8 ms in all. Who is due later is looked at then.
constexpr unsigned kStretchBits = 11;
constexpr std::uint64_t kStretches = 4096;
// Transfers woken in one loop: the rest waits for the next.
constexpr std::size_t kWokenMax = 256;

std::uint64_t stretch_of(base::Time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count()) >> kStretchBits;
}

std::uint32_t seconds_of(base::Time time) {
  return static_cast<std::uint32_t>(
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

TftpService::TftpService(WorkerIndex self, std::uint32_t transfers_max, std::size_t attachments,
                         std::uint64_t seed, const base::HashKey& key, lease::Table& leases,
                         Counters& counters, base::Time now)
    : self_(self),
      key_(key),
      leases_(leases),
      counters_(counters),
      random_(seed),
      table_(transfers_max, key[0]),
      wheel_(transfers_max, now),
      ready_(transfers_max, attachments + 1 + kStretches),
      held_queue_(attachments),
      first_paced_queue_(attachments + 1) {}

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
  const std::vector<WorkerIndex>& workers = steering.workers;
  const std::uint64_t hash = wire::flow_hash(key_[1], datagram.source, /*port=*/0);
  const WorkerIndex owner = workers[hash % workers.size()];
  if (owner != self_) return HandOver{owner};
  if (is_of_transfer) return on_transfer_message(arrival);

  tftp::RequestBuffer cleaned;
  const auto message = tftp::parse_message(
      snapshot.strip_garbage ? tftp::without_garbage(datagram.payload, cleaned) : datagram.payload);
  if (!message) return message.error();
  // An ERROR is never answered (RFC 1350 section 7).
  if (std::holds_alternative<tftp::ErrorMessage>(*message)) return DropReason::tftp_no_transfer;
  if (const auto refusal = refusal_of(*message)) return refuse(arrival, *refusal, out);

  const TransferIndex old = table_.find(datagram.source, datagram.source_port);
  if (old != kNoTransfer && table_[old].request_hash == base::siphash64(key_, datagram.payload)) {
    tftp::Transfer& state = table_[old].state;
    if (!state.is_acknowledged()) return repeat(old, arrival);
    if (state.silence(arrival.now) < kRestartAfter) {
      state.hush(arrival.now);
      return DropReason::tftp_duplicate_request;
    }
  }
  const auto& request = std::get<tftp::ReadRequest>(*message);
  base::PathBuffer buffer;
  const auto path = base::normalised_path(request.file_name, buffer);
  const image::Image* image = path ? snapshot.files.find(*path) : nullptr;
  if (image == nullptr) return refuse(arrival, tftp::Refusal::file_not_found, out);
  // A request in the place of an old transfer adds none.
  if (old == kNoTransfer && table_.live_of(datagram.source) >= snapshot.transfers_per_client) {
    return DropReason::tftp_client_full;
  }
  const tftp::Limits& limits = arrival.network.limits_for(datagram.source);
  return begin(arrival, {image, request.mode, tftp::negotiate(request, limits), limits});
}

Verdict TftpService::begin(const UdpArrival& arrival, const Opened& opened) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  std::uint16_t old_port = 0;
  // The client has started over, or has moved on to another file: it no longer listens to the old
  // one.
  if (const TransferIndex old = table_.find(datagram.source, datagram.source_port);
      old != kNoTransfer) {
    old_port = table_[old].header.flow().source_port;
    end(old, counters_.transfers_replaced);
  }
  if (!make_room()) return DropReason::tftp_transfers_full;
  const wire::UdpFlow flow{.source = datagram.destination,
                           .destination = datagram.source,
                           .source_port = free_server_port(arrival.port.steering, old_port),
                           .destination_port = datagram.source_port};
  const bool is_text = opened.mode == tftp::Mode::netascii;
  const std::uint64_t bytes = opened.image->bytes.size() + (is_text ? opened.image->line_marks : 0);
  const TransferIndex index =
      table_.add({.state = tftp::Transfer(opened.grant, opened.limits, bytes, arrival.now),
                  .header = wire::DataHeader(arrival.reply_link, flow),
                  .image = opened.image,
                  .text = is_text ? tftp::TextReader::at_start() : tftp::TextReader(),
                  .request_hash = base::siphash64(key_, datagram.payload),
                  .attachment = arrival.attachment,
                  .block_sums = is_text ? kNoBlockSums : block_sums_for(opened.grant.blksize)});
  CHECK(index != kNoTransfer);
  images_.add(*opened.image);
  counters_.transfers_begun.add();
  make_ready(index);
  return Ready{index};
}

// True: the table has a free slot. Requests may be forged, and each holds a slot for kUnprovenHold;
// but from its first timeout on (a second, within the bounds of tftp.rto, whatever timeout the
// request asks for) only as long as nobody else asks, the longest held first. So a flood takes the
// slots that it would take if it were forgotten at that timeout, and five seconds cost nothing but
// an idle slot. Before the timeout nobody makes room: what is begun is finished first (DESIGN
// section 3, "Overload"), and a storm must not throw its own clients out while their ACKs are on
// the way.
bool TftpService::make_room() {
  if (table_.live() < table_.capacity()) return true;
  const TransferIndex longest = ready_.pop(held_queue_);
  if (longest == kNoTransfer) return false;
  end(longest, counters_.transfers_given_up);
  return true;
}

Verdict TftpService::repeat(TransferIndex index, const UdpArrival& arrival) {
  LiveTransfer& transfer = table_[index];
  follow_client(transfer, arrival);
  transfer.state.restart_unacknowledged(arrival.now);
  ready_.remove_from(held_queue_, index);
  make_ready(index);
  return Ready{index};
}

Verdict TftpService::refuse(const UdpArrival& arrival, tftp::Refusal refusal,
                            base::MutableBytes out) {
  const std::size_t offset = wire::udp_payload_offset(arrival.reply_link);
  if (offset > out.size()) return DropReason::no_frame_buffer;
  // A source may be forged: the answer's frame is never longer than the request's, which on
  // Ethernet is padded.
  const std::size_t padded = wire::kFrameBytesMin - std::min(offset, wire::kFrameBytesMin);
  const std::size_t length = tftp::write_refusal(out.subspan(offset), refusal,
                                                 std::max(arrival.datagram.payload.size(), padded));
  const wire::UdpFlow flow{.source = arrival.datagram.destination,
                           .destination = arrival.datagram.source,
                           .source_port = free_server_port(arrival.port.steering, 0),
                           .destination_port = arrival.datagram.source_port};
  const std::size_t frame = wire::write_udp_frame(out, arrival.reply_link, flow, length);
  if (length == 0 || frame == 0) return DropReason::no_frame_buffer;
  counters_.refuse(refusal);
  return Replied{frame};
}

Verdict TftpService::on_transfer_message(const UdpArrival& arrival) {
  const wire::UdpDatagram& datagram = arrival.datagram;
  const TransferIndex index = table_.find(datagram.source, datagram.source_port);
  if (index == kNoTransfer) return DropReason::tftp_no_transfer;
  const wire::UdpFlow flow = table_[index].header.flow();
  if (flow.source_port != datagram.destination_port || flow.source != datagram.destination) {
    return DropReason::tftp_no_transfer;
  }
  const auto message = tftp::parse_message(datagram.payload);
  if (!message) return message.error();
  if (const auto* ack = std::get_if<tftp::Ack>(&*message))
    return on_ack(index, ack->block, arrival);
  if (std::holds_alternative<tftp::ErrorMessage>(*message)) {
    end(index, counters_.transfers_ended_by_client);
    return DropReason::tftp_ended_by_client;
  }
  return DropReason::tftp_malformed;
}

Verdict TftpService::on_ack(TransferIndex index, std::uint16_t block, const UdpArrival& arrival) {
  LiveTransfer& transfer = table_[index];
  const bool was_hushed = transfer.state.is_hushed();
  const bool was_unproven = !transfer.state.is_acknowledged();
  const tftp::AckEffect effect = transfer.state.on_ack(block, arrival.now);
  if (was_unproven && transfer.state.is_acknowledged()) ++proven_;
  // The only deadline that moves to the front without a block that is sent.
  if (was_hushed) wheel_.arm(index, transfer.state.deadline());
  if (effect == tftp::AckEffect::beyond) return DropReason::tftp_ack_beyond;
  follow_client(transfer, arrival);
  stamp_lease(transfer, arrival.now);
  switch (effect) {
    case tftp::AckEffect::advanced:
    case tftp::AckEffect::resumed:
      if (was_unproven) ready_.remove_from(held_queue_, index);
      make_ready(index);
      return Ready{index};
    case tftp::AckEffect::complete:
      end(index, counters_.transfers_completed);
      return Ready{};
    case tftp::AckEffect::duplicate:
    case tftp::AckEffect::beyond:
      break;
  }
  return DropReason::tftp_duplicate_ack;
}

// Answers go where the client's newest frame came from: gateways fail over.
void TftpService::follow_client(LiveTransfer& transfer, const UdpArrival& arrival) {
  if (transfer.header.link() == arrival.reply_link) return;
  transfer.header = wire::DataHeader(arrival.reply_link, transfer.header.flow());
}

void TftpService::end(TransferIndex index, base::Counter& outcome) {
  LiveTransfer& transfer = table_[index];
  outcome.add();
  counters_.blocks_resent.add(transfer.state.retransmissions());
  if (transfer.state.is_acknowledged()) --proven_;
  wheel_.disarm(index);
  ready_.remove(index);
  images_.remove(*transfer.image);
  table_.erase(index);
}

void TftpService::stamp_lease(LiveTransfer& transfer, base::Time now) {
  const std::uint32_t seconds = seconds_of(now);
  if (seconds - transfer.touched_seconds < kStampSeconds) return;
  transfer.touched_seconds = seconds;
  leases_.touch(transfer.header.flow().destination, now);
}

bool TftpService::may_fetch(const Snapshot& snapshot, wire::Ipv4Address client,
                            base::Time now) const {
  if (snapshot.tftp_clients.contains(client)) return true;
  return snapshot.leased_may_fetch && holds_lease(client, now);
}

bool TftpService::holds_lease(wire::Ipv4Address client, base::Time now) const {
  const auto lease = leases_.at(client);
  return lease && lease->state == lease::State::bound && lease->expiry > now;
}

unsigned TftpService::resends_max(const LiveTransfer& transfer, base::Time now) const {
  if (transfer.state.is_acknowledged()) return kResendsProven;
  return holds_lease(transfer.header.flow().destination, now) ? kResendsLeased : kResendsUnproven;
}

bool TftpService::wait_for_pace(TransferIndex index, base::Time now) {
  const base::Time due = table_[index].state.due(now);
  if (due <= now) return false;
  const std::uint64_t present = stretch_of(now);
  const std::uint64_t stretch = std::min(stretch_of(due), present + kStretches - 1);
  if (stretch == present) return false;
  ready_.push(first_paced_queue_ + stretch % kStretches, index);
  return true;
}

void TftpService::wake_paced(base::Time now) {
  const std::uint64_t present = stretch_of(now);
  next_stretch_ = std::max(next_stretch_, present - std::min(present, kStretches - 1));
  std::size_t woken = 0;
  while (next_stretch_ <= present && woken < kWokenMax) {
    const TransferIndex index = ready_.pop(first_paced_queue_ + next_stretch_ % kStretches);
    if (index == kNoTransfer) {
      ++next_stretch_;
      continue;
    }
    make_ready(index);
    ++woken;
  }
}

void TftpService::expire(base::Time now) {
  wake_paced(now);
  std::array<TransferIndex, kExpiriesMax> due;
  const std::size_t count = wheel_.advance(now, due);
  for (const TransferIndex index : std::span(due).first(count)) {
    LiveTransfer& transfer = table_[index];
    if (std::exchange(transfer.wants_buffer, false)) make_ready(index);
    switch (transfer.state.on_timeout(now, resends_max(transfer, now))) {
      case tftp::TimeoutEffect::early:
        wheel_.arm(index, transfer.state.deadline());
        break;
      case tftp::TimeoutEffect::resend:
      case tftp::TimeoutEffect::probe:
        wheel_.arm(index, transfer.state.deadline());
        // It may have been held: its client has got a lease since.
        ready_.remove_from(held_queue_, index);
        make_ready(index);
        break;
      case tftp::TimeoutEffect::held:
        wheel_.arm(index, transfer.state.deadline());
        ready_.push(held_queue_, index);
        break;
      case tftp::TimeoutEffect::complete:
        end(index, counters_.transfers_completed);
        break;
      case tftp::TimeoutEffect::given_up:
        end(index, counters_.transfers_given_up);
        break;
    }
  }
}

std::optional<OutgoingFrame> TftpService::next_frame(TransferIndex index, bool checksum_by_device,
                                                     base::MutableBytes out) {
  LiveTransfer& transfer = table_[index];
  if (transfer.state.oack_ready()) {
    const wire::Link link = transfer.header.link();
    const std::size_t length =
        tftp::write_oack(out.subspan(wire::udp_payload_offset(link)), transfer.state.grant(),
                         transfer.image->bytes.size());
    return OutgoingFrame{wire::write_udp_frame(out, link, transfer.header.flow(), length), {}};
  }
  const auto block = transfer.state.next_block();
  if (!block) return std::nullopt;
  const bool is_text = transfer.text.is_in_use();
  const base::Bytes payload =
      is_text ? text_block(transfer, *block, out.subspan(wire::kDataHeaderBytesMax))
              : transfer.image->bytes.subspan(block->offset, block->bytes);
  // What leaves as one piece is no block whose checksum the device is asked for: text, and a last
  // block of a few bytes, because an Ethernet frame is padded.
  const bool is_whole = is_text || transfer.header.bytes() + payload.size() < wire::kFrameBytesMin;
  const auto method =
      checksum_by_device && !is_whole ? wire::DataChecksum::device : wire::DataChecksum::from_sum;
  const std::size_t length =
      transfer.header.write(out,
                            {.number = block->number,
                             .payload_bytes = block->bytes,
                             .payload_sum = method == wire::DataChecksum::device
                                                ? wire::Sum{0}
                                                : payload_sum(transfer, *block, payload)},
                            method);
  if (!is_whole) return OutgoingFrame{length, payload};
  std::ranges::copy(payload, out.begin() + static_cast<std::ptrdiff_t>(length));
  const std::size_t end = length + payload.size();
  const std::size_t frame = std::max(end, wire::kFrameBytesMin);
  std::ranges::fill(out.subspan(end, frame - end), std::uint8_t{0});
  return OutgoingFrame{frame, {}};
}

base::Bytes TftpService::text_block(LiveTransfer& transfer, const tftp::Block& block,
                                    base::MutableBytes out) {
  const std::size_t length =
      transfer.text.read_block(transfer.image->bytes, block.index, transfer.state.blksize(), out);
  CHECK(length == block.bytes);
  return out.first(length);
}

wire::Sum TftpService::payload_sum(const LiveTransfer& transfer, const tftp::Block& block,
                                   base::Bytes payload) {
  if (payload.empty()) return 0;
  if (transfer.block_sums != kNoBlockSums) {
    const auto sums = transfer.image->block_sums[transfer.block_sums];
    if (!sums.empty()) return sums[block.index - 1];
  }
  counters_.blocks_summed.add();
  return wire::sum_of(payload);
}

void TftpService::commit(TransferIndex index, base::Time now) {
  LiveTransfer& transfer = table_[index];
  if (transfer.state.oack_ready()) {
    transfer.state.mark_oack_sent(now);
  } else {
    transfer.state.mark_sent(now);
    counters_.blocks_sent.add();
  }
  wheel_.arm(index, transfer.state.deadline());
}

void TftpService::postpone(TransferIndex index, base::Time now) {
  LiveTransfer& transfer = table_[index];
  counters_.buffers_missed.add();
  transfer.wants_buffer = true;
  transfer.state.mark_unsent(now);
  wheel_.arm(index, now + kBufferWait);
}

std::uint16_t TftpService::free_server_port(const PortSteering& steering, std::uint16_t not_this) {
  if (steering.is_single_port()) return tftp::kServerPort;
  const auto self = std::find(steering.workers.begin(), steering.workers.end(), self_);
  const auto position = static_cast<std::uint32_t>(self - steering.workers.begin());
  const std::uint32_t first = steering.first + position * steering.slice;
  auto port = static_cast<std::uint16_t>(first + random_.below(steering.slice));
  // A client that starts over hears from another port, so that frames of the old transfer that are
  // still under way are not taken for the new one's (RFC 1350 section 4).
  if (port == not_this) {
    port = static_cast<std::uint16_t>(first + (port - first + 1) % steering.slice);
  }
  return port;
}

}  // namespace stentor::worker
