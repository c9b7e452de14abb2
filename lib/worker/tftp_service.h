// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TFTP on one worker: requests begin transfers, acknowledgements and deadlines move them,
// next_frame() makes what they send. One thread; no I/O.

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "base/random.h"
#include "base/siphash.h"
#include "lease/table.h"
#include "tftp/refusal.h"
#include "wire/data_header.h"
#include "wire/frame.h"
#include "worker/counters.h"
#include "worker/image_use.h"
#include "worker/ready_list.h"
#include "worker/snapshot.h"
#include "worker/timing_wheel.h"
#include "worker/transfer_table.h"
#include "worker/verdict.h"

namespace stentor::worker {

// One UDP datagram of a received frame, and where it came in.
struct UdpArrival {
  const PortView& port;
  const Network& network;
  wire::Link reply_link;  // the way back
  const wire::UdpDatagram& datagram;
  std::uint16_t attachment = 0;  // the port queue that serves this client's transfers
  base::Time now{};
};

// A frame that a transfer sends: header bytes, and a block inside the image. Without one (an OACK,
// a block in netascii, a short one) the header is the whole frame.
struct OutgoingFrame {
  std::size_t header_bytes = 0;
  base::Bytes payload;
};

class TftpService {
 public:
  // `leases` and `counters` outlive the service.
  // Serves transfers on `attachments` port queues.
  TftpService(WorkerIndex self, std::uint32_t transfers_max, std::size_t attachments,
              std::uint64_t seed, const base::HashKey& key, lease::Table& leases,
              Counters& counters, base::Time now);
  // What the tables for so many transfers take, but for what does not grow with them: 160 KiB (the
  // slots of the wheel, the calendar), four bytes an image and some an attachment.
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t transfers_max) {
    return TransferTable::memory_bytes(transfers_max) + TimingWheel::memory_bytes(transfers_max) +
           ReadyList::memory_bytes(transfers_max);
  }

  // A datagram to port 69: a request, or in single-port mode any message. An ERROR answer is
  // written to `out` as a whole frame.
  Verdict on_request(const Snapshot& snapshot, const UdpArrival& arrival, base::MutableBytes out);
  // A datagram to a server port of the worker's slice.
  Verdict on_transfer_message(const UdpArrival& arrival);

  // Fires the deadlines that have passed, a burst of them at the most: transfers become ready
  // again, or end.
  void expire(base::Time now);

  // The next transfer of a port queue that may have frames to send, taken out of the ready list;
  // kNoTransfer if there is none. Whoever takes it puts it back if it stopped short of the end.
  TransferIndex take_ready(std::size_t attachment) { return ready_.pop(attachment); }
  void make_ready(TransferIndex index) { ready_.push(table_[index].attachment, index); }

  // A transfer whose next block may not leave yet waits out of the ready list until it may: true.
  bool wait_for_pace(TransferIndex index, base::Time now);

  // The next frame of a transfer, its header, or all of it, in `out` (kFrameBytesMax), marked as
  // sent by commit(). nullopt: nothing to send until an ACK or a deadline.
  std::optional<OutgoingFrame> next_frame(TransferIndex index, bool checksum_by_device,
                                          base::MutableBytes out);
  void commit(TransferIndex index, base::Time now);
  // Instead of commit(), when there was no buffer for the frame: the transfer is ready again a
  // millisecond later, and ends like one whose client is silent if it finds none, for ever.
  void postpone(TransferIndex index, base::Time now);

  [[nodiscard]] WorkerIndex self() const { return self_; }
  [[nodiscard]] std::uint32_t live() const { return table_.live(); }
  // Any thread, to read.
  [[nodiscard]] const ImageUse& images() const { return images_; }
  // Those of them whose client has acknowledged something.
  [[nodiscard]] std::uint32_t proven() const { return proven_; }

 private:
  struct Opened {
    const image::Image* image;
    tftp::Mode mode;
    tftp::Grant grant;
    const tftp::Limits& limits;
  };

  Verdict begin(const UdpArrival& arrival, const Opened& opened);
  bool make_room();
  Verdict repeat(TransferIndex index, const UdpArrival& arrival);
  Verdict refuse(const UdpArrival& arrival, tftp::Refusal refusal, base::MutableBytes out);
  Verdict on_ack(TransferIndex index, std::uint16_t block, const UdpArrival& arrival);
  static void follow_client(LiveTransfer& transfer, const UdpArrival& arrival);
  void end(TransferIndex index, base::Counter& outcome);
  wire::Sum payload_sum(const LiveTransfer& transfer, const tftp::Block& block,
                        base::Bytes payload);
  // In mode netascii: made anew each time that it is sent.
  static base::Bytes text_block(LiveTransfer& transfer, const tftp::Block& block,
                                base::MutableBytes out);
  [[nodiscard]] bool may_fetch(const Snapshot& snapshot, wire::Ipv4Address client,
                               base::Time now) const;
  [[nodiscard]] bool holds_lease(wire::Ipv4Address client, base::Time now) const;
  void stamp_lease(LiveTransfer& transfer, base::Time now);
  void wake_paced(base::Time now);
  [[nodiscard]] unsigned resends_max(const LiveTransfer& transfer, base::Time now) const;
  [[nodiscard]] std::uint16_t free_server_port(const PortSteering& steering,
                                               std::uint16_t not_this);

  const WorkerIndex self_;
  const base::HashKey key_;
  lease::Table& leases_;
  Counters& counters_;
  base::Random random_;
  TransferTable table_;
  ImageUse images_;  // of the transfers in table_
  TimingWheel wheel_;
  ReadyList ready_;
  // The last queue of ready_: who never acknowledged, and is held in silence with nothing to send.
  const std::size_t held_queue_;
  // From here on its queues are a calendar of those whose next block waits for its time: one queue
  // a stretch of time, in a circle.
  const std::size_t first_paced_queue_;
  std::uint64_t next_stretch_ = 0;  // to be woken
  std::uint32_t proven_ = 0;
};

// The longest frame that a worker writes as a whole: a jumbo frame of netascii, or an echo as long
// as its request.
inline constexpr std::size_t kFrameBytesMax = 9728;

}  // namespace stentor::worker
