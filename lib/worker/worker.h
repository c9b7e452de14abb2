// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The poll loop of one core: receives bursts from its port queues, dispatches each frame, takes the
// frames that other workers hand over, fires deadlines, and lets the transfers that have frames to
// send take turns. Over any PortQueue: a device in stentord, memory in tests and in the simulator.
//
// Threads: poll() belongs to one thread; announce() and counters() to any. What a worker shares
// with others is named where it stands: the published snapshot with the lease table, the hand-over
// rings.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <span>
#include <utility>
#include <vector>

#include "base/published.h"
#include "capture/tap.h"
#include "lease/table.h"
#include "worker/announcement.h"
#include "worker/backlog.h"
#include "worker/counters.h"
#include "worker/dhcp_owner.h"
#include "worker/dispatch.h"
#include "worker/hand_over.h"
#include "worker/port.h"
#include "worker/shared.h"
#include "worker/sightings.h"
#include "worker/snapshot.h"
#include "worker/tftp_service.h"
#include "worker/transmit_batch.h"
#include "worker/turn.h"

namespace stentor::worker {

template <PortQueue Q>
class Worker {
 public:
  using Frame = typename Q::Frame;

  static constexpr std::size_t kBurst = worker::kBurst;
  // Of a backlog, the DISCOVERs of a loop that are answered whatever else there is.
  static constexpr std::size_t kDiscoversMin = 4;
  // Bursts of which most is shed that a loop takes at the most.
  static constexpr std::size_t kShedBursts = 4;
  // Fewer frames from other workers than that are few, and after them so many loops take none.
  static constexpr std::size_t kFewCrossings = kBurst / 4;
  static constexpr unsigned kCrossingsPause = 7;
  // Lease records looked at in a loop for expiry.
  static constexpr std::size_t kSweepRecords = 64;

  Worker(WorkerIndex self, std::span<const Attachment<Q>> attachments, const Shared<Q>& shared,
         std::uint32_t transfers_max, std::uint64_t seed, base::Time now)
      : self_(self),
        shared_(shared),
        tftp_(self, transfers_max, numbers_of(attachments), seed, shared.key, shared.mesh.faces(),
              sightings_, counters_, now),
        parked_(now),
        store_(self < shared.stores.size() ? shared.stores[self] : StoreEnd{}),
        acks_(store_.waits()),
        dispatcher_(tftp_, parked_, shared.probes, shared.solicitations, acks_, store_, sightings_,
                    counters_) {
    for (const Attachment<Q>& attachment : attachments) {
      lanes_.push_back(
          {attachment, TransmitBatch<Q>(*attachment.queue, counters_, tap_, attachment.port)});
    }
  }

  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // One loop. True if there was anything to do.
  bool poll(base::Time now) {
    const Snapshot& snapshot = shared_.snapshots.read(self_);
    counters_.note_answers(now - std::exchange(loop_begun_, now));
    tap_.begin_loop(now);
    tftp_.begin_loop(*snapshot.leases);
    bool worked = take_handed_over(snapshot, now);
    for (std::size_t i = 0; i < lanes_.size(); ++i) worked |= receive(snapshot, i, now);
    worked |= resume_parked(snapshot, now);
    worked |= send_committed(snapshot, now);
    tftp_.expire(now);
    send_announcements(snapshot);
    for (std::size_t i = 0; i < lanes_.size(); ++i) worked |= transmit(i, now);
    if (handed_to_ != 0) shared_.mesh.wake(std::exchange(handed_to_, 0));
    was_behind_ = std::exchange(is_behind_, false);
    tftp_.end_loop(was_behind_, now);
    snapshot.leases->sweep(now, kSweepRecords);
    return worked;
  }

  // Before a sleep, and at the end: nothing of the snapshot is in use until the next poll().
  void park() { shared_.snapshots.park(self_); }

  // Gives back the frames that wait for transmission or in rings to this worker. At the end only.
  void release_frames() {
    for (Lane& lane : lanes_) lane.batch.release();
    const auto release = [this](PortIndex port, std::span<const Frame> frames) {
      Lane* lane = lane_of(port);
      for (const Frame frame : frames) {
        if (lane != nullptr) lane->attachment.queue->release(frame);
      }
    };
    while (shared_.mesh.take(self_, release).frames != 0) {
    }
  }

