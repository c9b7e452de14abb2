// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker::PortQueue whose clients download for ever: what the worker sends goes to a real device,
// and once a window of DATA is out, the ACK that opens the next one comes in. It counts the cycles
// that are not the worker's: those of the clients (the frames that they send, the headers that they
// read of what is sent to them) and those of the device's transmit.
//
// Two clients have one address, from 10.20.1.0 on, of those whose requests are the worker's. Their
// frames come in here, as if the device steered them, or where a SpreadingDevice has them. Client i
// fetches file i modulo their number. Every fed frame has its right checksums, and none is vouched
// for: the worker verifies them. One thread.

#include <array>
#include <limits>
#include <rte_cycles.h>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/histogram.h"
#include "base/random.h"
#include "base/siphash.h"
#include "dpdk/queue_io.h"
#include "spreading_device.h"
#include "wire/flow_hash.h"
#include "wire/frame.h"
#include "worker/hand_over.h"

namespace stentor::perf {

struct DownloadOptions {
  std::uint32_t clients = 32;
  std::uint16_t window = 16;
  std::uint16_t blksize = 1468;
  bool copies = false;  // the device's queue copies blocks into frames
  bool stops = false;   // each client fetches the file once
  // Frames of clients that arrive, at random times (a Poisson process). 0: each one as soon as its
  // client has what it waits for.
  double arrivals_per_second = 0;
  // Beside them, of no client, from addresses at random (10.20.128.0/17): requests for the first
  // file, or ACKs to ports at random.
  double flood_requests_per_second = 0;
  double flood_acks_per_second = 0;

  [[nodiscard]] double flood_per_second() const {
    return flood_requests_per_second + flood_acks_per_second;
  }
};

// Which worker of how many the queue is polled by, and the secret by which they share clients.
struct DownloadWorker {
  base::HashKey key;
  std::uint16_t worker = 0;
  unsigned workers = 1;
  SpreadingDevice* device = nullptr;  // by which its clients' frames come in; null: to its queue

  [[nodiscard]] bool owns(wire::Ipv4Address client) const {
    return wire::flow_hash(key[1], client, /*port=*/0) % workers == worker;
  }
};

// Cycles are of the TSC.
struct DownloadTotals {
  std::uint64_t frames = 0;  // DATA, each block the first time that it is sent
  std::uint64_t bytes = 0;   // of them, headers included
  std::uint64_t resent = 0;  // DATA that was sent before
  std::uint64_t client_cycles = 0;
  std::uint64_t driver_cycles = 0;
  // The clock is read on both sides of a stretch that is counted; about one reading lies within the
  // stretch, the other outside of it, with the worker: so many of these.
  std::uint64_t clock_readings = 0;

  friend DownloadTotals operator-(const DownloadTotals& a, const DownloadTotals& b) {
    return {a.frames - b.frames,
            a.bytes - b.bytes,
            a.resent - b.resent,
            a.client_cycles - b.client_cycles,
            a.driver_cycles - b.driver_cycles,
            a.clock_readings - b.clock_readings};
  }
};

class DownloadQueue {
 public:
  // One word, as a device's frame is one: the worker's mbuf to the device, or, with its lowest bit
  // set, a client's bytes to the worker.
  class Frame {
   public:
    Frame() = default;
    explicit Frame(rte_mbuf* sent) : word_(reinterpret_cast<std::uintptr_t>(sent)) {}
    explicit Frame(const base::Bytes& received)
        : word_(reinterpret_cast<std::uintptr_t>(&received) | kReceived) {}

    [[nodiscard]] rte_mbuf* sent() const {
      return (word_ & kReceived) != 0 ? nullptr : reinterpret_cast<rte_mbuf*>(word_);
    }
    [[nodiscard]] const base::Bytes& received() const {
      return *reinterpret_cast<const base::Bytes*>(word_ & ~kReceived);
    }
    friend bool operator==(const Frame&, const Frame&) = default;

   private:
    static constexpr std::uintptr_t kReceived = 1;
    std::uintptr_t word_ = 0;
  };

  DownloadQueue(dpdk::Queue& device, const DownloadOptions& options,
                std::span<const std::string> files, const DownloadWorker& worker);

