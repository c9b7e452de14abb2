// SPDX-License-Identifier: BSD-3-Clause
// How many machines a second one worker gives an address, DISCOVER to ACK, when ten times as many
// ask as it can serve: machines, receive ring and worker in one thread, on a clock that advances by
// the CPU time of the worker's polls alone. The ring drops what finds it full, as a NIC does. A
// machine whose REQUEST is lost asks again after 1, 2 and 4 s, and gives up 8 s later; one whose
// DISCOVER is lost is one of those that ask anew. Prints one JSON object.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <random>

#include "calendar.h"
#include "receive_ring.h"
#include "rom_frame.h"
#include "stretch.h"
#include "support/service.h"
#include "timed_worker.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kMachines = 8'388'608;
constexpr std::array<std::int64_t, 4> kRetrySeconds{1, 2, 4, 8};
constexpr std::size_t kBurst = 32;

constexpr std::size_t kDhcp = 42;  // Ethernet, IPv4, UDP
constexpr std::size_t kYiaddr = kDhcp + 16;
constexpr std::size_t kMachine = kDhcp + 28 + 2;  // the last four bytes of chaddr
constexpr std::size_t kType = kDhcp + 240 + 2;

support::ByteVector request() { return rom_frame(3, {{54, {10, 0, 0, 2}}, {50, {0, 0, 0, 0}}}); }

// Where the one option 50 of request() has its address.
std::size_t address_offset(const support::ByteVector& request) {
  constexpr std::array<std::uint8_t, 6> kEmpty{50, 4, 0, 0, 0, 0};
  const auto found = std::ranges::search(request, kEmpty);
  CHECK(!found.empty());
  return static_cast<std::size_t>(found.begin() - request.begin()) + 2;
}

struct Answer {
  std::uint32_t machine = 0;
  std::uint32_t address = 0;
  bool is_ack = false;
};

// The receive ring, and what the worker has sent since it was last looked at.
class NicQueue : public ReceiveRing {
 public:
  NicQueue()
      : ReceiveRing(std::max(rom_frame(1).size(), request().size())),
        discover_(rom_frame(1)),
        request_(request()),
        address_(address_offset(request_)) {
    answers_.reserve(kDescriptors);
  }

  void arrive_discover(std::uint32_t machine) {
    base::store_big_endian(put(discover_).data() + kMachine, machine);
  }
  void arrive_request(std::uint32_t machine, std::uint32_t address) {
    support::ByteVector& frame = put(request_);
    base::store_big_endian(frame.data() + kMachine, machine);
    base::store_big_endian(frame.data() + address_, address);
  }
  [[nodiscard]] std::span<const Answer> answers() const { return answers_; }
  void forget_answers() { answers_.clear(); }

  Frame make(base::Bytes frame) {
    answers_.push_back({base::load_big_endian<std::uint32_t>(frame.data() + kMachine),
                        base::load_big_endian<std::uint32_t>(frame.data() + kYiaddr),
                        frame[kType] == 5});
    return SinkQueue::make(frame);
  }

 private:
  const support::ByteVector discover_, request_;
  const std::size_t address_;
  std::vector<Answer> answers_;
};

// Machines that begin anew when they are done, or have given up.
class Machines {
 public:
  struct Counts {
    std::uint64_t discovers = 0, requests = 0, acks = 0, given_up = 0;
  };

  Machines(NicQueue& nic, base::Time now)
      : nic_(nic), states_(kMachines), calendar_(now), idle_(kMachines) {
    std::iota(idle_.begin(), idle_.end(), 0);
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }

  // From now on they ask in another order than that of their addresses, of which an overload leaves
  // nothing: neighbours are found sooner in the table.
  void shuffle() {
    std::vector<std::uint32_t> queue;
    for (; idle_head_ != idle_tail_; ++idle_head_) queue.push_back(idle_[idle_head_ % kMachines]);
    std::ranges::shuffle(queue, random_);
    for (const std::uint32_t machine : queue) idle_[idle_tail_++ % kMachines] = machine;
  }

  void hear() {
    for (const Answer& answer : nic_.answers()) {
      State& state = states_[answer.machine];
      if (answer.is_ack) {
        if (!state.is_requesting) continue;
        ++counts_.acks;
        end(answer.machine);
      } else if (!state.is_requesting) {
        state.address = answer.address;
        state.tries = 0;
        state.is_requesting = true;
        ++requesting_;
        ready_.push_back(answer.machine);
      }
    }
    nic_.forget_answers();
  }

  // DISCOVERs and the REQUESTs that are due, in any order; what finds no room is lost.
  void ask(std::uint64_t discovers, base::Time now) {
    collect_due(now);
    std::uint64_t requests = ready_.size();
    while (nic_.room() != 0 && discovers + requests != 0) {
      if (random_() % (discovers + requests) < requests) {
        send_request(ready_[--requests], true, now);
      } else {
        --discovers;
        if (requesting_ == kMachines) continue;
        nic_.arrive_discover(next_idle());
        ++counts_.discovers;
      }
    }
    while (requests != 0) send_request(ready_[--requests], false, now);
    ready_.clear();
  }

  [[nodiscard]] std::size_t requests_due(base::Time now) {
    collect_due(now);
    return ready_.size();
  }

