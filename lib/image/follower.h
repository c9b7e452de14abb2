// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The thread that follows the image root ("image/root_watch.h"), and what it has found, for the
// control thread to fetch: the control thread waits for no file, whatever its size and whatever
// becomes of the file server.
//
// Threads: the follower's own has the RootWatch, and adds to the mailbox; control takes from it,
// and has everything else here. The stock that new images lie in is guarded by itself.

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/error.h"
#include "image/root_watch.h"

namespace stentor::image {

class Follower {
 public:
  // `first` and `memory`: as for RootWatch. An error when the process may open no more files.
  static base::Result<std::unique_ptr<Follower>> start(FollowOptions options, Loaded first,
                                                       Memory& memory);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  // Waits for the thread's end.
  ~Follower();

  // Readable while there is something to take.
  [[nodiscard]] int descriptor() const { return ready_.number(); }
  // All that was found since the last call.
  Update take();

  // Nobody uses these images any more: their memory is given back soon.
  void release(std::span<const Image* const> images);

  // The thread is to end; false: it has not within `patience`. It may stand in a read that takes
  // long, from a file server that does not answer say.
  [[nodiscard]] bool stop(base::Duration patience);

 private:
  Follower(FollowOptions options, Loaded first, Memory& memory, base::Descriptor ready,
           base::Descriptor wake);
  void run(FollowOptions options, Loaded first, Memory& memory);
  void free_unused();

  const base::Descriptor ready_;  // an eventfd: written by the thread, read by control
  const base::Descriptor wake_;   // an eventfd: written by control, ends the thread's wait
  const std::shared_ptr<Stock> stock_;
  std::atomic<bool> stopping_{false};  // written by control, read by the thread once a step
  std::atomic<bool> ended_{false};     // written by the thread, read by control
  std::mutex mutex_;
  Update mailbox_;                    // guarded by mutex_
  std::vector<const Image*> unused_;  // likewise
  std::thread thread_;
};

}  // namespace stentor::image
