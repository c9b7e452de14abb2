// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Machines, perhaps behind relays, and a whole Stentor on one faulty network and one clock. The
// clock leaps from event to event. Everything follows from the seed: the same options give the same
// run, frame by frame.
//
// What must hold at every moment (right bytes, one owner an address, well-formed frames, option 82
// back as it went) is checked at every moment, and gathered in faults().

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/address_ledger.h"
#include "sim/hostile.h"
#include "sim/machine.h"
#include "sim/relay.h"
#include "support/lossy_link.h"
#include "support/rig.h"

namespace stentor::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::size_t machines = 20;
  std::size_t workers = 1;
  std::size_t pool = 1000;        // addresses
  std::string lease_time = "1h";  // of every lease
  support::LinkFaults faults{};   // in each direction
  std::size_t relays = 0;         // 0: the machines are on the server's link
  double hostility = 0;           // hostile frames for each frame of a machine
  std::vector<BootPlan> plans{kBootPlans.begin(), kBootPlans.end()};  // machines in turn
  std::size_t scale = 1;                                              // of the files' sizes
  base::Duration power_on_spread = std::chrono::seconds{2};
  bool own_kernels = false;  // every machine has a kernel of its own, in a folder of its own
};

// STENTOR_SIM_SEED if it is set, else `seed`.
std::uint64_t seed_or(std::uint64_t seed);

// How long a transfer may live on after its client died: RFC 1350's give-up time here is a minute
// of silence and the back-off that is under way then.
inline constexpr base::Duration kGiveUpTime = std::chrono::seconds{70};

class World {
 public:
  explicit World(const WorldOptions& options);

  // Until `done` (looked at after each event) or `limit` of simulated time. True: done.
  bool run_until(const std::function<bool()>& done, base::Duration limit);
  void run_for(base::Duration duration);
  bool run_until_all_booted(base::Duration limit);
  // As SIGHUP, with other addresses of the one subnet: "pools: [...], reservations: [...]"; empty:
  // those of the options.
  void reload(const std::string& addresses);
  // Once, `delay` from now.
  void after(base::Duration delay, std::function<void()> action);
  // Frames that a machine has made outside of an event (release(), restart_fetch()) leave.
  void flush(Machine& machine);

  Machine& machine(std::size_t index) { return *machines_[index]; }
  [[nodiscard]] std::size_t machines() const { return machines_.size(); }
  [[nodiscard]] std::size_t booted() const;
  [[nodiscard]] base::Time now() const { return now_; }
  base::Random& random() { return random_; }
  support::Rig& rig() { return *rig_; }
  [[nodiscard]] const AddressLedger& ledger() const { return ledger_; }
  [[nodiscard]] bool has_live_transfers();

  // DATA frames that the server sent, and those that no server could have done without: blocks of
  // the files that machines fetched whole.
  [[nodiscard]] std::uint64_t data_frames() const { return data_frames_; }
  [[nodiscard]] std::uint64_t blocks() const;
  [[nodiscard]] std::uint64_t window_blocks() const;

  // All that went wrong, a line each; empty if nothing did.
  [[nodiscard]] std::string faults() const;
  // Machines that have not booted, a line each.
  [[nodiscard]] std::string stragglers() const;

 private:
  struct Uplink {
    ByteVector frame;
    std::size_t queue = 0;
    std::uint32_t released = 0;  // the address that this RELEASE gives back
  };
  struct Action {
    base::Time at;
    std::function<void()> run;
  };

  const Images& images_of(std::size_t number);
  [[nodiscard]] base::Time next_event();
  void step(base::Time now);
  void send(const Machine& machine, const Datagram& datagram);
  void send_frame(const Datagram& datagram, std::string_view source_mac, bool to_broadcast);
  void poll_server();
  void note_sent(ByteView frame);
  void deliver(const ServerFrame& frame);
  void deliver_relayed(const Relay& relay, const Datagram& datagram);

  WorldOptions options_;
  base::Time now_;
  base::Random random_;
  Images images_;
  std::deque<Images> own_images_;  // as each machine sees them
  std::unique_ptr<support::Rig> rig_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<Relay> relays_;
  Hostile hostile_;
  AddressLedger ledger_;
  support::LossyLink<std::shared_ptr<const Uplink>> up_;
  support::LossyLink<std::shared_ptr<const ServerFrame>> down_;
  std::vector<Action> actions_;
  std::map<std::string, Machine*> by_mac_;
  std::uint64_t data_frames_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace stentor::sim