 private:
  struct State {
    std::uint32_t address = 0;
    std::uint8_t round = 0;  // of its exchanges: what an earlier one has scheduled means nothing
    std::uint8_t tries = 0;
    bool is_requesting = false;
    bool is_queued = true;  // in idle_
  };
  void end(std::uint32_t machine) {
    State& state = states_[machine];
    state.is_requesting = false;
    ++state.round;
    --requesting_;
    if (!state.is_queued) {
      state.is_queued = true;
      idle_[idle_tail_++ % kMachines] = machine;
    }
  }
  void collect_due(base::Time now) {
    calendar_.collect(now, [this](const Calendar::Due& due) {
      const State& state = states_[due.machine];
      if (state.is_requesting && state.round == due.round) ready_.push_back(due.machine);
    });
  }
  void send_request(std::uint32_t machine, bool has_room, base::Time now) {
    State& state = states_[machine];
    if (state.tries == kRetrySeconds.size()) {
      end(machine);
      ++counts_.given_up;
      return;
    }
    if (has_room) {
      nic_.arrive_request(machine, state.address);
      ++counts_.requests;
    }
    calendar_.schedule({machine, state.round},
                       now + std::chrono::seconds{kRetrySeconds[state.tries++]});
  }
  std::uint32_t next_idle() {
    for (;;) {
      const std::uint32_t machine = idle_[idle_head_++ % kMachines];
      if (!states_[machine].is_requesting) {
        idle_[idle_tail_++ % kMachines] = machine;
        return machine;
      }
      states_[machine].is_queued = false;
    }
  }

  NicQueue& nic_;
  std::vector<State> states_;
  Calendar calendar_;
  std::vector<std::uint32_t> ready_;
  // Who asks next, and machines that have begun meanwhile.
  std::vector<std::uint32_t> idle_;
  std::uint64_t idle_head_ = 0;
  std::uint64_t idle_tail_ = kMachines;
  std::uint32_t requesting_ = 0;
  std::mt19937 random_{1};
  Counts counts_;
};

class Bench {
 public:
  // To every machine.
  void give_addresses() {
    while (machines_.counts().acks < kMachines) advance(0, 1);
    machines_.shuffle();
  }

  struct Rate {
    double acks = 0, discovers = 0, requests = 0, given_up = 0;  // a second
  };
  // DISCOVERs a second from machines; 0: as many as keep the ring full, of which the worker finds a
  // burst each time. So its frames lie as long in memory as in an overload, and as cold.
  Rate run(double discovers, double settle_seconds, double seconds) {
    advance(discovers, settle_seconds);
    const Machines::Counts before = machines_.counts();
    const base::Time begin = now_;
    advance(discovers, seconds);
    const double took = std::chrono::duration<double>(now_ - begin).count();
    const Machines::Counts& after = machines_.counts();
    const auto rate = [took](std::uint64_t from, std::uint64_t to) {
      return static_cast<double>(to - from) / took;
    };
    return {rate(before.acks, after.acks), rate(before.discovers, after.discovers),
            rate(before.requests, after.requests), rate(before.given_up, after.given_up)};
  }
  [[nodiscard]] const worker::Counters& counters() const { return worker_.counters(); }

 private:
  void advance(double rate, double seconds) {
    const base::Time end =
        now_ + std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
    double owed = 0;
    base::Duration took{};
    while (now_ < end) {
      if (rate == 0) {
        const std::size_t requests = machines_.requests_due(now_);
        owed = requests < nic_.room() ? static_cast<double>(nic_.room() - requests) : 0;
        nic_.allow(kBurst);
      } else {
        nic_.allow(NicQueue::kDescriptors);
        owed += rate * std::chrono::duration<double>(took).count();
      }
      const auto whole = static_cast<std::uint64_t>(owed);
      owed -= static_cast<double>(whole);
      machines_.ask(whole, now_);
      took = worker_.poll(now_);
      now_ += took;
      machines_.hear();
    }
  }

  support::Service service_{
      one_pool_config("10.0.0.2/8", "10.0.0.0/8", "10.1.0.0-10.160.255.255"), {{"file", {1}}}, 1};
  NicQueue nic_;
  base::Time now_{std::chrono::hours{1}};
  Machines machines_{nic_, now_};
  TimedWorker<NicQueue> worker_{service_, nic_, /*transfers_max=*/1, now_};
};

struct Options {
  double factor = 10;
  Stretch stretch;
};

int run(const Options& options) {
  Bench bench;
  bench.give_addresses();
  const Bench::Rate peak = bench.run(0, 1, options.stretch.seconds);
  const Bench::Rate flood =
      bench.run(options.factor * peak.acks, options.stretch.settle, options.stretch.seconds);
  std::printf(
      "{\"peak\": %.0f, \"overloaded\": %.0f, \"discovers_taken\": %.0f, \"requests_taken\": %.0f, "
      "\"given_up\": %.0f}\n",
      peak.acks, flood.acks, flood.discovers, flood.requests, flood.given_up);
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) {
  stentor::perf::Options options;
  CLI::App app{"Machines a second that get an address while more ask than one worker can serve"};
  app.add_option("--factor", options.factor, "times what it can carry")
      ->check(CLI::Range(0.1, 1000.0));
  options.stretch.add_to(app);
  CLI11_PARSE(app, argc, argv);
  return stentor::perf::run(options);
}
