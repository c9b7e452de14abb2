// SPDX-License-Identifier: BSD-3-Clause
// When transfers may send, and what: deadlines, paces, turns and the frames of a turn.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "worker/tftp_service.h"

namespace stentor::worker {

namespace {

// Resends to who has never acknowledged: to who holds a lease of ours, to anybody else. A forged
// source gets one answer to its request and no more.
constexpr unsigned kResendsLeased = 2;
constexpr unsigned kResendsUnproven = 0;
// A block that found no buffer waits this long before it tries again.
constexpr base::Duration kBufferWait = std::chrono::milliseconds{1};
// What a turn adds to a transfer's credit: four frames of the usual length.
constexpr std::uint32_t kQuantumBytes = 6 * 1024;
// A newcomer's wait for its first turn from which on no other transfer begins on its port queue.
// Firmware asks again after a second at the earliest: who has waited half of that is answered
// before. On 1 Gb/s 3,000 lock-step clients that begin at once wait so long.
constexpr base::Duration kTurnWaitMax = std::chrono::milliseconds{500};
// The longest that all who wait may wait for each other's turns where these come in a row: less
// than a newcomer may (kTurnWaitMax). iPXE asks again after 0.25 s at the earliest, others after 1.
constexpr base::Duration kRoundMax = std::chrono::milliseconds{400};
// Turns are counted so long before it is reckoned how long a round takes.
constexpr base::Duration kTurnsCounted = std::chrono::milliseconds{10};
// Deadlines fired in one loop: the rest waits for the next, microseconds later.
constexpr std::size_t kExpiriesMax = 64;
// The calendar of paced transfers: 2 us a stretch, 8 ms in all. Who is due later is looked at then.
constexpr unsigned kStretchBits = 11;
// Transfers woken in one loop: the rest waits for the next.
constexpr std::size_t kWokenMax = 256;

std::uint64_t stretch_of(base::Time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count()) >> kStretchBits;
}

// What the next block takes of its transfer's credit: of its frame's bytes, a credit at the most.
std::uint32_t frame_cost(const LiveTransfer& transfer) {
  const std::uint16_t block_bytes = transfer.state.bytes_of(transfer.state.next_index());
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(transfer.header.bytes() + block_bytes, UINT16_MAX));
}

}  // namespace

void TftpService::watch(TransferIndex index, base::Time now) {
  const LiveTransfer& transfer = table_[index];
  Admission& admission = admissions_[transfer.attachment];
  // One that has a deadline has had its first turn, or was to: it tells nothing of how long that
  // takes.
  if (admission.watched != kNoTransfer || transfer.state.deadline() != base::kNever) return;
  admission.watched = index;
  admission.begun = now;
  ++watched_;
}

void TftpService::unwatch(TransferIndex index) {
  Admission& admission = admissions_[table_[index].attachment];
  if (admission.watched != index) return;
  admission.watched = kNoTransfer;
  --watched_;
}

// Once a loop: the flag is as old as that at the most.
void TftpService::look_at_watched(base::Time now) {
  if (watched_ == 0) return;
  for (Admission& admission : admissions_) {
    if (admission.watched == kNoTransfer) continue;
    const bool waits_too_long = now - admission.begun > kTurnWaitMax;
    // Nothing has left yet, nor was to leave and found no buffer.
    const bool is_waiting = table_[admission.watched].state.deadline() == base::kNever;
    if (is_waiting && !waits_too_long) continue;
    admission.is_overloaded = waits_too_long;
    if (is_waiting) continue;
    admission.watched = kNoTransfer;
    --watched_;
  }
}

void TftpService::note_turns(std::size_t attachment, base::Time now) {
  Turns& turns = turns_of_[attachment];
  const base::Duration counted = now - turns.since;
  if (counted < kTurnsCounted) return;
  const std::uint64_t in_a_round = std::uint64_t{ready_.length(attachment)} * kTurnsInARow;
  const auto in_time = turns.taken * static_cast<std::uint64_t>(kRoundMax / kTurnsCounted);
  turns = {.since = now, .come_in_a_row = counted < 2 * kTurnsCounted && in_a_round <= in_time};
}

unsigned TftpService::resends_max(const LiveTransfer& transfer, base::Time now) const {
  if (transfer.state.is_acknowledged()) return 0;  // time alone ends it
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
  look_at_watched(now);
  wake_paced(now);
  std::array<TransferIndex, kExpiriesMax> due;
  const std::size_t count = wheel_.advance(now, due);
  for (const TransferIndex index : std::span(due).first(count)) {
    LiveTransfer& transfer = table_[index];
    if (transfer.is_over) [[unlikely]] {
      static_cast<void>(complete(index, now));
      continue;
    }
    if (transfer.wants_buffer) {
      transfer.wants_buffer = false;
      make_ready(index);
    }
    switch (transfer.state.on_timeout(now, resends_max(transfer, now))) {
      case tftp::TimeoutEffect::early:
        end_turn(index);  // its timer is what that would have set by now
        break;
      case tftp::TimeoutEffect::resend:
        note_progress(index, now);
        [[fallthrough]];
      case tftp::TimeoutEffect::probe:
        wheel_.arm(index, transfer.state.deadline());
        // It may have been held: its client has got a lease since.
        leave_unproven(index);
        make_ready_first(index);
        break;
      case tftp::TimeoutEffect::held:
        wheel_.arm(index, transfer.state.deadline());
        leave_unproven(index);
        ready_.push(held_queue_, index);
        break;
      case tftp::TimeoutEffect::complete:
        static_cast<void>(complete(index, now));
        break;
      case tftp::TimeoutEffect::given_up:
        give_up(index, now);
        break;
    }
  }
}

