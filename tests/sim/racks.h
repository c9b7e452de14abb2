// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Machines that fetch one file each from a whole worker, through a network of given speeds: a port,
// behind it links with tail-drop buffers, behind each link some machines. Nothing is lost but in
// those buffers. On the simulation's clock, of one microsecond a step.

#include <queue>
#include <string>
#include <vector>

#include "client/tftp_client.h"
#include "sim/datagram.h"
#include "support/rig.h"

namespace stentor::sim {

struct RacksOptions {
  std::string tftp{};  // the configuration's section, like "pace: none"
  std::size_t links = 20;
  std::size_t machines_a_link = 10;
  std::uint64_t link_megabits = 1'000;
  std::uint64_t port_megabits = 100'000;
  std::size_t buffer_bytes = std::size_t{512} << 10;
  std::size_t file_bytes = std::size_t{8} << 20;
  base::Duration spread = std::chrono::milliseconds{100};  // in which they are switched on
  client::TftpProfile profile{};
  std::uint64_t seed = 5;   // of the moments at which they are switched on
  std::size_t workers = 1;  // each with a queue, over which frames of one flow are spread at random
  // Of nobody's: datagrams a second from addresses at random in the network, to the server's port.
  std::uint64_t flood_a_second = 0;
  ByteVector flood_message{};
  std::uint16_t flood_port = 69;
};

class Racks {
 public:
  explicit Racks(const RacksOptions& options);

  // From now on, at the options' rate.
  void start_flood() { is_flooded_ = true; }

  // Until every machine has its file or has given up; false after `limit`.
  bool run(base::Duration limit);

  [[nodiscard]] std::size_t complete() const;
  [[nodiscard]] std::size_t failed() const { return ended_ - complete(); }
  // Of the frames that left the port, how many found a full buffer.
  [[nodiscard]] double loss() const;
  // Bytes of files that arrived until now.
  [[nodiscard]] std::uint64_t bytes_received() const;
  // What the slowest machine had of its share of its link, from its start to its end.
  [[nodiscard]] double least_share() const;
  [[nodiscard]] support::Rig& rig() { return rig_; }

 private:
  struct Machine {
    client::TftpClient client;
    base::Time starts;
    base::Time ended = base::kNever;
    bool is_on = false;
  };
  struct Event {
    base::Time at;
    std::uint64_t order = 0;
    std::size_t machine = 0;
    bool is_to_server = false;
    Datagram datagram;

    friend bool operator<(const Event& a, const Event& b) {
      return std::pair(b.at, b.order) < std::pair(a.at, a.order);
    }
  };

  void wake_machines();
  void flood();
  void send(std::size_t index, const client::Outgoing& outgoing);
  void put(const Datagram& datagram);
  void leave_port();
  void route(ByteView frame);
  void deliver(const Event& event);
  void note_end(Machine& machine);

  const RacksOptions options_;
  support::Rig rig_;
  std::vector<Machine> machines_;
  std::priority_queue<Event> events_;
  std::vector<base::Time> link_free_at_;
  double port_credit_bits_ = 0;
  bool is_flooded_ = false;
  base::Random flood_random_{11};
  std::uint64_t flood_owed_ = 0;  // of a second's
  base::Random queue_random_{12};
  std::array<std::uint8_t, 1500> message_{};
  base::Time now_;
  std::uint64_t order_ = 0;
  std::uint64_t offered_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace stentor::sim
