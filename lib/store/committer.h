// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The lease-store thread: takes what workers put into their lanes, commits it in batches, and says
// in each lane how far it is. It calls nothing back: a worker reads its lane between two bursts.
//
// `durability: commit` is a worker that waits for its ticket before it sends the ACK; `async` one
// that does not. The thread does the same for both. `memory` has no committer.
//
// A worker makes no system call, so it cannot wake the thread, which looks by itself: each 100 us
// while there is work (Pause), each 1 ms when idle.

#include <atomic>
#include <span>
#include <thread>

#include "store/commit_cycle.h"

namespace stentor::store {

class Committer {
 public:
  // `lanes`: the storage of a lane for each worker (Lane). Everything outlives the committer;
  // nobody else uses the database meanwhile. `source`: see CommitCycle; called on this thread.
  Committer(Database& database, Source source, std::span<const std::span<lease::LeaseChange>> lanes,
            CommitOptions options = {});
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;
  // As stop().
  ~Committer();

  // The lane of a worker.
  [[nodiscard]] Lane& lane(std::size_t worker) { return *lanes_[worker]; }

  // Any thread. While it is so, nothing new is promised: renewals are ACKed for what is on disk.
  [[nodiscard]] bool is_failing() const { return cycle_.is_failing(); }
  [[nodiscard]] StoreStatus status() const { return cycle_.status(); }

  // Any thread: how long the thread has been at work without a look at the lanes. A disk that
  // answers nothing, not even an error, is known by it.
  [[nodiscard]] base::Duration busy_for(base::Time now) const;

  // Begins stop(), and does not wait for it.
  void begin_stop() { stopping_.store(true); }
  [[nodiscard]] bool has_ended() const { return has_ended_.load(); }
  // Once no worker pushes any more: what is in the lanes goes to disk, and the database gets the
  // mark of a clean end. False: that failed; the next start finds what was committed. The second
  // time, nothing happens.
  bool stop();

 private:
  void run();

  CommitCycle::Lanes lanes_;
  CommitCycle cycle_;
  std::atomic<bool> stopping_{false};        // written by stop(), read by the thread once a look
  std::atomic<std::int64_t> busy_since_{0};  // nanoseconds; 0: it is not. Written by the thread
  bool ended_well_ = false;             // written by the thread at its end, read when it is joined
  std::atomic<bool> has_ended_{false};  // written by the thread, last of all
  std::thread thread_;
};

}  // namespace stentor::store
