// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a LinkModel does to the frames of one core's machines: which are lost, which come twice,
// when each arrives, which have a bit flipped. Frames that arrive later are copied and held here,
// up to kHeldMax; what comes on top is dropped and counted. Everything follows from the seed.
//
// One thread. Not made at all for an ideal link.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "storm/scenario.h"
#include "storm/tally.h"
#include "wire/frame.h"

namespace stentor::storm {

class LinkFaults {
 public:
  static constexpr std::size_t kHeldMax = 16'384;
  static constexpr base::Duration kReorderMax = std::chrono::milliseconds{1};

  enum class Direction : std::uint8_t { to_machine, to_server };

  struct Held {
    Direction direction = Direction::to_machine;
    std::uint32_t machine = 0;
    base::Bytes bytes;
    wire::ReceiveChecksums device{};  // as it said of the frame before the link
  };

  // `frame_bytes_max`: of one frame.
  LinkFaults(const LinkModel& model, std::uint32_t machines, std::size_t frame_bytes_max,
             std::uint64_t seed);

  // Takes a copy of a frame that leaves or arrives, for when its time has come.
  void put(const Held& frame, base::Time now, Tally& tally);

  // Calls `deliver(const Held&)` for what is due, in order, as long as `may_go_on()`. True if there
  // was anything.
  template <typename Deliver, typename MayGoOn>
  bool deliver_due(base::Time now, Deliver deliver, MayGoOn may_go_on) {
    bool any = false;
    while (next_arrival() <= now && may_go_on()) {
      const Flight flight = take_first();
      deliver(Held{flight.direction,
                   flight.machine,
                   {slots_.get() + flight.slot * slot_bytes_, flight.length},
                   flight.device});
      free_slots_.push_back(flight.slot);  // room for all was reserved
      any = true;
    }
    return any;
  }

  [[nodiscard]] base::Time next_arrival() const {
    return flights_.empty() ? base::kNever : flights_.front().arrival;
  }

 private:
  struct Flight {
    base::Time arrival{};
    std::uint64_t order = 0;  // equal arrivals keep the order of sending
    std::uint32_t machine = 0;
    std::uint32_t slot = 0;
    std::uint16_t length = 0;
    wire::ReceiveChecksums device{};
    Direction direction = Direction::to_machine;

    friend bool operator>(const Flight& left, const Flight& right) {
      return left.arrival != right.arrival ? left.arrival > right.arrival
                                           : left.order > right.order;
    }
  };

  Flight take_first();
  void hold(const Held& frame, base::Time now, Tally& tally);
  [[nodiscard]] base::Time arrival_of(Direction direction, std::uint32_t machine, std::size_t bytes,
                                      base::Time now);
  void corrupt(base::MutableBytes frame);

  const LinkModel model_;
  base::Random random_;
  std::size_t slot_bytes_;
  std::unique_ptr<std::uint8_t[]> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Flight> flights_;         // a heap, the first to arrive in front
  std::vector<base::Time> busy_until_;  // by machine; empty without a rate
  std::uint64_t order_ = 0;
};

}  // namespace stentor::storm