  // Any thread: the next loops announce the addresses of the port (bit `port`), as many in each as
  // the device takes.
  void announce(PortIndex port) {
    // Relaxed: the request carries no data but itself.
    announcements_.fetch_or(std::uint64_t{1} << port, std::memory_order_relaxed);
  }

  [[nodiscard]] bool has_live_transfers() const { return tftp_.live() != 0; }
  // Nothing of it waits for a time to come, or for anybody but its devices and other workers.
  [[nodiscard]] bool is_at_rest() const {
    return tftp_.live() == 0 && parked_.size() == 0 && acks_.size() == 0 && announcing_ == 0 &&
           std::ranges::all_of(lanes_, [](const Lane& lane) { return lane.batch.is_empty(); });
  }
  // A client that acknowledges is served: its next ACK may be a round trip away.
  [[nodiscard]] bool awaits_acks() const { return tftp_.proven() != 0; }
  // Any thread: of an image that no generation names any more, whether a transfer still sends it.
  // Once none does, none will.
  [[nodiscard]] bool uses(const image::Image& image) const { return tftp_.images().has(image); }
  // Any thread, to read.
  [[nodiscard]] const Counters& counters() const { return counters_; }
  // What it saw of clients, for one thread, and as long as the worker is there.
  [[nodiscard]] sighting::Lane& sightings() { return sightings_.lane(); }
  // Frames of it, for one thread, likewise.
  [[nodiscard]] capture::Tap& tap() { return tap_; }

 private:
  struct Lane {
    Attachment<Q> attachment;
    TransmitBatch<Q> batch;
    Backlog backlog{};
    // The network that is announced next, if the port is one of announcing_.
    std::size_t next_announced = 0;
  };

  bool receive(const Snapshot& snapshot, std::size_t lane_index, base::Time now) {
    Lane& lane = lanes_[lane_index];
    if (lane.backlog.lasts(now)) return receive_backlog(snapshot, lane, now);
    // A full burst of which most is shed leaves time for the next: an ACK may be in it.
    for (std::size_t burst = 0; burst < kShedBursts; ++burst) {
      const std::size_t room = lane.batch.frames_to_receive(now);
      std::array<Frame, kBurst> frames{};
      std::size_t count = lane.attachment.queue->receive(std::span(frames).first(room));
      const bool is_full = count == kBurst;
      if (!is_full && room == kBurst) lane.backlog.note(false, now);
      if (count == 0) return burst != 0;
      counters_.frames_received.add(count);
      std::array<base::Bytes, kBurst> contents;
      counters_.bytes_received.add(
          look_at(*lane.attachment.queue, std::span(frames).first(count), contents));
      if (is_full) {
        const bool sender_waits = lane.attachment.queue->traits().sender_waits;
        lane.backlog.note(!sender_waits && holds_many_discovers(contents), now);
        is_behind_ = true;
        count = leave_to_others(snapshot, lane.attachment.port, frames, contents);
      }
      const std::size_t shed = serve_burst(snapshot, lane, std::span(frames).first(count), contents,
                                           /*may_cross=*/true, now);
      if (!is_full || shed < kBurst / 2) break;
    }
    return true;
  }

  // Several bursts. What begins an exchange has its turn last, as far as there is time for it.
  bool receive_backlog(const Snapshot& snapshot, Lane& lane, base::Time now) {
    std::array<Frame, kBacklogBurst> frames;
    const std::size_t count = receive_bursts(*lane.attachment.queue, frames, counters_);
    const std::span<Frame> all = std::span(frames).first(count);
    const std::size_t begun = move_discovers_last(*lane.attachment.queue, all);
    const bool is_behind = count >= kBurst;
    lane.backlog.note(is_behind && are_many(count - begun, count), now);
    is_behind_ |= is_behind;
    // All that there is has its turn. What is left behind might be more than there is time for.
    const bool takes_all = count < kBacklogBurst;
    const std::size_t room =
        takes_all ? count : std::max(kBurst - std::min(begun, kBurst), kDiscoversMin);
    // Served together: look-ups of a burst overlap their cache misses.
    for (auto rest = choose(snapshot, lane, all, begun, room); !rest.empty();) {
      const auto burst = rest.first(std::min(rest.size(), kBurst));
      std::array<base::Bytes, kBurst> contents;
      look_at(*lane.attachment.queue, burst, contents);
      serve_burst(snapshot, lane, burst, contents, /*may_cross=*/true, now);
      rest = rest.subspan(burst.size());
    }
    return count != 0;
  }

