// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Machines that fetch one file by TFTP, 1,468 bytes a block and windows of 16, by the million, for
// tftp_overload: open-loop, so that a server which is too slow does not slow them down. They answer
// at once; what they say waits in the ring of TftpQueue, or is lost there. Each has an address of
// its own, and no lease. One thread.
//
// They behave as client::TftpClient does with retries after 1, 2, 4 and 8 s, at 16 bytes each in
// place of its 80, and see headers alone: their memory is in the worker's caches, too.

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "calendar.h"
#include "receive_ring.h"
#include "support/tftp_builder.h"
#include "wire/data_header.h"

namespace stentor::perf {

// The ring, and the headers of what the worker has sent since it was last looked at.
class TftpQueue : public ReceiveRing {
 public:
  TftpQueue();

  // What a machine hears, of an OACK or a block.
  struct Heard {
    std::uint32_t machine = 0;
    std::uint16_t client_port = 0;
    std::uint16_t server_port = 0;
    std::uint16_t number = 0;  // of the block; 0: the OACK
    bool is_last = false;
  };

  // There is room(). A request where the server's port is 0.
  void arrive(std::uint32_t machine, std::uint16_t client_port, std::uint16_t server_port,
              std::uint16_t block);
  [[nodiscard]] std::size_t heard() const { return count_; }
  [[nodiscard]] Heard heard(std::size_t at) const;
  void forget_heard() { count_ = 0; }

  // The worker's side.
  Frame make(base::Bytes frame) {
    support::ByteVector& header = next(0);
    std::ranges::copy(frame.first(std::min(frame.size(), header.size())), header.begin());
    return &header;
  }
  template <worker::DataSource Source>
  Frame make_data(const Source& data) {
    support::ByteVector& header = next(data.payload().size());
    data.write_header(header.data());
    return &header;
  }

 private:
  // More than a loop sends.
  static constexpr std::size_t kHeaders = 256;

  support::ByteVector& next(std::size_t payload_bytes) {
    CHECK(count_ != kHeaders);
    payload_bytes_[count_] = static_cast<std::uint16_t>(payload_bytes);
    return headers_[count_++];
  }

  const support::ByteVector request_, ack_;
  std::vector<support::ByteVector> headers_;
  std::array<std::uint16_t, kHeaders> payload_bytes_{};
  std::size_t count_ = 0;
};

class TftpMachines {
 public:
  static constexpr const char* kFile = "file";
  static constexpr std::uint16_t kBlksize = 1468;
  static constexpr std::uint16_t kWindow = 16;
  static constexpr std::size_t kFileBytes = std::size_t{1} << 20;

  struct Counts {
    std::uint64_t begun = 0;         // machines
    std::uint64_t requests = 0;      // that found room in the ring
    std::uint64_t ring_lost = 0;     // frames that did not
    std::uint64_t files = 0;         // whole
    std::uint64_t given_up = 0;      // machines without an answer
    std::uint64_t bytes_whole = 0;   // of what was counted, with files that became whole
    std::uint64_t bytes_broken = 0;  // and with machines that gave up
  };

  TftpMachines(TftpQueue& nic, base::Time now);

  // So many are switched on, as long as any is off.
  void begin(std::uint32_t count, base::Time now);
  // Whoever has its file asks anew.
  void repeat(bool repeats) { repeats_ = repeats; }
  // What they have to say, in any order; what finds no room is lost.
  void speak(base::Time now);
  // What the worker has sent.
  void hear(base::Time now);

  // Blocks that arrive from now on are counted, or are not, once it is known whether their file is
  // whole in the end.
  void count(bool counts) { counts_blocks_ = counts; }
  // Machines that have blocks of which that is not known yet.
  [[nodiscard]] std::uint32_t undecided() const { return undecided_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  enum class Phase : std::uint8_t { idle, requested, receiving, done };
  struct State {
    std::uint32_t waits_since = 0;  // a slot of the calendar, of 2^32
    std::uint16_t server_port = 0;
    std::uint16_t block = 0;    // the newest in order
    std::uint16_t counted = 0;  // blocks
    std::uint8_t boot = 0;      // its port is another each time
    std::uint8_t round = 0;     // of its entry in the calendar, which has one that counts
    std::uint8_t window = 0;    // blocks since the last ACK
    std::uint8_t tries = 0;
    Phase phase = Phase::idle;
    bool has_reported = false;  // a gap, since the last block in order
  };
  static_assert(sizeof(State) == 16);
  struct Message {
    std::uint32_t machine = 0;
    std::uint16_t client_port = 0;
    std::uint16_t server_port = 0;
    std::uint16_t block = 0;
  };

  static std::uint32_t slot_of(base::Time time) {
    return static_cast<std::uint32_t>(Calendar::slot_of(time));
  }
  static std::uint16_t port_of(const State& state) {
    return static_cast<std::uint16_t>(2070 + state.boot);
  }
  void ask(std::uint32_t machine, base::Time now);
  void say(std::uint32_t machine);
  void schedule(std::uint32_t machine, std::uint32_t slots, base::Time now);
  void on_due(const Calendar::Due& due, base::Time now);
  void hear(const TftpQueue::Heard& heard, base::Time now);
  void take_block(const TftpQueue::Heard& heard, base::Time now);
  void note_progress(State& state, std::uint32_t machine, base::Time now);
  void end(std::uint32_t machine, bool is_whole);

  TftpQueue& nic_;
  std::vector<State> states_;
  Calendar calendar_;
  std::vector<std::uint32_t> idle_;  // a circle: who is switched on next
  std::uint64_t idle_head_ = 0;
  std::uint64_t idle_tail_;
  std::vector<Message> messages_;
  std::mt19937 random_{1};
  bool repeats_ = false;
  bool counts_blocks_ = false;
  std::uint32_t undecided_ = 0;
  Counts counts_;
};

}  // namespace stentor::perf
