// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The poll loop of one core of a storm: its machines (Squad) over one queue of the port, the link
// model between them, and the frames that cross to the core that owns their machine.
//
// Threads: poll() and what changes anything belong to one thread; tally() may be read by any.
// Nothing is allocated after construction. Frames are owned as worker/port.h says.

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "storm/collect.h"
#include "storm/link_faults.h"
#include "storm/router.h"
#include "storm/squad.h"
#include "worker/hand_over.h"
#include "worker/port.h"

namespace stentor::storm {

// What the crews of one storm share: made before them, outlives them.
template <worker::PortQueue Q>
class Mesh {
 public:
  Mesh(const Plan& plan, base::Time now) : shared_(plan.machines(), now), rings_(plan.cores()) {}

  // The storm begins, if it is not to begin where the mesh was made: all crews stand, none has been
  // polled. A million machines take half a second to make.
  void begin(base::Time start) { shared_.start = start; }

  Shared& shared() { return shared_; }
  worker::HandOverMesh<typename Q::Frame>& rings() { return rings_; }

 private:
  Shared shared_;
  worker::HandOverMesh<typename Q::Frame> rings_;
};

template <worker::PortQueue Q>
class Crew {
 public:
  using Frame = typename Q::Frame;
  static constexpr std::size_t kBurst = 32;
  // Frames that a burst draws at most, and that it may hold for it until the device takes them.
  // What fire() makes stands beside them, behind those heard before and before those heard after.
  static constexpr std::size_t kHeard = kBurst * Outbox::kFramesAnEvent;
  static constexpr std::size_t kHeld = 2 * kHeard + Outbox::kFrames;
  static constexpr base::Duration kStallMax = std::chrono::seconds{1};

  Crew(const Plan& plan, std::size_t core, Q& queue, Mesh<Q>& mesh)
      : plan_(plan),
        core_(core),
        queue_(queue),
        mesh_(mesh),
        router_(plan, mesh.shared().ledger),
        squad_(plan, core, mesh.shared()) {
    const LinkModel& link = plan.scenario().link;
    if (!link.is_ideal()) {
      constexpr std::uint64_t kLinkStream = 0x6c696e6b;
      faults_.emplace(link, plan.machines_of(core),
                      queue.traits().mtu + wire::kUdpFrameHeaderBytesMax,
                      plan.scenario().seed ^ kLinkStream, LinkFaults::share_of(plan, core));
    }
  }

  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // One loop. True if there was anything to do.
  bool poll(base::Time now) {
    const base::Duration elapsed = now - mesh_.shared().start;
    if (elapsed >= plan_.scenario().give_up && !is_over()) stop(now, Failure::out_of_time);
    bool worked = flush(now);
    if (pending_ != 0) counters().count(Count::port_full);
    // While the device is full, what it has received is heard as far as the answers have room: a
    // server that waits until it is heard would be waited for for ever. And machines have deadlines
    // while others are heard without end: what fire() makes has room of its own.
    worked |= receive(now);
    worked |= take_handed_over(now);
    if (faults_) worked |= deliver_due(now);
    const bool has_fired = fired_ == 0 && squad_.fire(now);
    worked |= has_fired;
    send_outbox(now);
    if (has_fired) fired_ = pending_;
    counters().note_data(elapsed);
    worked |= flush(now);
    return worked;
  }

  // The storm is over, by its time or by a signal: see Squad.
  void stop(base::Time now, Failure why) { squad_.stop(now, why); }
  // Every machine of this core has booted, or failed for good. Until the other cores are over too,
  // poll() goes on: it hands over what is theirs, and answers for machines that have booted.
  [[nodiscard]] bool is_over() const { return squad_.is_over(); }

  [[nodiscard]] const Tally& tally() const { return squad_.tally(); }
  // For collect(), when the crews are over.
  [[nodiscard]] CrewView view() const { return {&squad_}; }

  // Gives back frames that wait to be sent or in rings to this core. At the end only.
  void release_frames() {
    for (std::size_t i = 0; i < pending_; ++i) queue_.release(frames_[i]);
    pending_ = fired_ = 0;
    while (for_each_crossing([this](Frame frame) { queue_.release(frame); })) {
    }
  }

 private:
  Tally& counters() { return squad_.tally(); }

  bool receive(base::Time now) {
    std::array<Frame, kBurst> frames{};
    const std::size_t count = queue_.receive(std::span(frames).first(burst()));
    if (count == 0) return false;
    std::array<Route, kBurst> routes;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const base::Bytes frame = queue_.bytes(frames[i]);
      bytes += frame.size();
      routes[i] = router_.route(frame);
      if (is_mine(routes[i])) squad_.prefetch(plan_.local_of(routes[i].machine), frame.size());
    }
    counters().count(Count::frames_received, count);
    counters().count(Count::bytes_received, bytes);
    for (std::size_t i = 0; i < count; ++i) serve(frames[i], routes[i], now);
    return true;
  }

  // For frames that are drawn by others: what the device does not take is kept.
  [[nodiscard]] std::size_t room() const {
    const std::size_t heard = pending_ - fired_ + squad_.outbox().entries().size();
    return kHeard - std::min(kHeard, heard);
  }
  // Frames that may be heard, whatever they draw: a DATA frame one ACK, but the OACK of a size
  // probe an ERROR and an RRQ.
  [[nodiscard]] std::size_t burst() const {
    return std::min(kBurst, room() / Outbox::kFramesAnEvent);
  }

