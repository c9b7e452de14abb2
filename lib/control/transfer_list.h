// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The transfers that run, made of what workers tell of them: at the begin, once a second, and at
// the end. One whose begin was not told, for its worker's lane was full, is not in the list; one
// whose end was not goes from it once nothing was told of it for kUntoldMax.
//
// Threads: one takes sightings, any reads; a lock is between them, held for a batch or for a page.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sighting/sighting.h"

namespace stentor::control {

// A client has one transfer from each of its ports: it begins another there by ending the first.
struct TransferKey {
  wire::Ipv4Address address{};
  std::uint16_t port = 0;

  friend auto operator<=>(const TransferKey&, const TransferKey&) = default;
  // "10.20.0.7:2070".
  [[nodiscard]] std::string text() const;
  static std::optional<TransferKey> parse(std::string_view text);
};

struct RunningTransfer {
  wire::MacAddress mac{};     // zero: not known
  std::uint16_t network = 0;  // as sightings count them
  std::string file{};
  base::Time began{};
  base::Time heard{};  // its client, as far as was told
  std::uint64_t file_bytes = 0;
  std::uint64_t bytes = 0;  // that its client has
  std::uint32_t resent = 0;

  // Bytes a second until it was last heard; 0: not known yet.
  [[nodiscard]] std::uint64_t rate() const;
};

class TransferList {
 public:
  // A silent client is told of each time that it is sent to again: after 255 s at the latest, the
  // longest `timeout` of RFC 2349.
  static constexpr base::Duration kUntoldMax = std::chrono::seconds{2 * 255};

  using Row = std::pair<const TransferKey, RunningTransfer>;

  // `now`: when they are told, of the clock that they are dated by.
  void take(std::span<const sighting::Sighting> seen, base::Time now);
  // Those of which too long nothing was told; looked for once in a while.
  void forget_untold(base::Time now);

  // In the order of keys, `count` of those that follow `after`, or of the first; with `address`, of
  // that client alone.
  [[nodiscard]] std::vector<Row> rows(const std::optional<TransferKey>& after,
                                      const std::optional<wire::Ipv4Address>& address,
                                      std::size_t count) const;

 private:
  struct Entry {
    RunningTransfer transfer;
    base::Time told;
  };

  mutable std::mutex lock_;
  // Under lock_. Sorted, for pages, and for keys that clients choose.
  std::map<TransferKey, Entry> entries_;
  base::Time forgot_{};  // the taking thread's
};

}  // namespace stentor::control
