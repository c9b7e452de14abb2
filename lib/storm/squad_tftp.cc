// SPDX-License-Identifier: BSD-3-Clause
#include <cstring>

#include "storm/squad.h"

namespace stentor::storm {
namespace {

// Opcodes: RFC 1350 section 5, RFC 2347.
constexpr std::uint16_t kRrq = 1;
constexpr std::uint16_t kData = 3;
constexpr std::uint16_t kAck = 4;
constexpr std::uint16_t kError = 5;
constexpr std::uint16_t kOack = 6;

using client::TftpFailure;
using client::TftpState;

constexpr std::uint16_t kNotFound = 1;  // RFC 1350's error codes
constexpr std::size_t kMessageBytesMax = Outbox::kFrameBytesMax - wire::kUdpFrameHeaderBytesMax;

bool may_miss(Stage::Kind kind) {
  return kind == Stage::Kind::missing || kind == Stage::Kind::pxelinux_config;
}

// The server says so at once: a file of which it has said the size, or sent a block, was there.
bool is_missing(const client::TftpClient& tftp) {
  return tftp.error_code() == kNotFound && tftp.server_port() == 0 &&
         tftp.size() == client::TftpClient::kSizeUnknown;
}

}  // namespace

void Squad::start_fetch(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const std::string_view name = name_to_ask(local);
  machine.tftp = client::TftpClient(profile_of(local).tftp, name);
  if (name.empty()) return fail(local, Failure::no_config, now);
  if (hash_states_) plan_.hasher().begin(hash_state(local));
  send_request(local, now);
}

// From a port of its own each time, so that what an old transfer left behind disturbs nothing
// (RFC 1350 section 4).
void Squad::send_request(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const auto port = static_cast<std::uint16_t>(1024 + next_random(machine) % 64'000);
  machine.is_streaming = false;
  machine.asked_at = now;
  make_ack_header(local, port, 0);
  send_tftp(local, machine.tftp.start(now, {payload_of(machine), kMessageBytesMax}));
  arm(local);
}

void Squad::make_ack_header(std::uint32_t local, std::uint16_t port, std::uint16_t server_port) {
  Machine& machine = machines_[local];
  machine.ack = AckHeader(link_to(machine, source_mac(local),
                                  shared_.hops.mac(machine.hop).value_or(wire::MacAddress{})),
                          {.source = machine.dhcp.address(),
                           .destination = machine.peer,
                           .source_port = port,
                           .destination_port = server_port});
}

void Squad::receive_tftp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now) {
  Machine& machine = machines_[local];
  client::TftpClient& tftp = machine.tftp;
  const TftpState before = tftp.state();
  const std::uint16_t port_before = tftp.server_port();
  const bool begins_window = before == TftpState::receiving && tftp.window_blocks() == 0;
  Failure failure = Failure::none;
  bool is_taken = false;
  const client::Outgoing outgoing = tftp.on_message(
      datagram.payload, datagram.source_port, now, {payload_of(machine), kMessageBytesMax},
      [&](std::uint64_t offset, base::Bytes bytes) {
        is_taken = true;
        tally_.count(Count::data_bytes, bytes.size());
        // The last block is always looked at, but where nothing is.
        const bool is_last = tftp.state() != TftpState::receiving;
        const bool is_looked_at =
            is_sampled(tftp.blocks_received()) || (is_last && sample_every_ != 0);
        if (is_looked_at) failure = check_block(local, offset, bytes);
      });
  if (tftp.state() != before) machine.answered_by = machine.peer;
  // An empty last block gives the sink nothing.
  is_taken |= before != TftpState::complete && tftp.state() == TftpState::complete;
  count_tftp(machine, datagram.payload, before, is_taken, now);
  if (is_taken && begins_window) note_next_data(machine, now);
  send_tftp(local, outgoing);
  if (outgoing.length != 0) machine.asked_at = now;
  if (machine.state != MachineState::working) return;
  if (failure != Failure::none) return abort_fetch(local, failure, now);
  if (tftp.server_port() != port_before) {
    make_ack_header(local, machine.ack.local_port(machine.link_bytes), tftp.server_port());
  }
  after_tftp(local, now);
}

void Squad::count_tftp(Machine& machine, base::Bytes payload, client::TftpState before,
                       bool is_taken, base::Time now) {
  if (payload.size() < 4) return tally_.count(Count::bad_frames);
  const auto opcode = base::load_big_endian<std::uint16_t>(payload.data());
  if (opcode == kOack) tally_.count(Count::oacks_received);
  if (opcode == kError) tally_.count(Count::tftp_errors_received);
  if (opcode == kData && is_taken) {
    tally_.count(Count::data_frames);
  } else if (opcode == kData) {
    tally_.count(Count::data_duplicates);
    ++machine.duplicates;
  }
  if (before == TftpState::requested && machine.tftp.state() != TftpState::requested) {
    tally_.first_block.add(nanoseconds(now - machine.asked_at));
  }
}

void Squad::note_next_data(const Machine& machine, base::Time now) {
  tally_.next_data.add(nanoseconds(now - machine.asked_at));
}

void Squad::after_tftp(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const bool is_unwanted = stage_of(machine).kind == Stage::Kind::missing;
  const TftpState state = machine.tftp.state();
  machine.is_streaming = false;
  if (state == TftpState::failed) return fail_fetch(local, now);
  if (state == TftpState::requested) return;
  if (dies_now(local) && is_half_way(local)) return die(local, now);
  if (is_unwanted) return abort_fetch(local, Failure::file_found, now);
  if (state == TftpState::probed) return send_request(local, now);
  if (state == TftpState::complete) return finish_fetch(local, now);
  machine.is_streaming = !dies_now(local);
}

// Half of the bytes, where it is known how many there are; else at once.
bool Squad::is_half_way(std::uint32_t local) const {
  const Machine& machine = machines_[local];
  if (machine.tftp.state() == TftpState::probed) return false;
  if (machine.tftp.state() == TftpState::complete) return true;
  const ReferenceFile* file = reference_file(local);
  std::uint64_t size = machine.tftp.size();
  if (size == client::TftpClient::kSizeUnknown) {
    size = file != nullptr ? file->bytes.size() : 0;
  }
  return 2 * machine.tftp.bytes_received() >= size;
}

void Squad::fail_fetch(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  switch (machine.tftp.failure()) {
    case TftpFailure::error_received:
      if (may_miss(stage_of(machine).kind) && is_missing(machine.tftp)) return miss(local, now);
      machine.error_code = machine.tftp.error_code();
      return fail(local, Failure::tftp_error, now);
    case TftpFailure::oack_invalid:
      return fail(local, Failure::tftp_refused, now);
    case TftpFailure::size_wrong:
      return fail(local, Failure::wrong_size, now);
    default:
      return fail(local, Failure::tftp_silent, now);
  }
}

// The file is not there, as it should be or may be.
void Squad::miss(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  tally_.count(Count::probes_missed);
  if (dies_now(local)) return die(local, now);
  if (stage_of(machine).kind == Stage::Kind::missing) return pass_stage(local, now);
  ++machine.probe;
  start_fetch(local, now);
}

void Squad::finish_fetch(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const ReferenceFile* file = reference_file(local);
  const std::uint64_t bytes = machine.tftp.bytes_received();
  bool is_compared = false;
  if (file != nullptr && file->has_bytes) {
    if (bytes != file->bytes.size()) return fail(local, Failure::wrong_size, now);
    is_compared = sample_every_ != 0;
  }
  if (hash_states_ && file != nullptr && file->sum) {
    if (plan_.hasher().finish(hash_state(local)) != *file->sum) {
      return fail(local, Failure::wrong_bytes, now);
    }
    is_compared = true;
  }
  tally_.count(is_compared ? Count::files_verified : Count::files_unverified);
  tally_.count(Count::file_bytes, bytes);
  machine.bytes += bytes;
  pass_stage(local, now);
}

// As a user who presses a key: the server hears of it and stops, unless it has sent all.
void Squad::abort_fetch(std::uint32_t local, Failure failure, base::Time now) {
  Machine& machine = machines_[local];
  if (machine.tftp.state() != TftpState::complete) {
    send_tftp(local, machine.tftp.abort({payload_of(machine), kMessageBytesMax}));
  }
  fail(local, failure, now);
}

void Squad::send_tftp(std::uint32_t local, const client::Outgoing& outgoing) {
  if (outgoing.length == 0) return;
  const Machine& machine = machines_[local];
  const auto opcode = base::load_big_endian<std::uint16_t>(payload_of(machine));
  if (opcode == kRrq) tally_.count(Count::rrqs_sent);
  if (opcode == kAck) tally_.count(Count::tftp_acks_sent);
  const auto mac = shared_.hops.mac(machine.hop);
  if (!mac) return;
  commit_udp(local, link_to(machine, source_mac(local), *mac),
             {.source = machine.dhcp.address(),
              .destination = machine.peer,
              .source_port = machine.ack.local_port(machine.link_bytes),
              .destination_port = outgoing.port},
             outgoing.length);
}

Failure Squad::check_block(std::uint32_t local, std::uint64_t offset, base::Bytes bytes) {
  const ReferenceFile* file = reference_file(local);
  if (hash_states_) plan_.hasher().add(hash_state(local), bytes);
  if (file == nullptr || !file->has_bytes) return Failure::none;
  if (offset + bytes.size() > file->bytes.size()) return Failure::wrong_size;
  if (std::memcmp(file->bytes.data() + offset, bytes.data(), bytes.size()) == 0) {
    return Failure::none;
  }
  tally_.count(Count::wrong_blocks);
  return Failure::wrong_bytes;
}

}  // namespace stentor::storm
