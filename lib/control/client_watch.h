// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The thread that reads what workers tell of clients, keeps their boot sessions and transfers, and
// makes events of it. A thread of its own, because control's may be busy with a reload for seconds,
// and a lane holds what comes in some tens of milliseconds.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "control/boot_session_table.h"
#include "control/event_log.h"
#include "control/transfer_list.h"
#include "sighting/lane.h"

namespace stentor::control {

class ClientWatch {
 public:
  // From one look at the lanes to the next: while there is something in them, and else. A storm
  // that begins in the longer one finds room for 80,000 sightings a second of each worker.
  static constexpr base::Duration kPeriod = std::chrono::milliseconds{20};
  static constexpr base::Duration kIdlePeriod = std::chrono::milliseconds{100};

  // A client has all of a file; on the watch's thread. Of what workers told before the watch ended
  // it hears all.
  using OnCompleted = std::function<void(const sighting::Sighting&)>;

  // `lanes`, of which nobody else reads, and what is made of them outlive it.
  ClientWatch(const std::vector<sighting::Lane*>& lanes, BootSessionTable& sessions,
              TransferList& transfers, EventLog& events, OnCompleted on_completed = {});
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;
  ~ClientWatch();

 private:
  // What was taken out of a lane, and not looked at yet.
  struct LaneReader {
    sighting::Lane* lane;
    std::vector<sighting::Sighting> buffer;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t taken = 0;  // in this look

    bool has_next();
    [[nodiscard]] const sighting::Sighting& next() const { return buffer[begin]; }
  };

  void run();
  bool look_with_memory(base::Time until);
  // What happened until then, of all lanes in its order: DHCP and TFTP of one machine may come from
  // two workers. Whether there was anything.
  bool look(base::Time until);
  LaneReader* find_oldest(base::Time until);
  void take(std::span<sighting::Sighting> seen, base::Time now);

  BootSessionTable& sessions_;
  TransferList& transfers_;
  EventLog& events_;
  const OnCompleted on_completed_;
  // The thread's alone.
  std::vector<LaneReader> readers_;
  std::vector<sighting::Sighting> batch_;
  bool has_lost_ = false;
  std::mutex lock_;
  std::condition_variable wake_;
  bool is_stopping_ = false;  // under lock_
  std::thread thread_;
};

}  // namespace stentor::control
