// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One file from a tftp::Transfer to a TftpClient over a network of one's choice, on a clock of its
// own. File bytes follow from their offset, so that none is stored and every one is checked.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "client/tftp_client.h"
#include "support/lossy_link.h"
#include "tftp/packet.h"
#include "tftp/transfer.h"

namespace stentor::client {

// Any byte at any place of a file differs from its neighbours', and blocks differ from each other.
inline std::uint8_t file_byte(std::uint64_t offset) {
  return static_cast<std::uint8_t>((offset * 0x9e3779b97f4a7c15) >> 53);
}

struct LoopbackOptions {
  TftpProfile profile{};
  std::uint64_t file_bytes = 0;
  std::uint64_t seed = 1;
  support::LinkFaults to_client{};
  support::LinkFaults to_server{};
  tftp::Limits limits{};
  base::Duration time_max = std::chrono::hours{10};
};

struct LoopbackResult {
  TftpState client = TftpState::idle;
  std::uint64_t bytes_wrong = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t blocks_sent = 0;  // DATA that left the server
  std::uint64_t acks_sent = 0;    // what left the client, RRQs included
  std::uint64_t oacks_after_ack = 0;
  bool server_complete = false;
  base::Duration duration{};
};

class Loopback {
 public:
  explicit Loopback(const LoopbackOptions& options)
      : options_(options),
        client_(options_.profile, "file"),
        to_client_(options.seed, options.to_client),
        to_server_(options.seed + 1, options.to_server) {}

  LoopbackResult run() {
    const base::Time start = now_;
    from_client(client_.start(now_, out_));
    while (!is_over() && now_ - start < options_.time_max) {
      now_ = next_event();
      if (now_ == base::kNever) break;
      serve();
      while (const auto datagram = to_client_.receive(now_)) hear(*datagram);
      if (now_ >= client_.deadline()) from_client(client_.on_timeout(now_, out_));
    }
    result_.client = client_.state();
    result_.bytes_received = client_.bytes_received();
    result_.duration = now_ - start;
    return result_;
  }

 private:
  static constexpr std::uint16_t kServerPort = 50000;

  struct Datagram {
    std::array<std::uint8_t, 1500> bytes{};
    std::size_t length = 0;
  };

  [[nodiscard]] bool is_over() const {
    return client_.state() == TftpState::failed ||
           (client_.state() == TftpState::complete && (result_.server_complete || !transfer_));
  }

  [[nodiscard]] base::Time next_event() const {
    base::Time next = std::min(to_client_.next_arrival(), to_server_.next_arrival());
    if (transfer_) next = std::min(next, transfer_->deadline());
    return std::min(next, client_.deadline());
  }

  void from_client(const Outgoing& outgoing) {
    if (outgoing.length == 0) return;
    ++result_.acks_sent;
    Datagram datagram;
    std::copy_n(out_.begin(), outgoing.length, datagram.bytes.begin());
    datagram.length = outgoing.length;
    to_server_.send(datagram, now_);
  }

  void hear(const Datagram& datagram) {
    const auto sink = [&](std::uint64_t offset, base::Bytes bytes) {
      for (const std::uint8_t byte : bytes) {
        result_.bytes_wrong += byte != file_byte(offset++) ? 1u : 0u;
      }
    };
    from_client(client_.on_message(base::Bytes{datagram.bytes}.first(datagram.length), kServerPort,
                                   now_, out_, sink));
  }

  // The worker in a few lines.
  void serve() {
    while (const auto datagram = to_server_.receive(now_)) {
      const auto message =
          tftp::parse_message(base::Bytes{datagram->bytes}.first(datagram->length));
      if (!message) continue;
      if (const auto* request = std::get_if<tftp::ReadRequest>(&*message)) {
        open(*request);
      } else if (const auto* ack = std::get_if<tftp::Ack>(&*message)) {
        if (transfer_ && transfer_->on_ack(ack->block, now_) == tftp::AckEffect::complete) {
          result_.server_complete = true;
          transfer_.reset();
        }
      } else if (std::holds_alternative<tftp::ErrorMessage>(*message)) {
        transfer_.reset();
      }
      send_ready();
    }
    if (transfer_ && now_ >= transfer_->deadline()) {
      const tftp::TimeoutEffect effect = transfer_->on_timeout(now_, 255);
      if (effect != tftp::TimeoutEffect::early && effect != tftp::TimeoutEffect::resend &&
          effect != tftp::TimeoutEffect::probe) {
        result_.server_complete = effect == tftp::TimeoutEffect::complete;
        transfer_.reset();
      }
      send_ready();
    }
  }

  void open(const tftp::ReadRequest& request) {
    if (transfer_) return transfer_->restart_unacknowledged(now_);
    if (result_.server_complete || client_.bytes_received() != 0) return;  // a late copy
    grant_ = tftp::negotiate(request, options_.limits);
    transfer_.emplace(grant_, options_.limits, options_.file_bytes, now_);
  }

  void send_ready() {
    if (!transfer_) return;
    Datagram datagram;
    if (transfer_->oack_ready()) {
      result_.oacks_after_ack += transfer_->is_acknowledged() ? 1u : 0u;
      datagram.length = tftp::write_oack(datagram.bytes, grant_, options_.file_bytes);
      transfer_->mark_oack_sent(now_);
      to_client_.send(datagram, now_);
    }
    while (const auto block = transfer_->next_block()) {
      base::Writer writer(datagram.bytes);
      writer.write<std::uint16_t>(3);
      writer.write(block->number);
      for (std::uint64_t i = 0; i < block->bytes; ++i) {
        datagram.bytes[4 + i] = file_byte(block->offset + i);
      }
      datagram.length = 4u + block->bytes;
      ++result_.blocks_sent;
      transfer_->mark_sent(now_);
      to_client_.send(datagram, now_);
    }
  }

  LoopbackOptions options_;
  TftpClient client_;
  std::optional<tftp::Transfer> transfer_;
  tftp::Grant grant_;
  support::LossyLink<Datagram> to_client_;
  support::LossyLink<Datagram> to_server_;
  std::array<std::uint8_t, 600> out_{};
  base::Time now_{std::chrono::hours{1}};
  LoopbackResult result_;
};

}  // namespace stentor::client
