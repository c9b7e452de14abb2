// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Requests whose answer is not due yet (dhcp::Park): each a copy of its frame, at most one a
// client, until its time comes. Nobody else waits for them. One thread; nothing is allocated after
// construction, and memory that has never held a request is never touched.

#include <array>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/untouched_vector.h"
#include "dhcp/server.h"
#include "worker/snapshot.h"
#include "worker/timing_wheel.h"

namespace stentor::worker {

// What is known of a request that was parked.
struct ParkedRequest {
  PortIndex port = 0;
  dhcp::NetworkIndex network = 0;
  base::Time since{};  // when its client was first told to wait
  std::optional<wire::Ipv4Address> probed{};
};

class ParkedRequests {
 public:
  // With a wait of a fifth of a second these are 80,000 a second.
  static constexpr std::uint32_t kCapacity = 16'384;
  // A longer frame is not kept: DHCP behind two tags on a link of 1,500 bytes.
  static constexpr std::size_t kFrameBytesMax = 1'526;

  explicit ParkedRequests(base::Time now, std::uint32_t capacity = kCapacity);

  // Whether `client` waits already; then `frame` takes the place of what is kept of it, and its
  // time stays. False: it does not wait, or the frame is too long, and nothing has changed.
  bool replace(std::uint64_t client, base::Bytes frame);
  // Keeps a request of a client that does not wait. False: there is no room for it.
  bool park(std::uint64_t client, base::Bytes frame, const ParkedRequest& request, base::Time due);

  // The next that is due, whose frame is then in `frame`; nullopt: none. Its place is free again.
  struct Due {
    ParkedRequest request;
    base::MutableBytes frame;
  };
  using Buffer = std::array<std::uint8_t, kFrameBytesMax>;
  std::optional<Due> take_due(base::Time now, Buffer& buffer);

  [[nodiscard]] std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Entry {
    std::uint64_t client = 0;
    base::Time due{};
    ParkedRequest request;
    std::uint16_t frame_bytes = 0;
  };

  [[nodiscard]] std::size_t cell_of(std::uint64_t client) const;
  void keep(std::uint32_t index, base::Bytes frame);
  void forget(std::uint32_t index);

  std::vector<Entry> entries_;
  base::UntouchedVector<Buffer> frames_;  // by entry
  // Entries: size_ of them are taken, the rest is a stack, whose top is at size_.
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> cells_;  // client -> entry, by linear probing; at most half full
  TimingWheel wheel_;
  // Taken out of the wheel, not yet out of here: due_[next_due_] to due_[due_count_ - 1].
  std::array<std::uint32_t, 64> due_{};
  std::size_t next_due_ = 0;
  std::size_t due_count_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace stentor::worker