  // Since the last reset.
  [[nodiscard]] const DownloadTotals& totals() const { return totals_; }
  // TSC cycles from when a frame has arrived, or should have, to the first frame that answers it.
  [[nodiscard]] const base::Histogram& turnaround() const { return turnaround_; }
  // The same since the last call, or the last reset.
  base::Histogram take_slice() { return std::exchange(turnaround_slice_, {}); }
  // TSC of each client's end, in order of ends; with `stops`.
  [[nodiscard]] const std::vector<std::uint64_t>& ends() const { return ends_; }
  void reset();
  // Between two bursts: from now on DATA is made without checksums, as if the device completed them
  // (it does not, and nobody looks), or with them, as at first.
  void omit_checksums(bool omits) { traits_.udp_checksum_offload = omits; }
  // Before the worker runs: it knows how the device spreads.
  void tell_spread() { traits_.spread = &spreader_->spread(); }

  // The worker's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return traits_; }
  std::size_t receive(std::span<Frame> frames);
  [[nodiscard]] base::Bytes bytes(Frame frame) const { return frame.received(); }
  [[nodiscard]] static wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) { return Frame(device_.make(header)); }
  template <worker::DataSource Source>
  Frame make_data(const Source& data) {
    // Our traits may promise checksums that the device was not asked for: it does not see them.
    return Frame(device_.make_data(data));
  }
  std::size_t transmit(std::span<Frame> frames);
  void release(Frame frame) {
    if (rte_mbuf* sent = frame.sent(); sent != nullptr) device_.release(sent);
  }

 private:
  struct Client {
    std::array<std::uint8_t, 128> request{};
    std::array<std::uint8_t, 60> ack{};
    base::Bytes request_bytes;
    base::Bytes ack_bytes;
    std::uint64_t waiting_since = 0;  // TSC of its newest frame; 0: the answer has gone out
    std::uint32_t ack_sum = 0;  // of the ACK's pseudo-header, UDP header and opcode; ports excepted
    std::uint16_t block = 0;    // the newest that it acknowledged
    std::uint16_t newest = 0;   // that it was sent
    bool asks = true;           // its next frame is a request
    bool has_ended = false;     // its ACK is the file's last
    bool is_queued = false;
  };

  // A datagram of the flood, its addresses written anew each time.
  struct FloodFrame {
    std::array<std::uint8_t, 128> room{};
    base::Bytes bytes;
  };

  std::size_t feed(std::span<Frame> frames, std::uint64_t now);
  std::size_t feed_flood(std::span<Frame> frames, std::uint64_t now);
  std::size_t feed_spread(std::span<Frame> frames);
  void make_flood(const std::string& file);
  [[nodiscard]] std::uint64_t next_interval();
  void make_frames(std::uint32_t index, wire::Ipv4Address address, const std::string& file);
  void write_ack(Client& client, std::uint16_t block, std::uint16_t server_port);
  void observe(const rte_mbuf* frame, std::uint64_t now);
  void queue_up(std::uint32_t index, std::uint64_t now);

  dpdk::Queue& device_;
  const DownloadOptions options_;
  const std::uint16_t number_;       // of the queue
  SpreadingDevice* const spreader_;  // null: there is none
  worker::PortTraits traits_;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> first_client_of_;  // by address
  std::vector<std::uint32_t> waiting_;          // a circle of clients with a frame to send
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  base::Random random_{1};
  double mean_interval_ = 0;        // TSC cycles; 0: none
  std::uint64_t next_arrival_ = 0;  // TSC
  // A circle, as of a device's buffers: a frame may wait in the other worker's hand-over ring.
  std::array<FloodFrame, 2 * worker::HandOverMesh<Frame>::kRingFrames> flood_;
  std::size_t next_flood_frame_ = 0;
  std::uint32_t flood_ip_sum_ = 0;   // without the source address's last two bytes
  std::uint32_t flood_udp_sum_ = 0;  // nor the ports
  double flood_interval_ = 0;        // TSC cycles; 0: none
  static constexpr double kNoFlood = std::numeric_limits<double>::infinity();
  double next_flood_ =
      kNoFlood;  // TSC; the flood begins with the first reset, beside live transfers
  DownloadTotals totals_;
  base::Histogram turnaround_;
  base::Histogram turnaround_slice_;
  std::vector<std::uint64_t> ends_;
};

static_assert(worker::PortQueue<DownloadQueue>);

}  // namespace stentor::perf