  [[nodiscard]] bool is_mine(const Route& route) const {
    return route.kind == Route::Kind::machine && plan_.core_of(route.machine) == core_;
  }

  void serve(Frame frame, const Route& route, base::Time now) {
    if (is_mine(route)) [[likely]] {
      give(plan_.local_of(route.machine), frame, now);
    } else if (route.kind == Route::Kind::machine) {
      const std::size_t owner = plan_.core_of(route.machine);
      const worker::Crossing<Frame> crossing{frame, 0};
      const auto from = static_cast<worker::WorkerIndex>(core_);
      if (mesh_.rings().ring(from, static_cast<worker::WorkerIndex>(owner)).push(crossing)) return;
      counters().count(Count::not_handed_over);
    } else if (route.kind == Route::Kind::arp) {
      make_room(now);
      squad_.receive_arp(queue_.bytes(frame));
    } else {
      counters().count(Count::unknown_frames);
    }
    queue_.release(frame);
  }

  // To the machine, or onto its link.
  void give(std::uint32_t local, Frame frame, base::Time now) {
    if (!faults_) {
      make_room(now);
      squad_.receive(local, queue_.bytes(frame), queue_.checksums(frame), now);
    } else {
      faults_->put(
          {LinkFaults::Direction::to_machine, local, queue_.bytes(frame), queue_.checksums(frame)},
          now, counters());
    }
  }

  bool take_handed_over(base::Time now) {
    return for_each_crossing([&](Frame frame) {
      // Routed again: what the ledger says may have changed, but the owner of a MAC has not.
      const Route route = router_.route(queue_.bytes(frame));
      if (is_mine(route)) {
        give(plan_.local_of(route.machine), frame, now);
      } else {
        counters().count(Count::unknown_frames);
      }
      queue_.release(frame);
    });
  }

  template <typename Visit>
  bool for_each_crossing(Visit visit) {
    bool any = false;
    for (std::size_t from = 0; from < plan_.cores(); ++from) {
      if (from == core_) continue;
      std::array<worker::Crossing<Frame>, kBurst> crossings{};
      const std::size_t count =
          mesh_.rings()
              .ring(static_cast<worker::WorkerIndex>(from), static_cast<worker::WorkerIndex>(core_))
              .pop(std::span(crossings).first(burst()));
      for (std::size_t i = 0; i < count; ++i) visit(crossings[i].frame);
      any |= count != 0;
    }
    return any;
  }

  bool deliver_due(base::Time now) {
    return faults_->deliver_due(
        now,
        [&](const LinkFaults::Held& held) {
          if (held.direction == LinkFaults::Direction::to_server) {
            push(held.bytes);
          } else {
            make_room(now);
            squad_.receive(held.machine, held.bytes, held.device, now);
          }
        },
        [this] { return room() >= Outbox::kFramesAnEvent; });
  }

  // Before each event of the squad.
  void make_room(base::Time now) {
    if (!squad_.outbox().has_room()) send_outbox(now);
  }

  void send_outbox(base::Time now) {
    Outbox& outbox = squad_.outbox();
    for (const Outbox::Entry& entry : outbox.entries()) {
      if (faults_) {
        faults_->put({LinkFaults::Direction::to_server, entry.machine, outbox.bytes(entry), {}},
                     now, counters());
        continue;
      }
      push(outbox.bytes(entry));
    }
    outbox.clear();
  }

  void push(base::Bytes bytes) {
    CHECK(pending_ < kHeld);  // nothing is heard or fired without room for what it draws
    const Frame frame = queue_.make(bytes);
    if (frame == Frame{}) return counters().count(Count::no_buffer);
    lengths_[pending_] = static_cast<std::uint16_t>(bytes.size());
    frames_[pending_++] = frame;
  }

  // Hands the device what it takes; what it has refused for a second is dropped, so that a dead
  // port does not hold the storm for good.
  bool flush(base::Time now) {
    if (pending_ == 0) return false;
    const std::size_t taken = queue_.transmit(std::span(frames_).first(pending_));
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < taken; ++i) bytes += lengths_[i];
    counters().count(Count::frames_sent, taken);
    counters().count(Count::bytes_sent, bytes);
    fired_ -= std::min(fired_, taken);
    if (taken == pending_) [[likely]] {
      pending_ = 0;
      stalled_since_ = base::kNever;
      return true;
    }
    std::copy(frames_.begin() + taken, frames_.begin() + pending_, frames_.begin());
    std::copy(lengths_.begin() + taken, lengths_.begin() + pending_, lengths_.begin());
    pending_ -= taken;
    if (taken != 0 || stalled_since_ == base::kNever) stalled_since_ = now;
    if (now - stalled_since_ > kStallMax) {
      counters().count(Count::not_taken, pending_);
      for (std::size_t i = 0; i < pending_; ++i) queue_.release(frames_[i]);
      pending_ = fired_ = 0;
      stalled_since_ = base::kNever;
    }
    return taken != 0;
  }

  const Plan& plan_;
  const std::size_t core_;
  Q& queue_;
  Mesh<Q>& mesh_;
  const Router router_;
  Squad squad_;
  std::optional<LinkFaults> faults_;
  // On their way to the device.
  std::array<Frame, kHeld> frames_{};
  std::array<std::uint16_t, kHeld> lengths_{};
  std::size_t pending_ = 0;
  std::size_t fired_ = 0;  // of them, up to the newest that fire() has made
  base::Time stalled_since_ = base::kNever;
};

}  // namespace stentor::storm
