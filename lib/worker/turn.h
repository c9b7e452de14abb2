// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One turn of a transfer: it puts into a queue's batch what it has to send, as far as that has room
// and its pace allows.

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "worker/port.h"
#include "worker/tftp_service.h"
#include "worker/transmit_batch.h"

namespace stentor::worker {

// finished: for now, until an ACK, a deadline or its pace makes it ready again.
enum class Turn : std::uint8_t { finished, more, no_buffer };

// The blocks that push_blocks() has pushed, for a capture.
template <PortQueue Q>
[[gnu::cold, gnu::noinline]] void capture_blocks(TftpService& tftp, TransmitBatch<Q>& batch,
                                                 bool offloads_udp, TransferIndex index,
                                                 std::uint16_t count) {
  BlockWriter writer = tftp.block_writer(index, offloads_udp);
  for (std::uint16_t i = 0; i < count; ++i, writer.advance()) batch.capture(writer);
}

// Each returns how many frames found a buffer.
template <PortQueue Q>
std::uint16_t push_blocks(TftpService& tftp, TransmitBatch<Q>& batch, bool offloads_udp,
                          TransferIndex index, std::uint16_t count) {
  BlockWriter writer = tftp.block_writer(index, offloads_udp);
  std::uint16_t sent = 0;
  for (; sent < count && batch.push_data(writer); ++sent) writer.advance();
  if (batch.is_captured()) [[unlikely]]
    capture_blocks(tftp, batch, offloads_udp, index, sent);
  return sent;
}

template <PortQueue Q>
std::uint16_t push_frame(TftpService& tftp, TransmitBatch<Q>& batch, TransferIndex index) {
  std::array<std::uint8_t, kFrameBytesMax> frame;
  const std::size_t length = tftp.write_frame(index, frame);
  return batch.push(base::Bytes(frame).first(length)) ? 1 : 0;
}

// `offloads_udp`: the device completes UDP checksums.
template <PortQueue Q>
Turn take_turn(TftpService& tftp, TransmitBatch<Q>& batch, bool offloads_udp, TransferIndex index,
               base::Time now) {
  using Kind = Outgoing::Kind;
  tftp.begin_turn(index);
  Turn turn = Turn::more;
  bool has_sent = false;
  while (batch.room() != 0 && turn == Turn::more) {
    const Outgoing next = tftp.next_outgoing(index, batch.room(), now);
    if (next.kind == Kind::later) break;
    if (next.kind == Kind::nothing) {
      turn = Turn::finished;
      break;
    }
    const std::uint16_t sent = next.kind == Kind::referring
                                   ? push_blocks(tftp, batch, offloads_udp, index, next.count)
                                   : push_frame(tftp, batch, index);
    if (sent < next.count) turn = Turn::no_buffer;
    if (sent == 0) break;
    tftp.mark_sent(index, sent, now);
    has_sent = true;
  }
  if (has_sent) tftp.end_turn(index);
  return turn;
}

}  // namespace stentor::worker
