// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ACKs that wait until their leases are on disk (DESIGN section 5): whole frames, in the order of
// their tickets, which is the order in which the store commits them. One thread; nothing is
// allocated after construction, and memory that has never held a frame is never touched.

#include <array>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/untouched_vector.h"
#include "lease/table.h"
#include "sighting/sighting.h"
#include "worker/snapshot.h"

namespace stentor::worker {

struct PendingAck {
  std::uint64_t ticket = 0;
  lease::Lease lease{};
  base::Time since{};     // when its client asked, or had been made to wait for its answer
  base::Time received{};  // when its client asked
  PortIndex port = 0;
  std::uint16_t frame_bytes = 0;
  sighting::Glimpse glimpse{};  // of its client, once it has left
};

class PendingAcks {
 public:
  // With a commit of 20 ms these are 800,000 a second. A power of two.
  static constexpr std::size_t kCapacity = 16'384;
  // The longest answer of DHCP, behind two tags on a link of 1,500 bytes.
  static constexpr std::size_t kFrameBytesMax = 1'526;
  // A client counts its lease from when the ACK comes, and has asked again long before.
  static constexpr base::Duration kAgeMax = std::chrono::seconds{2};

  // `is_used`: else there is never room.
  explicit PendingAcks(bool is_used)
      : acks_(is_used ? kCapacity : 0), frames_(is_used ? kCapacity : 0) {}

  [[nodiscard]] std::size_t size() const { return tail_ - head_; }
  // False: there is no room for it, or the frame is too long.
  [[nodiscard]] bool has_room(std::size_t frame_bytes) const {
    return size() < acks_.size() && frame_bytes <= kFrameBytesMax;
  }
  // Where has_room(); `ack.ticket` is not less than those before.
  void hold(PendingAck ack, base::Bytes frame);

  // Where size() is not zero.
  [[nodiscard]] std::uint64_t newest_ticket() const {
    return acks_[(tail_ - 1) % kCapacity].ticket;
  }
  // The oldest, and its frame. Where size() is not zero.
  [[nodiscard]] const PendingAck& front() const { return acks_[head_ % kCapacity]; }
  [[nodiscard]] base::Bytes front_frame() const {
    return base::Bytes(frames_[head_ % kCapacity]).first(front().frame_bytes);
  }
  void pop() { ++head_; }

 private:
  using Buffer = std::array<std::uint8_t, kFrameBytesMax>;

  std::vector<PendingAck> acks_;
  base::UntouchedVector<Buffer> frames_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace stentor::worker
