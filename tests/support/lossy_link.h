// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One direction of a network that loses, duplicates and reorders messages, on the test's own clock.
// The same seed and the same sends give the same arrivals. Any message type that can be copied.

#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace stentor::support {

// Probabilities for each message.
struct LinkFaults {
  double loss = 0;
  double duplication = 0;
  double reordering = 0;  // arrives `lag` later than its turn
  base::Duration delay = std::chrono::milliseconds{1};
  base::Duration lag = std::chrono::milliseconds{2};
};

template <typename Message>
class LossyLink {
 public:
  LossyLink(std::uint64_t seed, const LinkFaults& faults) : random_(seed), faults_(faults) {}

  void send(const Message& message, base::Time now) {
    ++sent_;
    if (random_.chance(faults_.loss)) return;
    enqueue(message, now);
    if (random_.chance(faults_.duplication)) enqueue(message, now);
  }

  // The message that has arrived first by `now`, if any.
  std::optional<Message> receive(base::Time now) {
    if (next_arrival() > now) return std::nullopt;
    Message message = in_flight_.top().message;
    in_flight_.pop();
    return message;
  }

  // When receive() has something; kNever on an empty link.
  [[nodiscard]] base::Time next_arrival() const {
    return in_flight_.empty() ? base::kNever : in_flight_.top().arrival;
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  struct InFlight {
    base::Time arrival;
    std::uint64_t order = 0;  // equal arrivals keep the order of sending
    Message message;

    friend bool operator>(const InFlight& left, const InFlight& right) {
      return std::pair(left.arrival, left.order) > std::pair(right.arrival, right.order);
    }
  };

  void enqueue(const Message& message, base::Time now) {
    const base::Duration lag =
        random_.chance(faults_.reordering) ? faults_.lag : base::Duration::zero();
    in_flight_.push({now + faults_.delay + lag, order_++, message});
  }

  base::Random random_;
  LinkFaults faults_;
  std::priority_queue<InFlight, std::vector<InFlight>, std::greater<>> in_flight_;
  std::uint64_t order_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace stentor::support