void TftpService::begin_turn(TransferIndex index) {
  LiveTransfer& transfer = table_[index];
  transfer.credit = static_cast<std::uint16_t>(
      std::min<std::uint32_t>(transfer.credit + kQuantumBytes, UINT16_MAX));
  if (transfer.turns != 0) --transfer.turns;
}

Outgoing TftpService::next_outgoing(TransferIndex index, std::size_t max, base::Time now) {
  using Kind = Outgoing::Kind;
  LiveTransfer& transfer = table_[index];
  if (transfer.state.oack_ready()) return {Kind::oack, 1};
  const std::uint16_t ready = transfer.state.ready_blocks(static_cast<std::uint16_t>(max));
  if (ready == 0 || wait_for_pace(index, now)) {
    transfer.credit = 0;  // who waits for others is owed nothing
    return {Kind::nothing, 0};
  }
  const std::uint32_t cost = frame_cost(transfer);
  const bool has_credit_for_all = ready * cost <= transfer.credit;
  const auto count =
      has_credit_for_all ? ready : static_cast<std::uint16_t>(transfer.credit / cost);
  if (count == 0) return {Kind::later, 0};
  const bool is_whole = transfer.text.is_in_use() || cost < wire::kFrameBytesMin;
  return is_whole ? Outgoing{Kind::whole, 1} : Outgoing{Kind::referring, count};
}

std::size_t TftpService::write_frame(TransferIndex index, base::MutableBytes out) {
  LiveTransfer& transfer = table_[index];
  if (transfer.state.oack_ready()) {
    const wire::Link link = transfer.header.link();
    const std::size_t length =
        tftp::write_oack(out.subspan(wire::udp_payload_offset(link)), transfer.state.grant(),
                         transfer.image->bytes.size());
    return wire::write_udp_frame(out, link, transfer.header.flow(), length);
  }
  const auto block = transfer.state.next_block();
  CHECK(block.has_value());
  // The payload first: its sum is in the header.
  const std::size_t header_bytes = transfer.header.bytes();
  read_block(transfer, *block, out.subspan(header_bytes));
  const base::Bytes payload = out.subspan(header_bytes, block->bytes);
  std::array<std::uint8_t, wire::kDataHeaderBytesMax> header;
  transfer.header.write(header,
                        {.number = block->number,
                         .payload_bytes = block->bytes,
                         .payload_sum = wire::sum_of(payload)},
                        wire::DataChecksum::from_sum);
  if (!payload.empty()) counters_.blocks_summed.add();
  std::ranges::copy(std::span(header).first(header_bytes), out.begin());
  const std::size_t end = header_bytes + payload.size();
  const std::size_t frame = std::max(end, wire::kFrameBytesMin);
  std::ranges::fill(out.subspan(end, frame - end), std::uint8_t{0});
  return frame;
}

void TftpService::read_block(LiveTransfer& transfer, const tftp::Block& block,
                             base::MutableBytes out) {
  const base::Bytes image = transfer.image->bytes;
  if (!transfer.text.is_in_use()) {
    std::ranges::copy(image.subspan(block.offset, block.bytes), out.begin());
    return;
  }
  CHECK(transfer.text.read_block(image, block.index, transfer.state.blksize(), out) == block.bytes);
}

void TftpService::mark_sent(TransferIndex index, std::uint16_t count, base::Time now) {
  LiveTransfer& transfer = table_[index];
  if (transfer.state.oack_ready()) return transfer.state.mark_oack_sent(now);
  const std::uint32_t cost = count * frame_cost(transfer);
  transfer.credit -= static_cast<std::uint16_t>(std::min<std::uint32_t>(transfer.credit, cost));
  transfer.state.mark_sent(now, count);
  counters_.blocks_sent.add(count);
}

// It is the end of a window that a client answers: while more of it waits for its turn or its pace,
// there is nothing to be late for.
void TftpService::end_turn(TransferIndex index) {
  const tftp::Transfer& state = table_[index].state;
  if (state.ready_blocks(1) != 0) return;
  wheel_.arm(index, state.deadline());
  if (!state.is_acknowledged()) ready_.push(unproven_queue_, index);
}

void TftpService::postpone(TransferIndex index, base::Time now) {
  LiveTransfer& transfer = table_[index];
  counters_.buffers_missed.add();
  transfer.wants_buffer = true;
  transfer.state.mark_unsent(now);
  wheel_.arm(index, now + kBufferWait);
}

}  // namespace stentor::worker
