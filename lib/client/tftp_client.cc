// SPDX-License-Identifier: BSD-3-Clause
#include "client/tftp_client.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::client {
namespace {

constexpr std::uint16_t kRequestPort = 69;

// Opcodes.
constexpr std::uint16_t kRrq = 1;
constexpr std::uint16_t kData = 3;
constexpr std::uint16_t kAck = 4;
constexpr std::uint16_t kError = 5;
constexpr std::uint16_t kOack = 6;

// Error codes.
constexpr std::uint16_t kUndefined = 0;
constexpr std::uint16_t kWrongPort = 5;
constexpr std::uint16_t kOptionRefused = 8;

void write_string(base::Writer& writer, std::string_view text) {
  writer.write(base::as_bytes(text));
  writer.write<std::uint8_t>(0);
}

void write_option(base::Writer& writer, std::string_view name, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  write_string(writer, name);
  write_string(writer, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

Outgoing TftpClient::start(base::Time now, base::MutableBytes out) {
  reset_transfer();
  to_probe_ = state_ == TftpState::idle && profile_->probes_size;
  state_ = TftpState::requested;
  retries_ = 0;
  wait(now);
  return write_request(out);
}

Outgoing TftpClient::on_timeout(base::Time now, base::MutableBytes out) {
  if (now < deadline_) return {};
  if (retries_ >= profile_->retries_max) return fail(TftpFailure::silence);
  ++retries_;
  wait(now);
  return state_ == TftpState::requested ? write_request(out) : write_ack(out);
}

Outgoing TftpClient::abort(base::MutableBytes out) {
  const bool is_answered = server_port_ != 0;
  state_ = TftpState::failed;
  deadline_ = base::kNever;
  return is_answered ? write_error(out, kUndefined, "TFTP Aborted", server_port_) : Outgoing{};
}

TftpClient::Received TftpClient::receive(base::Bytes datagram, std::uint16_t source_port,
                                         base::Time now, base::MutableBytes out) {
  base::Reader reader(datagram);
  const auto opcode = reader.read<std::uint16_t>();
  const bool is_over =
      state_ == TftpState::idle || state_ == TftpState::probed || state_ == TftpState::failed;
  if (!reader.ok() || is_over) return {};
  // RFC 1350 section 4: the first answer names the port; others are told, and change nothing.
  if (server_port_ != 0 && source_port != server_port_) {
    if (opcode == kError) return {};
    return {write_error(out, kWrongPort, "Unknown transfer ID", source_port), 0, {}};
  }
  switch (opcode) {
    case kData:
      if (server_port_ == 0 && profile_->requires_oack) return {};
      if (to_probe_) return {write_error(out, kUndefined, "TFTP Aborted", source_port), 0, {}};
      server_port_ = source_port;
      return receive_data(reader, now, out);
    case kOack:
      server_port_ = source_port;
      return {receive_oack(base::as_text(reader.rest()), now, out), 0, {}};
    case kError: {
      if (state_ == TftpState::complete) return {};
      error_code_ = reader.read<std::uint16_t>();
      return {fail(TftpFailure::error_received), 0, {}};
    }
    default:
      return {};
  }
}

TftpClient::Received TftpClient::receive_data(base::Reader reader, base::Time now,
                                              base::MutableBytes out) {
  const auto number = reader.read<std::uint16_t>();
  const base::Bytes data = reader.rest();
  if (!reader.ok() || data.size() > blksize_) return {};
  if (state_ == TftpState::complete) {
    // RFC 1350 section 6: whoever took the last block stays a while to acknowledge its repeats.
    return {profile_->skips_last_ack ? Outgoing{} : write_ack(out), 0, {}};
  }
  if (number != number_of(blocks_ + 1, profile_->rollover_to_one)) {
    return {receive_bad_block(out), 0, {}};
  }
  state_ = TftpState::receiving;
  Received received{{}, bytes_, data};
  ++blocks_;
  ++window_blocks_;
  bytes_ += data.size();
  gap_acked_ = false;
  note_progress(now);
  if (data.size() < blksize_) {
    state_ = TftpState::complete;
    deadline_ = base::kNever;
    if (!profile_->skips_last_ack) received.reply = write_ack(out);
    if (size_ != kSizeUnknown && size_ != bytes_) {
      state_ = TftpState::failed;
      failure_ = TftpFailure::size_wrong;
    }
  } else if (window_blocks_ >= windowsize_) {
    received.reply = write_ack(out);
  }
  return received;
}

// RFC 7440 section 4: the last block in order is acknowledged, so that the server resumes after it.
Outgoing TftpClient::receive_bad_block(base::MutableBytes out) {
  if (blocks_ == 0 && !oack_received_) return {};
  if (gap_acked_ && windowsize_ > 1 && !profile_->acks_each_bad_block) return {};
  gap_acked_ = true;
  return write_ack(out);
}

Outgoing TftpClient::receive_oack(std::string_view options, base::Time now,
                                  base::MutableBytes out) {
  if (state_ == TftpState::complete) return {};
  if (state_ == TftpState::receiving) {
    if (profile_->oack_restarts) {
      blocks_ = 0;
      return write_ack(out);
    }
    // Its ACK was lost, unless blocks have come since: then it is a late copy.
    return blocks_ == 0 ? write_ack(out) : Outgoing{};
  }
  if (!accept_options(options)) {
    fail(TftpFailure::oack_invalid);
    return write_error(out, kOptionRefused, "Malformed OACK", server_port_);
  }
  oack_received_ = true;
  retries_ = 0;
  if (to_probe_) {
    state_ = TftpState::probed;
    deadline_ = base::kNever;
    return write_error(out, kOptionRefused, "User aborted the transfer", server_port_);
  }
  state_ = TftpState::receiving;
  wait(now);
  return write_ack(out);
}

// RFC 2347 section 3: pairs of strings, each asked for, and not one byte behind them.
bool TftpClient::accept_options(std::string_view options) {
  if (options.empty()) return false;
  while (!options.empty()) {
    const std::size_t name_end = options.find('\0');
    if (name_end == std::string_view::npos) return false;
    const std::size_t value_end = options.find('\0', name_end + 1);
    if (value_end == std::string_view::npos) return false;
    const std::string_view text = options.substr(name_end + 1, value_end - name_end - 1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    if (!accept_option(options.substr(0, name_end), value)) return false;
    options.remove_prefix(value_end + 1);
  }
  return true;
}

bool TftpClient::accept_option(std::string_view name, std::uint64_t value) {
  if (name == "tsize" && (profile_->asks_tsize || to_probe_)) {
    size_ = value;
    return true;
  }
  if (name == "blksize" && profile_->blksize != 0 && value >= 8 && value <= profile_->blksize) {
    blksize_ = static_cast<std::uint16_t>(value);
    return true;
  }
  if (name == "windowsize" && value >= 1 && value <= profile_->windowsize) {
    windowsize_ = static_cast<std::uint16_t>(value);
    return true;
  }
  return name == "timeout" && value != 0 && value == profile_->timeout_seconds;
}

Outgoing TftpClient::write_request(base::MutableBytes out) const {
  base::Writer writer(out);
  writer.write<std::uint16_t>(kRrq);
  write_string(writer, file_name_);
  write_string(writer, profile_->mode);
  if (profile_->asks_tsize || to_probe_) write_option(writer, "tsize", 0);
  if (profile_->blksize != 0) write_option(writer, "blksize", profile_->blksize);
  if (profile_->windowsize != 0) write_option(writer, "windowsize", profile_->windowsize);
  if (profile_->timeout_seconds != 0) write_option(writer, "timeout", profile_->timeout_seconds);
  return {writer.ok() ? writer.size() : 0, kRequestPort};
}

Outgoing TftpClient::write_ack(base::MutableBytes out) {
  window_blocks_ = 0;
  base::Writer writer(out);
  writer.write<std::uint16_t>(kAck);
  writer.write(number_of(blocks_, profile_->rollover_to_one));
  return {writer.ok() ? writer.size() : 0, server_port_};
}

Outgoing TftpClient::write_error(base::MutableBytes out, std::uint16_t code, std::string_view text,
                                 std::uint16_t port) const {
  base::Writer writer(out);
  writer.write<std::uint16_t>(kError);
  writer.write(code);
  write_string(writer, text);
  return {writer.ok() ? writer.size() : 0, port};
}

Outgoing TftpClient::fail(TftpFailure failure) {
  state_ = TftpState::failed;
  failure_ = failure;
  deadline_ = base::kNever;
  return {};
}

void TftpClient::wait(base::Time now) {
  const unsigned doublings = std::min<unsigned>(retries_, 16);
  deadline_ = now + std::min(profile_->retry_first * (1 << doublings), profile_->retry_max);
}

void TftpClient::note_progress(base::Time now) {
  retries_ = 0;
  wait(now);
}

void TftpClient::reset_transfer() {
  // A probed size is kept: the second transfer must deliver it.
  blocks_ = bytes_ = 0;
  server_port_ = 0;
  blksize_ = 512;
  windowsize_ = 1;
  window_blocks_ = 0;
  oack_received_ = gap_acked_ = false;
}

}  // namespace stentor::client
