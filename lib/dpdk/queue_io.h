// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The hot half of a port: one receive and one transmit queue, satisfying worker::PortQueue. Owned
// by a Port, used by exactly one worker; set up by port_setup.cc before that worker runs.
//
// A frame is an mbuf. receive() and make() hand one to the worker; transmit() and release() end
// that. An image block that make_data() refers to is referenced, not copied, while the device sends
// it (segment_pool.h).

#include <atomic>
#include <cstring>
#include <optional>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/counter.h"
#include "dpdk/mbuf_stock.h"
#include "dpdk/queue_gate.h"
#include "dpdk/segment_pool.h"
#include "dpdk/service_tags.h"
#include "worker/port.h"

namespace stentor::dpdk {

struct QueueSetup {
  std::uint16_t port = 0;
  std::uint16_t queue = 0;
  rte_mempool* pool = nullptr;  // of the worker's node
  // Of a SegmentPool on that node, the first; nullptr: the device does not send chained frames.
  rte_mempool* segments = nullptr;
  bool partial_checksums = false;
  bool gated = false;            // the driver must be left alone at times (queue_gate.h)
  bool tags_in_transit = false;  // 802.1ad tags arrive marked (service_tags.h)
  bool keeps_up = false;         // a bond's driver sends LACPDUs when it is asked to send anything
  bool interrupts = false;       // of its receive queue; see receive_wait.h
  worker::PortTraits traits;
};

class alignas(64) Queue {
 public:
  using Frame = rte_mbuf*;

