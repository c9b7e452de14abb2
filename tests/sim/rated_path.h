// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One client that fetches one file from a whole Stentor over a path that has a rate: its blocks
// leave one after the other, so that a window queues. What a transfer's throughput is measured on;
// the World's links have no rate. Everything follows from the seed.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "client/tftp_client.h"
#include "sim/datagram.h"
#include "support/lossy_link.h"
#include "support/rig.h"

namespace stentor::sim {

struct PathOptions {
  std::uint64_t seed = 1;
  std::uint16_t windowsize = 16;
  std::uint64_t blocks = 16'000;
  // 1,538 bytes on the wire, with preamble and gap, at 1 Gb/s.
  base::Duration block_time = std::chrono::nanoseconds{12'304};
  unsigned round_trip_blocks = 16;  // the travel there and back, in block times
  double loss = 0;                  // of DATA and of ACKs
  double duplication = 0;           // likewise
  // From a tenth of a second after the start on, nothing passes for so long.
  base::Duration cut{};
  std::string rto_min = "20ms";
};

struct FetchResult {
  bool is_whole = false;  // every byte right, and no frame malformed
  // From the first block of the second window to the last of the file: who loses all of its first
  // window waits a second (RFC 6298), who loses what comes before it for the client's own timer.
  base::Duration time{};
  std::uint64_t bytes = 0;        // what came in that time
  base::Duration start{};         // what is left out: from the request to there
  std::uint64_t start_bytes = 0;  // what came in that
  std::uint64_t data_frames = 0;
};

class RatedPath {
 public:
  explicit RatedPath(const PathOptions& options);

  FetchResult fetch(base::Duration limit);

 private:
  [[nodiscard]] base::Time next_event() const;
  [[nodiscard]] bool is_cut() const;
  void send(const client::Outgoing& outgoing);
  void poll_server();
  void deliver(const Datagram& datagram);
  void take_block(std::uint64_t offset, base::Bytes bytes);

  PathOptions options_;
  client::TftpProfile profile_;
  base::Time now_;
  const base::Time cut_at_;
  ByteVector image_;
  std::unique_ptr<support::Rig> rig_;
  client::TftpClient client_;
  support::LossyLink<std::shared_ptr<const Datagram>> down_;
  support::LossyLink<std::shared_ptr<const ByteVector>> up_;
  base::Time free_at_;  // when the last block of the queue has left
  base::Time second_window_at_{};
  std::uint64_t bytes_before_ = 0;  // up to then
  std::uint64_t bytes_ = 0;
  bool is_right_ = true;
  std::uint64_t data_frames_ = 0;
  std::array<std::uint8_t, 600> message_{};
};

}  // namespace stentor::sim
