// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a LinkModel does to the frames of one core's machines: which are lost, which come twice,
// when each arrives, which have a bit flipped. Frames that arrive later are copied and held here,
// up to held_max(); what comes on top is dropped and counted.
//
// What befalls a frame follows from the seed, its machine, its direction and how many frames that
// machine had in that direction before: neither the other machines' frames nor time change it.
//
// One thread. Not made at all for an ideal link.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "storm/scenario.h"
#include "storm/tally.h"
#include "wire/frame.h"

namespace stentor::storm {

class LinkFaults {
 public:
  // Memory for held frames is touched as frames are held: the ceiling costs a small storm nothing.
  static constexpr std::size_t kHeldMin = 16'384;
  static constexpr std::size_t kHeldBytesMax = std::size_t{512} << 20;
  static constexpr std::uint64_t kWindowUsual = 64;  // blocks
  static constexpr base::Duration kReorderMax = std::chrono::milliseconds{1};

  enum class Direction : std::uint8_t { to_machine, to_server };

  struct Held {
    Direction direction = Direction::to_machine;
    std::uint32_t machine = 0;
    base::Bytes bytes;
    wire::ReceiveChecksums device{};  // as it said of the frame before the link
  };

  struct Share {
    // Machine i of the core is number i * cores + core of the storm, which its faults are drawn by.
    std::size_t core;
    std::size_t cores;
    std::uint64_t window_blocks;  // of all machines of the core together; 0: the usual ones'
  };
  static Share share_of(const Plan& plan, std::size_t core);

  // `frame_bytes_max`: of one frame.
  LinkFaults(const LinkModel& model, std::uint32_t machines, std::size_t frame_bytes_max,
             std::uint64_t seed, const Share& share = {0, 1, 0});

  // Two windows of each machine: one comes twice where each frame does.
  [[nodiscard]] std::size_t held_max() const { return held_max_; }

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

  // What a machine's own link remembers.
  struct MachineLink {
    base::Time busy_until{};
    std::array<std::uint32_t, 2> frames{};  // that were put on it, by Direction
  };

  // The chances of one frame, each with a number of its own: how likely one fault is does not
  // change which frames another hits.
  struct Dice;

  Flight take_first();
  void hold(const Held& frame, const Dice& dice, std::uint64_t copy, base::Time now, Tally& tally);
  [[nodiscard]] base::Time arrival_of(Direction direction, std::uint32_t machine, std::size_t bytes,
                                      base::Time now);

  const LinkModel model_;
  const std::uint64_t seed_;
  const Share share_;
  const std::size_t slot_bytes_;
  const std::size_t held_max_;
  std::unique_ptr<std::uint8_t[]> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Flight> flights_;     // a heap, the first to arrive in front
  std::vector<MachineLink> links_;  // by machine
  std::uint64_t order_ = 0;
};

}  // namespace stentor::storm
