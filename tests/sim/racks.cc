// SPDX-License-Identifier: BSD-3-Clause
#include "sim/racks.h"

#include <algorithm>

namespace stentor::sim {

namespace {

using client::TftpState;

constexpr base::Time kStart{std::chrono::hours{1}};
constexpr base::Duration kStep = std::chrono::microseconds{1};
constexpr base::Duration kLook = std::chrono::microseconds{100};  // for timers of machines
constexpr base::Duration kOneWay = std::chrono::microseconds{20};
constexpr std::size_t kBytesAround = 24;             // preamble, check sequence and gap of a frame
constexpr std::size_t kHeaderBytes = 46;             // of a DATA frame
constexpr std::uint32_t kFirstAddress = 0x0a140100;  // 10.20.1.0
constexpr std::uint16_t kClientPort = 2070;

std::uint64_t wire_bits(std::size_t frame_bytes) { return (frame_bytes + kBytesAround) * 8; }

base::Duration time_for(std::uint64_t bits, std::uint64_t megabits) {
  return base::Duration{static_cast<std::int64_t>(bits * 1000 / megabits)};
}

std::string config_of(const RacksOptions& options) {
  return std::string(support::kOneNetworkConfig) + "tftp: {" + options.tftp + "}\n";
}

}  // namespace

Racks::Racks(const RacksOptions& options)
    : options_(options),
      rig_({.yaml = config_of(options),
            .images = {{"file", support::patterned(options.file_bytes)}},
            .workers = options.workers,
            .transfers_max = 65'536},
           kStart),
      link_free_at_(options.links, kStart),
      now_(kStart) {
  base::Random random(options.seed);
  const auto spread = static_cast<std::uint64_t>(options.spread.count());
  for (std::size_t i = 0; i < options.links * options.machines_a_link; ++i) {
    const base::Duration wait{static_cast<std::int64_t>(random.below(spread + 1))};
    machines_.push_back(
        {.client = client::TftpClient(options_.profile, "file"), .starts = kStart + wait});
  }
}

bool Racks::run(base::Duration limit) {
  for (const base::Time end = now_ + limit; now_ < end; now_ += kStep) {
    if ((now_ - kStart) % kLook == base::Duration::zero()) wake_machines();
    while (!events_.empty() && events_.top().at <= now_) {
      const Event event = events_.top();
      events_.pop();
      deliver(event);
    }
    flood();
    leave_port();
    if (ended_ == machines_.size()) return true;
  }
  return false;
}

std::size_t Racks::complete() const {
  return static_cast<std::size_t>(std::ranges::count_if(machines_, [](const Machine& machine) {
    return machine.client.state() == TftpState::complete;
  }));
}

double Racks::loss() const {
  return static_cast<double>(dropped_) / static_cast<double>(std::max<std::uint64_t>(offered_, 1));
}

std::uint64_t Racks::bytes_received() const {
  std::uint64_t sum = 0;
  for (const Machine& machine : machines_) sum += machine.client.bytes_received();
  return sum;
}

double Racks::least_share() const {
  const std::size_t blksize = options_.profile.blksize;
  const std::uint64_t bits =
      (options_.file_bytes / blksize + 1) * wire_bits(blksize + kHeaderBytes);
  const base::Duration share = time_for(bits * options_.machines_a_link, options_.link_megabits);
  base::Duration slowest{1};
  for (const Machine& machine : machines_) {
    slowest = std::max(slowest, std::min(machine.ended, now_) - machine.starts);
  }
  return static_cast<double>(share.count()) / static_cast<double>(slowest.count());
}

void Racks::wake_machines() {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    Machine& machine = machines_[i];
    if (!machine.is_on && machine.starts <= now_) {
      machine.is_on = true;
      send(i, machine.client.start(now_, message_));
    } else if (machine.is_on && machine.client.deadline() <= now_) {
      send(i, machine.client.on_timeout(now_, message_));
      note_end(machine);
    }
  }
}

void Racks::flood() {
  if (!is_flooded_) return;
  constexpr auto kStepsASecond = std::uint64_t{std::chrono::seconds{1} / kStep};
  for (flood_owed_ += options_.flood_a_second; flood_owed_ >= kStepsASecond;
       flood_owed_ -= kStepsASecond) {
    // 10.20.128.0/17: none of the machines'.
    const auto host = static_cast<std::uint32_t>(flood_random_.below(1 << 15));
    const Datagram datagram{0x0a148000 + host, support::address_number(support::kServerAddress),
                            static_cast<std::uint16_t>(1024 + flood_random_.below(60'000)),
                            options_.flood_port, options_.flood_message};
    put(datagram);
  }
}

void Racks::put(const Datagram& datagram) {
  const auto queue = static_cast<std::size_t>(queue_random_.below(options_.workers));
  rig_.port().queue(queue).put(frame_of(datagram, support::kClientMac, support::kServerMac));
}

void Racks::send(std::size_t index, const client::Outgoing& outgoing) {
  if (outgoing.length == 0) return;
  const auto end = message_.begin() + static_cast<long>(outgoing.length);
  events_.push({now_ + kOneWay,
                order_++,
                index,
                true,
                {kFirstAddress + static_cast<std::uint32_t>(index),
                 support::address_number(support::kServerAddress),
                 kClientPort,
                 outgoing.port,
                 {message_.begin(), end}}});
}

// As many frames as the port has carried since the last step.
void Racks::leave_port() {
  const auto step_bits = static_cast<double>(options_.port_megabits * kStep.count()) / 1000;
  const double burst_bits = std::max(step_bits, static_cast<double>(wire_bits(1514)));
  port_credit_bits_ = std::min(port_credit_bits_ + step_bits, burst_bits);
  // What it takes now is told by the credit; the size of each frame, when it has been taken.
  const auto most = static_cast<std::size_t>(
      std::max(0.0, port_credit_bits_ / static_cast<double>(wire_bits(1514))));
  for (std::size_t i = 0; i < options_.workers; ++i) {
    rig_.port().queue(i).set_transmit_max(most);
  }
  rig_.poll(now_, 1);
  while (auto frame = rig_.port().take()) {
    port_credit_bits_ -= static_cast<double>(wire_bits(frame->size()));
    route(*frame);
  }
}

// A frame that left the port: into the buffer of its machine's link, or lost.
void Racks::route(ByteView frame) {
  auto read = read_server_frame(frame);
  const std::uint32_t address = read ? read->datagram.destination : 0;
  if (address < kFirstAddress || address >= kFirstAddress + machines_.size()) return;
  const std::size_t index = address - kFirstAddress;
  base::Time& free_at = link_free_at_[index / options_.machines_a_link];
  free_at = std::max(free_at, now_);
  const auto waiting_bits =
      static_cast<std::uint64_t>((free_at - now_).count()) * options_.link_megabits / 1000;
  ++offered_;
  if (waiting_bits / 8 + frame.size() > options_.buffer_bytes) {
    ++dropped_;
    return;
  }
  free_at += time_for(wire_bits(frame.size()), options_.link_megabits);
  events_.push({free_at + kOneWay, order_++, index, false, std::move(read->datagram)});
}

void Racks::deliver(const Event& event) {
  if (event.is_to_server) return put(event.datagram);
  Machine& machine = machines_[event.machine];
  send(event.machine, machine.client.on_message(event.datagram.payload, event.datagram.source_port,
                                                now_, message_, [](std::uint64_t, base::Bytes) {}));
  note_end(machine);
}

void Racks::note_end(Machine& machine) {
  const TftpState state = machine.client.state();
  if (machine.ended != base::kNever) return;
  if (state != TftpState::complete && state != TftpState::failed) return;
  machine.ended = now_;
  ++ended_;
}

}  // namespace stentor::sim
