// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A machine that fetches one file by TFTP, as a state machine without I/O: RFC 1350, 2347 to 2349,
// 7440, in the ways that the firmware of the field has of doing it (`TftpProfile`).
//
// It shares no codec with lib/tftp: what it checks there, a shared misunderstanding would hide. It
// is strict with servers: an OACK that names what was not asked, or more than was asked, fails.
//
// Every call makes at most one datagram, in `out`, for `Outgoing::port` of the server. Received
// bytes go to the sink once each, in order. Profile and file name belong to the caller and outlive
// the client. No call allocates; a client is small, because the storm rig holds a million.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"

namespace stentor::client {

// How one kind of firmware speaks. Zero or false: it does not ask, it does not do so.
struct TftpProfile {
  std::string_view mode = "octet";
  std::uint16_t blksize = 0;
  std::uint16_t windowsize = 0;
  std::uint8_t timeout_seconds = 0;
  bool asks_tsize = false;
  bool probes_size = false;          // asks once for the size alone, and ends that with ERROR 8
  bool requires_oack = false;        // GRUB: DATA without an OACK before it is not heard
  bool oack_restarts = false;        // GRUB: an OACK at any time sets its block counter to 0
  bool acks_each_bad_block = false;  // EDK2: one ACK for each block out of order, not for each gap
  bool skips_last_ack = false;       // some ROMs never acknowledge the last block
  bool rollover_to_one = false;      // after block 65535
  std::uint8_t retries_max = 6;      // in a row
  base::Duration retry_first = std::chrono::seconds{4};
  base::Duration retry_max = std::chrono::seconds{4};  // doubles up to this
};

enum class TftpState : std::uint8_t {
  idle,       // start() sends the RRQ
  requested,  // no answer yet
  receiving,
  probed,    // the size is known: start() again, from another local port
  complete,  // every byte was given to the sink
  failed,
};

enum class TftpFailure : std::uint8_t {
  none,
  error_received,  // error_code() says which
  oack_invalid,
  size_wrong,  // more or fewer bytes than the OACK's tsize
  silence,     // retries_max retries brought nothing
};

// A datagram that the caller sends; none if `length` is 0.
struct Outgoing {
  std::size_t length = 0;
  std::uint16_t port = 0;  // of the server
};

class TftpClient {
 public:
  TftpClient(const TftpProfile& profile, std::string_view file_name)
      : profile_(&profile), to_probe_(profile.probes_size), file_name_(file_name) {}

  // The RRQ, to port 69. In the states idle and probed.
  Outgoing start(base::Time now, base::MutableBytes out);

  // `sink(std::uint64_t offset, base::Bytes bytes)` gets what is new in it.
  template <typename Sink>
  Outgoing on_message(base::Bytes datagram, std::uint16_t source_port, base::Time now,
                      base::MutableBytes out, Sink&& sink) {
    const Received received = receive(datagram, source_port, now, out);
    if (!received.data.empty()) std::forward<Sink>(sink)(received.offset, received.data);
    return received.reply;
  }

  // The common case of on_message() alone, in the header so that a rig can inline it: the next
  // block, a full one, of a transfer that is under way, from server_port(). The caller gives its
  // `bytes` to the sink, at bytes_received() as it was before, and sends the ACK that is due: of
  // `number`.
  enum class Step : std::uint8_t { other, taken, ack_due };  // other: nothing changed, on_message()
  Step take_block(std::uint16_t number, std::size_t bytes, base::Time now) {
    if (state_ != TftpState::receiving || bytes != blksize_ ||
        number != number_of(blocks_ + 1, profile_->rollover_to_one)) {
      return Step::other;
    }
    ++blocks_;
    bytes_ += bytes;
    gap_acked_ = false;
    retries_ = 0;
    deadline_ = now + std::min(profile_->retry_first, profile_->retry_max);
    if (++window_blocks_ < windowsize_) return Step::taken;
    window_blocks_ = 0;
    return Step::ack_due;
  }

  // When `now` has reached deadline().
  Outgoing on_timeout(base::Time now, base::MutableBytes out);

  // Gives up, as a user who presses a key: ERROR 0 to the server.
  Outgoing abort(base::MutableBytes out);

  [[nodiscard]] TftpState state() const { return state_; }
  [[nodiscard]] TftpFailure failure() const { return failure_; }
  [[nodiscard]] std::uint16_t error_code() const { return error_code_; }
  [[nodiscard]] base::Time deadline() const { return deadline_; }  // kNever: waits for nothing
  [[nodiscard]] std::uint64_t bytes_received() const { return bytes_; }
  [[nodiscard]] std::uint64_t blocks_received() const { return blocks_; }
  // As the OACK said; kSizeUnknown without.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint16_t blksize() const { return blksize_; }
  [[nodiscard]] std::uint16_t windowsize() const { return windowsize_; }
  [[nodiscard]] std::uint16_t window_blocks() const {
    return window_blocks_;
  }                                                                         // since the last ACK
  [[nodiscard]] std::uint16_t server_port() const { return server_port_; }  // 0: none has answered
  [[nodiscard]] std::string_view file_name() const { return file_name_; }

  static constexpr std::uint64_t kSizeUnknown = ~std::uint64_t{0};

 private:
  struct Received {
    Outgoing reply;
    std::uint64_t offset = 0;
    base::Bytes data;
  };

  Received receive(base::Bytes datagram, std::uint16_t source_port, base::Time now,
                   base::MutableBytes out);
  Received receive_data(base::Reader reader, base::Time now, base::MutableBytes out);
  Outgoing receive_oack(std::string_view options, base::Time now, base::MutableBytes out);
  Outgoing receive_bad_block(base::MutableBytes out);
  bool accept_options(std::string_view options);
  bool accept_option(std::string_view name, std::uint64_t value);
  Outgoing write_request(base::MutableBytes out) const;
  Outgoing write_ack(base::MutableBytes out);
  Outgoing write_error(base::MutableBytes out, std::uint16_t code, std::string_view text,
                       std::uint16_t port) const;
  Outgoing fail(TftpFailure failure);
  void wait(base::Time now);
  void note_progress(base::Time now);
  void reset_transfer();

  // The number that the block of this index carries.
  static std::uint16_t number_of(std::uint64_t index, bool rollover_to_one) {
    if (rollover_to_one && index > 65535) {
      return static_cast<std::uint16_t>((index - 1) % 65535 + 1);
    }
    return static_cast<std::uint16_t>(index & 0xffff);
  }

  // What a block changes, first: a record that begins on a cache line needs that line alone.
  const TftpProfile* profile_;
  std::uint64_t blocks_ = 0;  // received in order
  std::uint64_t bytes_ = 0;
  base::Time deadline_ = base::kNever;
  std::uint16_t server_port_ = 0;  // the transfer's, once the server has answered
  std::uint16_t blksize_ = 512;
  std::uint16_t windowsize_ = 1;
  std::uint16_t window_blocks_ = 0;  // received since the last ACK
  std::uint16_t error_code_ = 0;
  TftpState state_ = TftpState::idle;
  TftpFailure failure_ = TftpFailure::none;
  std::uint8_t retries_ = 0;
  bool to_probe_;
  bool oack_received_ = false;
  bool gap_acked_ = false;  // since the last block in order
  std::uint64_t size_ = kSizeUnknown;
  std::string_view file_name_;
};
static_assert(sizeof(TftpClient) <= 80);

}  // namespace stentor::client
