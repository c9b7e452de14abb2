// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What becomes of one received frame. dispatch() returns exactly one of these for each.

#include <cstddef>
#include <cstdint>

#include "wire/drop_reason.h"
#include "worker/snapshot.h"

namespace stentor::worker {

// A whole frame stands in the caller's buffer, to be sent back on the queue of the request.
struct Replied {
  std::size_t frame_bytes = 0;
};

// The same, with an answer that nobody's boot waits for, and that anybody can draw: a refusal, an
// echo.
struct MinorReply {
  std::size_t frame_bytes = 0;
};

// Another worker of the same port owns what the frame is about.
struct HandOver {
  WorkerIndex worker = 0;
  bool is_of_transfer = false;  // an ACK or ERROR; otherwise it begins something
};

// A transfer may have frames to send.
struct Ready {};

// Whatever was in it is taken care of, and nothing is to be sent: a request that waits, an answer
// to a conflict check.
struct Taken {};

// One of the six, in one register: a std::variant would go through memory for every frame.
class Verdict {
 public:
  enum class Kind : std::uint8_t { drop, reply, minor_reply, hand_over, ready, taken };

  Verdict(wire::DropReason reason) : Verdict(Kind::drop, static_cast<std::uint32_t>(reason)) {}
  Verdict(Replied reply) : Verdict(Kind::reply, static_cast<std::uint32_t>(reply.frame_bytes)) {}
  Verdict(MinorReply reply)
      : Verdict(Kind::minor_reply, static_cast<std::uint32_t>(reply.frame_bytes)) {}
  Verdict(HandOver crossing)
      : Verdict(Kind::hand_over, crossing.worker | (crossing.is_of_transfer ? kOfTransfer : 0)) {}
  Verdict(Ready) : Verdict(Kind::ready, 0) {}
  Verdict(Taken) : Verdict(Kind::taken, 0) {}

  [[nodiscard]] Kind kind() const { return kind_; }
  // Each only of its kind.
  [[nodiscard]] wire::DropReason reason() const { return static_cast<wire::DropReason>(value_); }
  [[nodiscard]] std::size_t frame_bytes() const { return value_; }
  [[nodiscard]] HandOver crossing() const {
    return {.worker = static_cast<WorkerIndex>(value_),
            .is_of_transfer = (value_ & kOfTransfer) != 0};
  }

 private:
  static constexpr std::uint32_t kOfTransfer = std::uint32_t{1} << 16;

  Verdict(Kind kind, std::uint32_t value) : value_(value), kind_(kind) {}

  std::uint32_t value_;
  Kind kind_;
};
static_assert(sizeof(Verdict) == 8);

}  // namespace stentor::worker
