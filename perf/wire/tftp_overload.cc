// SPDX-License-Identifier: BSD-3-Clause
// How much of whole files one worker sends when ten times as many machines ask as it can serve:
// machines, receive ring and worker in one thread, on a clock that advances by the CPU time of the
// worker's polls alone. The ring drops what finds it full, as a NIC does. A machine asks once more
// after 1, 2 and 4 s in which nothing came, acknowledges what it has then if it has an answer, and
// gives up 8 s later; others are switched on meanwhile, without end. What counts are the bytes that
// arrive in a stretch of time, of files that were whole in the end. Prints one JSON object.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "rom_frame.h"
#include "stretch.h"
#include "support/service.h"
#include "tftp_machines.h"
#include "timed_worker.h"

namespace stentor::perf {
namespace {

// Less than what the ring has room for.
constexpr std::uint32_t kBegunAtOnce = 16;

struct Options {
  double factor = 10;
  std::uint32_t machines = 1'000;
  Stretch stretch;
};

// A second.
struct Rates {
  double goodput = 0;    // bytes of files that were whole in the end
  double broken = 0;     // bytes of files of which the machine gave up
  double files = 0;      // whole
  double begun = 0;      // machines that were switched on
  double requests = 0;   // that the ring had room for
  double shed = 0;       // of these, those that the worker dropped
  double ring_lost = 0;  // frames that found no room in the ring
  double given_up = 0;   // machines that never had an answer
  double resent = 0;     // blocks
  double replaced = 0;   // transfers
  double worker_given_up = 0;
  double loops = 0;
  std::uint32_t live = 0;  // at the end
};

class Bench {
 public:
  explicit Bench(std::uint32_t machines) : machines_(nic_, now_), closed_loop_(machines) {}

  // So many machines, each of which asks anew when it has its file.
  Rates run_closed_loop(double settle_seconds, double seconds) {
    machines_.repeat(true);
    for (std::uint32_t left = closed_loop_; left != 0;) {
      const std::uint32_t count = std::min<std::uint32_t>(left, kBegunAtOnce);
      machines_.begin(count, now_);
      loop();
      left -= count;
    }
    const Rates rates = run(0, settle_seconds, seconds);
    machines_.repeat(false);
    return rates;
  }
  // Machines a second that are switched on.
  Rates run(double rate, double settle_seconds, double seconds) {
    advance(rate, settle_seconds);
    const Sums before = sums();
    const base::Time begin = now_;
    machines_.count(true);
    advance(rate, seconds);
    machines_.count(false);
    const double took = std::chrono::duration<double>(now_ - begin).count();
    Rates rates = rates_of(before, sums(), took);
    // Until each machine that has some of what was counted has all of its file, or has given up.
    while (machines_.undecided() != 0) advance(rate, 0.01);
    const auto& ends = machines_.counts();
    rates.goodput = static_cast<double>(ends.bytes_whole - before.machines.bytes_whole) / took;
    rates.broken = static_cast<double>(ends.bytes_broken - before.machines.bytes_broken) / took;
    return rates;
  }

 private:
  struct Sums {
    TftpMachines::Counts machines;
    std::uint64_t shed = 0, resent = 0, replaced = 0, given_up = 0, loops = 0;
  };

  Sums sums() const {
    using wire::DropReason;
    const worker::Counters& worker = worker_.counters();
    const auto drops = [&worker](DropReason reason) {
      return worker.drops[static_cast<std::size_t>(reason)].value();
    };
    return {machines_.counts(),
            drops(DropReason::tftp_overload) + drops(DropReason::tftp_transfers_full),
            worker.blocks_resent.value(),
            worker.transfers_replaced.value(),
            worker.transfers_given_up.value(),
            loops_};
  }
  Rates rates_of(const Sums& before, const Sums& after, double seconds) const {
    const auto rate = [seconds](std::uint64_t from, std::uint64_t to) {
      return static_cast<double>(to - from) / seconds;
    };
    const worker::Counters& worker = worker_.counters();
    const std::uint64_t ended =
        worker.transfers_completed.value() + after.given_up + after.replaced;
    return {.files = rate(before.machines.files, after.machines.files),
            .begun = rate(before.machines.begun, after.machines.begun),
            .requests = rate(before.machines.requests, after.machines.requests),
            .shed = rate(before.shed, after.shed),
            .ring_lost = rate(before.machines.ring_lost, after.machines.ring_lost),
            .given_up = rate(before.machines.given_up, after.machines.given_up),
            .resent = rate(before.resent, after.resent),
            .replaced = rate(before.replaced, after.replaced),
            .worker_given_up = rate(before.given_up, after.given_up),
            .loops = rate(before.loops, after.loops),
            .live = static_cast<std::uint32_t>(worker.transfers_begun.value() - ended)};
  }

  void advance(double rate, double seconds) {
    const base::Time end =
        now_ + std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
    double owed = 0;
    base::Duration took{};
    while (now_ < end) {
      owed += rate * std::chrono::duration<double>(took).count();
      const auto whole = static_cast<std::uint32_t>(owed);
      owed -= whole;
      machines_.begin(whole, now_);
      took = loop();
    }
  }
  // Returns what the worker took.
  base::Duration loop() {
    machines_.speak(now_);
    const base::Duration took = worker_.poll(now_);
    now_ += took;
    ++loops_;
    machines_.hear(now_);
    return took;
  }

  support::Service service_{one_pool_config("10.0.0.2/8", "10.0.0.0/8", "10.0.0.16-10.0.0.31"),
                            {{TftpMachines::kFile, support::patterned(TftpMachines::kFileBytes)}},
                            1};
  TftpQueue nic_;
  base::Time now_{std::chrono::hours{1}};
  TftpMachines machines_;
  const std::uint32_t closed_loop_;
  std::uint64_t loops_ = 0;
  TimedWorker<TftpQueue> worker_{service_, nic_, config::Tftp{}.transfers_max, now_};
};

void print(const char* name, const Rates& rates) {
  std::printf(
      "\"%s\": {\"goodput\": %.0f, \"broken\": %.0f, \"files\": %.0f, \"begun\": %.0f, "
      "\"requests\": %.0f, \"shed\": %.0f, \"ring_lost\": %.0f, \"given_up\": %.0f, "
      "\"blocks_resent\": %.0f, \"replaced\": %.0f, \"transfers_given_up\": %.0f, "
      "\"loops\": %.0f, \"live\": %u}",
      name, rates.goodput, rates.broken, rates.files, rates.begun, rates.requests, rates.shed,
      rates.ring_lost, rates.given_up, rates.resent, rates.replaced, rates.worker_given_up,
      rates.loops, rates.live);
}

int run(const Options& options) {
  Bench bench(options.machines);
  const Rates peak = bench.run_closed_loop(1, options.stretch.seconds);
  std::printf("{");
  print("peak", peak);
  if (options.factor != 0) {
    const double files = peak.goodput / TftpMachines::kFileBytes;
    std::printf(", ");
    print("overloaded",
          bench.run(options.factor * files, options.stretch.settle, options.stretch.seconds));
  }
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) {
  stentor::perf::Options options;
  CLI::App app{"Bytes of whole files a second while more machines ask than one worker can serve"};
  app.add_option("--factor", options.factor, "times what it can carry; 0: only the peak")
      ->check(CLI::Range(0.0, 1000.0));
  app.add_option("--machines", options.machines, "of the peak, at once")
      ->check(CLI::Range(1u, 1'000'000u));
  options.stretch.add_to(app);
  CLI11_PARSE(app, argc, argv);
  return stentor::perf::run(options);
}