  // Of the frames that no other worker takes, those that this one answers: the first `begun` of
  // them, and as many of the rest as there is room for.
  std::span<Frame> choose(const Snapshot& snapshot, Lane& lane, std::span<Frame> frames,
                          std::size_t begun, std::size_t room) {
    Q& queue = *lane.attachment.queue;
    const PortIndex port = lane.attachment.port;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const Frame frame = frames[i];
      if (leave_to_another(snapshot, port, frame, queue.bytes(frame))) continue;
      if (i < begun || room != 0) {
        room -= i < begun ? 0 : 1;
        frames[kept++] = frame;
      } else {
        counters_.drop(wire::DropReason::dhcp_overload);
        if (tap_.is_on()) note_received(lane, frame, wire::DropReason::dhcp_overload);
        queue.release(frame);
      }
    }
    return frames.first(kept);
  }

  // Returns how many were dropped after a glance.
  std::size_t serve_burst(const Snapshot& snapshot, Lane& lane, std::span<const Frame> frames,
                          std::span<const base::Bytes> contents, bool may_cross, base::Time now) {
    // Of several workers' bursts the replies are more than a batch holds.
    if (lane.batch.reply_room() < frames.size()) lane.batch.flush(now);
    contents = contents.first(frames.size());
    const PortIndex port = lane.attachment.port;
    std::array<wire::DropReason, kBurst> reasons;
    const std::uint32_t shed =
        tftp_.shed(contents, index_of(*lane_of(port)), snapshot.ports[port].steering, now, reasons);
    dispatcher_.prefetch(snapshot, port, contents);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if ((shed >> i & 1) != 0) {
        if (tap_.is_on()) note_received(lane, frames[i], reasons[i]);
        lane.attachment.queue->release(frames[i]);
      } else {
        serve(snapshot, lane, frames[i], may_cross, now);
      }
    }
    return static_cast<std::size_t>(std::popcount(shed));
  }

  // More came than one burst: each of DHCP is its client's worker's, unless that one has too many
  // as well. Returns how many stay, at the front, in order.
  std::size_t leave_to_others(const Snapshot& snapshot, PortIndex port,
                              std::span<Frame, kBurst> frames,
                              std::span<base::Bytes, kBurst> contents) {
    if (snapshot.ports[port].steering.workers.size() < 2) return kBurst;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < kBurst; ++i) {
      if (leave_to_another(snapshot, port, frames[i], contents[i])) continue;
      frames[kept] = frames[i];
      contents[kept] = contents[i];
      ++kept;
    }
    return kept;
  }

  // True: the frame is its client's worker's now.
  bool leave_to_another(const Snapshot& snapshot, PortIndex port, Frame frame, base::Bytes bytes) {
    const PortSteering& steering = snapshot.ports[port].steering;
    if (steering.workers.size() < 2) return false;
    const auto owner = dhcp_owner_of(bytes, steering, self_, shared_.key);
    return owner.value_or(self_) != self_ && hand_over(snapshot, {.worker = *owner}, {frame, port});
  }

  // Each frame is in another core's cache: while this worker is behind, few at a time are left to
  // come together, so that their waits overlap.
  bool take_handed_over(const Snapshot& snapshot, base::Time now) {
    if (was_behind_ && loops_without_crossings_ != 0) {
      --loops_without_crossings_;
      return false;
    }
    const auto taken = shared_.mesh.take(self_, [&](PortIndex port, std::span<const Frame> frames) {
      // CHECK: a frame crosses only to a worker that polls its port (hand_over()).
      Lane* lane = lane_of(port);
      CHECK(lane != nullptr);
      std::array<base::Bytes, kBurst> contents;
      look_at(*lane->attachment.queue, frames, contents);
      serve_burst(snapshot, *lane, frames, contents, /*may_cross=*/false, now);
    });
    is_behind_ |= taken.has_full_burst;
    loops_without_crossings_ = taken.frames < kFewCrossings ? kCrossingsPause : 0;
    return taken.frames != 0;
  }

  void serve(const Snapshot& snapshot, Lane& lane, Frame frame, bool may_cross, base::Time now) {
    Q& queue = *lane.attachment.queue;
    const PortIndex port = lane.attachment.port;
    std::array<std::uint8_t, kFrameBytesMax> reply;
    const Verdict verdict = dispatcher_.dispatch(snapshot,
                                                 {.port = port,
                                                  .attachment = index_of(*lane_of(port)),
                                                  .traits = queue.traits(),
                                                  .frame = queue.bytes(frame),
                                                  .checksums = queue.checksums(frame),
                                                  .now = now},
                                                 reply);
    if (verdict.kind() != Verdict::Kind::hand_over) {
      if (tap_.is_on()) [[unlikely]]
        note_received(lane, frame, verdict);
      counters_.note(verdict);
      conclude(lane, verdict, reply);
    } else {
      if (may_cross && hand_over(snapshot, verdict.crossing(), {frame, port})) return;
      const auto reason =
          may_cross ? wire::DropReason::hand_over_full : wire::DropReason::hand_over_port;
      if (tap_.is_on()) note_received(lane, frame, reason);
      counters_.drop(reason);
    }
    queue.release(frame);
  }

  // For the capture: a frame that stays here, and what becomes of it.
  [[gnu::cold, gnu::noinline]] void note_received(Lane& lane, Frame frame, Verdict verdict) {
    const bool is_dropped = verdict.kind() == Verdict::Kind::drop;
    tap_.note_received(lane.attachment.port, lane.attachment.queue->bytes(frame),
                       is_dropped ? std::optional(verdict.reason()) : std::nullopt);
  }

  // Up to a burst of those whose time has come, so that they hold up nobody who has not waited.
  bool resume_parked(const Snapshot& snapshot, base::Time now) {
    if (parked_.size() == 0) return false;
    std::size_t count = 0;
    for (; count < kBurst; ++count) {
      ParkedRequests::Buffer buffer;
      const auto due = parked_.take_due(now, buffer);
      if (!due) break;
      resume(snapshot, due->request, due->frame, now);
    }
    return count != 0;
  }

  // ACKs whose leases are on disk; true while any waits, so that it does not wait for a sleep.
  bool send_committed(const Snapshot& snapshot, base::Time now) {
    if (acks_.size() == 0) return false;
    const std::uint64_t failed = store_.lane->failed_up_to();
    const std::uint64_t committed = store_.lane->committed();
    for (; acks_.size() != 0; acks_.pop()) {
      const PendingAck& ack = acks_.front();
      if (now - ack.since > PendingAcks::kAgeMax) {
        drop_late(ack, wire::DropReason::dhcp_store_behind, now);
      } else if (ack.ticket <= committed) {
        Lane* lane = lane_of(ack.port);
        CHECK(lane != nullptr);  // it was asked from there
        if (lane->batch.reply_room() == 0) break;
        snapshot.leases->note_promise(ack.lease);
        counters_.note_committed(now - ack.received, now - ack.since);
        lane->batch.push_reply(acks_.front_frame());
        sightings_.note(ack.glimpse, now);
      } else if (ack.ticket <= failed) {
        drop_late(ack, wire::DropReason::dhcp_store_failing, now);
      } else {
        break;
      }
    }
    return true;
  }

  // The oldest.
  void drop_late(const PendingAck& ack, wire::DropReason reason, base::Time now) {
    counters_.drop_late(reason);
    if (tap_.is_on()) tap_.note_sent(ack.port, acks_.front_frame(), {}, reason);
    sightings_.note_unanswered(ack.glimpse, reason, now);
  }

  void resume(const Snapshot& snapshot, const ParkedRequest& request, base::Bytes frame,
              base::Time now) {
    Lane* lane = lane_of(request.port);
    CHECK(lane != nullptr);  // it was parked from there
    std::array<std::uint8_t, kFrameBytesMax> reply;
    // Its checksums were right when it came.
    const Verdict verdict =
        dispatcher_.dispatch(snapshot,
                             {.port = request.port,
                              .attachment = index_of(*lane),
                              .traits = lane->attachment.queue->traits(),
                              .frame = frame,
                              .checksums = {.ipv4_good = true, .udp_good = true},
                              .now = now,
                              .resumed = &request},
                             reply);
    counters_.note_resumed(verdict);
    if (tap_.is_on() && verdict.kind() == Verdict::Kind::drop) {
      tap_.note_received(request.port, frame, verdict.reason());
    }
    conclude(*lane, verdict, reply);
  }

  // Of what stays with this worker. `reply` holds the frame of a reply.
  void conclude(Lane& lane, const Verdict& verdict, base::Bytes reply) {
    switch (verdict.kind()) {
      case Verdict::Kind::drop:
        return counters_.drop(verdict.reason());
      case Verdict::Kind::reply:
        return lane.batch.push_reply(reply.first(verdict.frame_bytes()));
      case Verdict::Kind::minor_reply:
        return lane.batch.push_minor_reply(reply.first(verdict.frame_bytes()));
      case Verdict::Kind::ready:
      case Verdict::Kind::taken:
      case Verdict::Kind::hand_over:
        return;
    }
  }

  // True: the frame is the other worker's now.
  bool hand_over(const Snapshot& snapshot, HandOver to, const Crossing<Frame>& frame) {
    CHECK(snapshot.ports[frame.port].steering.includes(to.worker));
    const std::size_t reserve = to.is_of_transfer ? 0 : HandOverMesh<Frame>::kForTransfers;
    if (!shared_.mesh.ring(self_, to.worker).push(frame, reserve)) return false;
    counters_.frames_handed_over.add();
    handed_to_ |= std::uint64_t{1} << to.worker;
    return true;
  }

  void send_announcements(const Snapshot& snapshot) {
    if ((announcements_.load(std::memory_order_relaxed) | announcing_) == 0) return;
    const std::uint64_t asked = announcements_.exchange(0, std::memory_order_relaxed);
    for (Lane& lane : lanes_) {
      if (lane.attachment.number != 0) continue;
      const std::uint64_t port = std::uint64_t{1} << lane.attachment.port;
      if ((asked & port) != 0) {
        // From the first on, also midway: who heard that may be gone, and another have come.
        lane.next_announced = 0;
        announcing_ |= port;
      }
      if ((announcing_ & port) == 0) continue;
      const std::vector<Network>& networks = snapshot.ports[lane.attachment.port].networks;
      if (announce_networks(networks, lane.next_announced, lane.attachment.queue->traits(),
                            lane.batch)) {
        announcing_ &= ~port;
      }
    }
  }

  // The transfers of a queue take turns until its batch is full, then the batch leaves.
  bool transmit(std::size_t lane_index, base::Time now) {
    Lane& lane = lanes_[lane_index];
    const bool offloads_udp = lane.attachment.queue->traits().udp_checksum_offload;
    while (lane.batch.room() != 0) {
      const TransferIndex index = tftp_.take_ready(lane_index);
      if (index == kNoTransfer) break;
      const Turn turn = take_turn(tftp_, lane.batch, offloads_udp, index, now);
      if (turn == Turn::more) tftp_.make_ready(index);
      if (turn == Turn::no_buffer) {
        tftp_.postpone(index, now);
        break;
      }
    }
    const bool worked = lane.batch.flush(now);
    tftp_.note_turns(lane_index, now);
    // The device took all that a loop may make, and there is more: we are what limits.
    is_behind_ |= lane.batch.is_empty() && tftp_.has_ready(lane_index);
    return worked;
  }

  [[nodiscard]] std::uint16_t index_of(const Lane& lane) const {
    return static_cast<std::uint16_t>(&lane - lanes_.data());
  }
  // The lane that serves a port's transfers on this worker: the first one of the port.
  Lane* lane_of(PortIndex port) {
    for (Lane& lane : lanes_) {
      if (lane.attachment.port == port) return &lane;
    }
    return nullptr;
  }

  const WorkerIndex self_;
  const Shared<Q> shared_;
  Counters counters_;
  Sightings sightings_{counters_};
  capture::Tap tap_{counters_.frames_captured, counters_.frames_lost_to_capture};
  TftpService tftp_;
  ParkedRequests parked_;
  const StoreEnd store_;
  PendingAcks acks_;
  Dispatcher dispatcher_;
  std::vector<Lane> lanes_;
  base::Time loop_begun_{};
  bool is_behind_ = false;   // more frames came, or could have left, than a loop has room for
  bool was_behind_ = false;  // the loop before
  unsigned loops_without_crossings_ = 0;  // from now on, while it is behind
  std::uint64_t handed_to_ = 0;           // in this loop: workers
  // Ports whose addresses are to be announced: set by control, taken by the worker.
  std::atomic<std::uint64_t> announcements_{0};
  // Ports of this worker of which not every address has been announced yet.
  std::uint64_t announcing_ = 0;
};

}  // namespace stentor::worker