  explicit Queue(const QueueSetup& setup) : setup_(setup), segment_pool_(setup.segments) {
    if (setup.gated) gate_.emplace();
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  [[nodiscard]] const worker::PortTraits& traits() const { return setup_.traits; }
  [[nodiscard]] const QueueSetup& setup() const { return setup_; }
  // Before the workers run.
  void set_spread(const wire::FlowSpread* spread) { setup_.traits.spread = spread; }

  std::size_t receive(std::span<Frame> frames) {
    if (gives_back_.load(std::memory_order_relaxed)) [[unlikely]]
      give_back();
    if (!enter()) [[unlikely]]
      return 0;
    const std::size_t count =
        rte_eth_rx_burst(setup_.port, setup_.queue, frames.data(), burst(frames.size()));
    if (setup_.keeps_up) [[unlikely]]
      static_cast<void>(rte_eth_tx_burst(setup_.port, setup_.queue, frames.data(), 0));
    leave();
    return count;
  }

  // Empty when the frame is chained and has no room to be joined: parsing drops it as too short.
  [[nodiscard]] base::Bytes bytes(Frame frame) {
    if (frame->nb_segs != 1) [[unlikely]] {
      if (rte_pktmbuf_linearize(frame) != 0) return {};
    }
    auto* data = rte_pktmbuf_mtod(frame, std::uint8_t*);
    if (setup_.tags_in_transit && frame->data_len >= wire::kEthernetHeaderBytes) [[unlikely]] {
      restore_service_tag(data);
    }
    return {data, frame->data_len};
  }

  [[nodiscard]] wire::ReceiveChecksums checksums(Frame frame) const {
    const std::uint64_t ip = frame->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK;
    const std::uint64_t l4 = frame->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;
    // "None" says that the field is wrong and the data right: a guest's frame that left no host.
    return {.ipv4_good = ip == RTE_MBUF_F_RX_IP_CKSUM_GOOD,
            .udp_good = l4 == RTE_MBUF_F_RX_L4_CKSUM_GOOD || l4 == RTE_MBUF_F_RX_L4_CKSUM_NONE,
            .udp_partial_accepted = setup_.partial_checksums};
  }

  [[nodiscard]] Frame make(base::Bytes header) {
    Frame frame = rte_pktmbuf_alloc(setup_.pool);
    if (frame == nullptr) [[unlikely]]
      return nullptr;
    if (!append(frame, header)) [[unlikely]] {
      rte_pktmbuf_free(frame);
      return nullptr;
    }
    return frame;
  }

  template <worker::DataSource Source>
  [[nodiscard]] Frame make_data(const Source& data) {
    Frame frame = frames_.take(setup_.pool);
    if (frame == nullptr) [[unlikely]]
      return nullptr;
    // All that a transmit looks at and that the last use of the mbuf may have changed.
    frame->data_off = RTE_PKTMBUF_HEADROOM;
    frame->ol_flags = 0;
    auto* header = rte_pktmbuf_mtod(frame, std::uint8_t*);
    data.write_header(header);
    const auto header_bytes = static_cast<std::uint16_t>(data.header_bytes());
    const base::Bytes payload = data.payload();
    frame->data_len = header_bytes;
    frame->pkt_len = header_bytes;
    const std::size_t total = header_bytes + payload.size();
    // A frame of the shortest length is cheaper copied, and only so can it be padded.
    const bool refer =
        setup_.segments != nullptr && total > wire::kFrameBytesMin && !payload.empty();
    if (!(refer ? attach(frame, payload) : append(frame, payload))) [[unlikely]] {
      rte_pktmbuf_free(frame);
      return_stock();
      return nullptr;
    }
    if (total < wire::kFrameBytesMin) pad(frame, wire::kFrameBytesMin - total);
    if (setup_.traits.udp_checksum_offload) ask_for_checksum(frame, {header, header_bytes});
    return frame;
  }

  std::size_t transmit(std::span<Frame> frames) {
    return_stock();
    std::uint16_t count = burst(frames.size());
    if (setup_.traits.udp_checksum_offload) {
      // The driver's own preparations; it stops at a frame that it can never send.
      const std::uint16_t ready =
          rte_eth_tx_prepare(setup_.port, setup_.queue, frames.data(), count);
      if (ready == 0 && count != 0) [[unlikely]] {
        rejected_.add();
        rte_pktmbuf_free(frames.front());
        return 1;
      }
      count = ready;
    }
    if (!enter()) [[unlikely]]
      return 0;
    count = rte_eth_tx_burst(setup_.port, setup_.queue, frames.data(), count);
    leave();
    return count;
  }

  void release(Frame frame) { rte_pktmbuf_free(frame); }

  // make_data() takes free mbufs several at a time; the rest goes back with each transmit().
  void return_stock() {
    frames_.give_back();
    segments_.give_back();
  }

  // Control: blocks are referred to by segments of this pool from the worker's next burst on.
  void set_segments(rte_mempool* pool) { segment_pool_.store(pool, std::memory_order_relaxed); }
  // Control: the worker's next burst asks the device for the frames that it has sent. Where the
  // driver cannot be asked, they come back when others are sent.
  void ask_for_sent() { gives_back_.store(true, std::memory_order_relaxed); }

  // Frames that the driver refused for ever, and that were freed. Any thread.
  [[nodiscard]] std::uint64_t rejected() const { return rejected_.value(); }

 private:
  static std::uint16_t burst(std::size_t count) {
    return static_cast<std::uint16_t>(count < 0xffff ? count : 0xffff);
  }

  void give_back() {
    gives_back_.store(false, std::memory_order_relaxed);
    if (!enter()) return;
    static_cast<void>(rte_eth_tx_done_cleanup(setup_.port, setup_.queue, 0));
    leave();
  }

  [[nodiscard]] bool enter() { return !gate_ || gate_->enter(); }
  void leave() {
    if (gate_) gate_->leave();
  }

  static bool append(Frame frame, base::Bytes bytes) {
    if (bytes.size() > rte_pktmbuf_tailroom(frame)) [[unlikely]]
      return false;
    std::memcpy(rte_pktmbuf_mtod_offset(frame, std::uint8_t*, frame->data_len), bytes.data(),
                bytes.size());
    frame->data_len = static_cast<std::uint16_t>(frame->data_len + bytes.size());
    frame->pkt_len += static_cast<std::uint32_t>(bytes.size());
    return true;
  }

  static void pad(Frame frame, std::size_t count) {
    std::memset(rte_pktmbuf_mtod_offset(frame, std::uint8_t*, frame->data_len), 0, count);
    frame->data_len = static_cast<std::uint16_t>(frame->data_len + count);
    frame->pkt_len += static_cast<std::uint32_t>(count);
  }

  bool attach(Frame frame, base::Bytes payload) {
    if (payload.size() > SegmentPool::kBlockBytesMax) [[unlikely]]
      return false;
    // Relaxed: the pools are made before the worker runs, and control waits until it has this one.
    rte_mbuf* segment = segments_.take(segment_pool_.load(std::memory_order_relaxed));
    if (segment == nullptr) [[unlikely]]
      return false;
    refer_to(*segment, payload);
    frame->next = segment;
    frame->nb_segs = 2;
    frame->pkt_len += static_cast<std::uint32_t>(payload.size());
    return true;
  }

  static void ask_for_checksum(Frame frame, base::Bytes header) {
    // IEEE 802.1Q: each tag moves the EtherType by four bytes; our header has IPv4 behind them.
    std::size_t at = 12;
    while (at + 6 < header.size() && (header[at] != 0x08 || header[at + 1] != 0x00)) at += 4;
    frame->tx_offload = 0;
    frame->l2_len = (at + 2) & 0x7f;
    frame->l3_len = wire::kIpv4HeaderBytes;
    frame->ol_flags |= RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM;
  }

  QueueSetup setup_;
  MbufStock frames_;
  MbufStock segments_;
  std::optional<QueueGate> gate_;
  std::atomic<rte_mempool*> segment_pool_;  // written by control, read by the worker
  std::atomic<bool> gives_back_{false};     // set by control, cleared by the worker
  base::Counter rejected_;
};

static_assert(worker::PortQueue<Queue>);

}  // namespace stentor::dpdk
