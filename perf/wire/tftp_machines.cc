// SPDX-License-Identifier: BSD-3-Clause
#include "tftp_machines.h"

#include <numeric>
#include <string>

#include "support/frame_builder.h"

namespace stentor::perf {
namespace {

// As many as wait for the last of their retries, at ten times 80,000 files a second.
constexpr std::uint32_t kMachines = 12'582'912;
constexpr std::uint32_t kFirstAddress = 0x0a010000;  // 10.1.0.0
constexpr std::uint32_t kSlotsASecond = std::chrono::seconds{1} / Calendar::kSlot;
constexpr std::array<std::uint32_t, 4> kRetrySlots{1 * kSlotsASecond, 2 * kSlotsASecond,
                                                   4 * kSlotsASecond, 8 * kSlotsASecond};

constexpr std::size_t kSourceMacAt = 6;
constexpr std::size_t kIpv4At = wire::kEthernetHeaderBytes;
constexpr std::size_t kSourceAt = kIpv4At + 12;
constexpr std::size_t kDestinationAt = kIpv4At + 16;
constexpr std::size_t kUdpAt = kIpv4At + wire::kIpv4HeaderBytes;
constexpr std::size_t kMessageAt = kUdpAt + wire::kUdpHeaderBytes;
constexpr std::size_t kHeaderBytes = 128;
enum Opcode : std::uint16_t { kData = 3, kOack = 6 };

std::uint16_t word_at(const support::ByteVector& bytes, std::size_t at) {
  return base::load_big_endian<std::uint16_t>(bytes.data() + at);
}

support::ByteVector frame_of(std::uint16_t destination_port, const support::ByteVector& message) {
  return support::udp_frame({}, {.source = "10.1.0.0", .destination = "10.0.0.2"},
                            {.source_port = 0, .destination_port = destination_port}, message);
}

}  // namespace

TftpQueue::TftpQueue()
    : ReceiveRing(kHeaderBytes),
      request_(frame_of(
          69, support::tftp_request(TftpMachines::kFile,
                                    {{"blksize", std::to_string(TftpMachines::kBlksize)},
                                     {"windowsize", std::to_string(TftpMachines::kWindow)}}))),
      ack_(frame_of(0, support::tftp_ack(0))),
      headers_(kHeaders, support::ByteVector(kHeaderBytes)) {
  CHECK(request_.size() <= kHeaderBytes);
}

// Checksums are as they were before: the device vouches for them.
void TftpQueue::arrive(std::uint32_t machine, std::uint16_t client_port, std::uint16_t server_port,
                       std::uint16_t block) {
  const bool is_request = server_port == 0;
  std::uint8_t* frame = put(is_request ? request_ : ack_).data();
  base::store_big_endian(frame + kSourceMacAt + 2, machine);
  base::store_big_endian(frame + kSourceAt, kFirstAddress + machine);
  base::store_big_endian(frame + kUdpAt, client_port);
  if (is_request) return;
  base::store_big_endian(frame + kUdpAt + 2, server_port);
  base::store_big_endian(frame + kMessageAt + 2, block);
}

TftpQueue::Heard TftpQueue::heard(std::size_t at) const {
  const support::ByteVector& header = headers_[at];
  const std::uint16_t opcode = word_at(header, kMessageAt);
  CHECK(opcode == kData || opcode == kOack);
  return {base::load_big_endian<std::uint32_t>(header.data() + kDestinationAt) - kFirstAddress,
          word_at(header, kUdpAt + 2), word_at(header, kUdpAt),
          opcode == kOack ? std::uint16_t{0} : word_at(header, kMessageAt + 2),
          opcode == kData && payload_bytes_[at] < TftpMachines::kBlksize};
}

TftpMachines::TftpMachines(TftpQueue& nic, base::Time now)
    : nic_(nic), states_(kMachines), calendar_(now), idle_(kMachines), idle_tail_(kMachines) {
  std::iota(idle_.begin(), idle_.end(), 0);
  // Their order has nothing to do with their addresses.
  std::ranges::shuffle(idle_, random_);
}

void TftpMachines::begin(std::uint32_t count, base::Time now) {
  for (; count != 0 && idle_head_ != idle_tail_; --count) ask(idle_[idle_head_++ % kMachines], now);
}

void TftpMachines::ask(std::uint32_t machine, base::Time now) {
  State& state = states_[machine];
  ++counts_.begun;
  state = {.waits_since = slot_of(now),
           .boot = static_cast<std::uint8_t>(state.boot + 1),
           .round = static_cast<std::uint8_t>(state.round + 1),
           .phase = Phase::requested};
  schedule(machine, kRetrySlots[0], now);
  say(machine);
}

// The request, or an ACK of what it has.
void TftpMachines::say(std::uint32_t machine) {
  const State& state = states_[machine];
  messages_.push_back({machine, port_of(state), state.server_port, state.block});
}

void TftpMachines::schedule(std::uint32_t machine, std::uint32_t slots, base::Time now) {
  calendar_.schedule({machine, states_[machine].round}, now + slots * Calendar::kSlot);
}

void TftpMachines::speak(base::Time now) {
  calendar_.collect(now, [this, now](const Calendar::Due& due) { on_due(due, now); });
  std::ranges::shuffle(messages_, random_);
  for (const Message& message : messages_) {
    if (nic_.room() == 0) {
      ++counts_.ring_lost;
      continue;
    }
    counts_.requests += message.server_port == 0 ? 1 : 0;
    nic_.arrive(message.machine, message.client_port, message.server_port, message.block);
  }
  messages_.clear();
}

void TftpMachines::on_due(const Calendar::Due& due, base::Time now) {
  State& state = states_[due.machine];
  const bool is_waiting = state.phase == Phase::requested || state.phase == Phase::receiving;
  if (!is_waiting || state.round != due.round) return;
  const std::uint32_t wait = kRetrySlots[state.tries];
  const std::uint32_t waited = slot_of(now) - state.waits_since;
  // Blocks have come since.
  if (waited < wait) return schedule(due.machine, wait - waited, now);
  if (state.tries + 1u == kRetrySlots.size()) return end(due.machine, /*is_whole=*/false);
  ++state.tries;
  state.waits_since = slot_of(now);
  state.window = 0;
  schedule(due.machine, kRetrySlots[state.tries], now);
  say(due.machine);
}

void TftpMachines::hear(base::Time now) {
  // Where the worker finds its own afterwards: read once, so they need no place in most caches.
  for (std::size_t i = 0; i < nic_.heard(); ++i) {
    __builtin_prefetch(&states_[nic_.heard(i).machine], 1, 0);
  }
  for (std::size_t i = 0; i < nic_.heard(); ++i) hear(nic_.heard(i), now);
  nic_.forget_heard();
}

void TftpMachines::hear(const TftpQueue::Heard& heard, base::Time now) {
  State& state = states_[heard.machine];
  if (state.phase == Phase::idle || heard.client_port != port_of(state)) return;
  if (state.phase == Phase::requested) {
    CHECK(heard.number == 0);  // options were asked for
    state.phase = Phase::receiving;
    state.server_port = heard.server_port;
    note_progress(state, heard.machine, now);
    return say(heard.machine);
  }
  if (heard.server_port != state.server_port) return;
  if (heard.number == 0) {
    if (state.block == 0) say(heard.machine);
  } else {
    take_block(heard, now);
  }
}

void TftpMachines::take_block(const TftpQueue::Heard& heard, base::Time now) {
  State& state = states_[heard.machine];
  // RFC 1350 section 6: whoever took the last block acknowledges its repeats.
  if (state.phase == Phase::done) return say(heard.machine);
  if (heard.number != state.block + 1u) {
    // RFC 7440 section 4: once for each gap.
    if (std::exchange(state.has_reported, true)) return;
    state.window = 0;
    return say(heard.machine);
  }
  state.block = heard.number;
  state.has_reported = false;
  note_progress(state, heard.machine, now);
  if (counts_blocks_ && state.counted++ == 0) ++undecided_;
  if (!heard.is_last && ++state.window != kWindow) return;
  state.window = 0;
  say(heard.machine);
  if (!heard.is_last) return;
  end(heard.machine, /*is_whole=*/true);
  if (repeats_) ask(heard.machine, now);
}

void TftpMachines::end(std::uint32_t machine, bool is_whole) {
  State& state = states_[machine];
  if (state.counted != 0) {
    std::uint64_t bytes = std::uint64_t{state.counted} * kBlksize;
    // The last block, which is short, has just come.
    if (is_whole && counts_blocks_) bytes -= kBlksize - kFileBytes % kBlksize;
    (is_whole ? counts_.bytes_whole : counts_.bytes_broken) += bytes;
    state.counted = 0;
    --undecided_;
  }
  if (is_whole) ++counts_.files;
  if (state.server_port == 0) ++counts_.given_up;
  state.phase = is_whole ? Phase::done : Phase::idle;
  if (!is_whole || !repeats_) idle_[idle_tail_++ % kMachines] = machine;
}

void TftpMachines::note_progress(State& state, std::uint32_t machine, base::Time now) {
  state.waits_since = slot_of(now);
  if (state.tries == 0) return;
  // Its entry may be 8 s ahead.
  state.tries = 0;
  ++state.round;
  schedule(machine, kRetrySlots[0], now);
}

}  // namespace stentor::perf
