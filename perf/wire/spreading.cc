// SPDX-License-Identifier: BSD-3-Clause
// How many DISCOVERs a second the workers of a port answer when all of them come to one queue: a
// queue that always has a burst, of clients in turn, and costs next to nothing. Prints one JSON
// object.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <pthread.h>
#include <thread>

#include "rom_frame.h"
#include "support/service.h"
#include "support/sink_queue.h"
#include "worker/worker.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kClients = 32'768;
// A frame's buffer comes round again when the rings between workers have long been read past it.
class DiscoverQueue : public support::SinkQueue {
 public:
  DiscoverQueue(bool has_arrivals, std::size_t buffers)
      : frames_(has_arrivals ? buffers : 0, rom_frame(1)) {}

  [[nodiscard]] std::uint64_t sent() const { return sent_.load(std::memory_order_relaxed); }

  std::size_t receive(std::span<Frame> out) {
    if (frames_.empty()) return 0;
    for (Frame& frame : out) frame = &next();
    return out.size();
  }
  wire::ReceiveChecksums checksums(Frame) { return {.ipv4_good = true, .udp_good = true}; }
  std::size_t transmit(std::span<Frame> frames) {
    sent_.store(sent() + frames.size(), std::memory_order_relaxed);
    return frames.size();
  }

 private:
  support::ByteVector& next() {
    constexpr std::size_t kChaddr = 42 + 28;
    support::ByteVector& frame = frames_[buffer_++ % frames_.size()];
    client_ = (client_ + 1) % kClients;
    frame[kChaddr + 4] = static_cast<std::uint8_t>(client_ >> 8);
    frame[kChaddr + 5] = static_cast<std::uint8_t>(client_);
    return frame;
  }

  std::vector<support::ByteVector> frames_;
  std::size_t buffer_ = 0;
  std::uint32_t client_ = 0;
  std::atomic<std::uint64_t> sent_{0};  // another thread reads it
};

using DiscoverWorker = worker::Worker<DiscoverQueue>;

struct Options {
  std::vector<unsigned> cores;  // one a worker
  double seconds = 1;
};

void pin(unsigned core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  CHECK(::pthread_setaffinity_np(::pthread_self(), sizeof set, &set) == 0);
}

int run(const Options& options) {
  const std::size_t workers = options.cores.size();
  constexpr std::size_t kRing = worker::HandOverMesh<DiscoverQueue::Frame>::kRingFrames;
  support::Service service(
      one_pool_config("10.20.0.2/16", "10.20.0.0/16", "10.20.16.0-10.20.255.250"), {{"file", {1}}},
      workers);
  worker::HandOverMesh<DiscoverQueue::Frame> mesh(workers);
  worker::ProbeBoard probes(workers, 1, support::Service::kKey);
  worker::SolicitationBoard solicitations(1, support::Service::kKey[0]);
  std::vector<std::unique_ptr<DiscoverQueue>> queues;
  std::vector<std::unique_ptr<DiscoverWorker>> all;
  const base::Time start = base::MonotonicClock::now();
  for (std::size_t i = 0; i < workers; ++i) {
    queues.push_back(std::make_unique<DiscoverQueue>(/*has_arrivals=*/i == 0, 2 * workers * kRing));
    const std::array<worker::Attachment<DiscoverQueue>, 1> attachments{
        {{0, queues[i].get(), static_cast<std::uint16_t>(i)}}};
    all.push_back(std::make_unique<DiscoverWorker>(
        static_cast<worker::WorkerIndex>(i), attachments,
        worker::Shared<DiscoverQueue>{service.snapshots(), mesh, probes, solicitations,
                                      support::Service::kKey},
        1, i, start));
  }
  std::atomic<bool> stops{false};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i) {
    threads.emplace_back([&, i] {
      pin(options.cores[i]);
      while (!stops.load(std::memory_order_relaxed)) all[i]->poll(base::MonotonicClock::now());
      all[i]->park();
    });
  }
  const auto sent = [&] {
    std::uint64_t sum = 0;
    for (const auto& queue : queues) sum += queue->sent();
    return sum;
  };
  // The first round binds every client to its address.
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  const std::uint64_t before = sent();
  const base::Time begin = base::MonotonicClock::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const std::uint64_t after = sent();
  const std::chrono::duration<double> took = base::MonotonicClock::now() - begin;
  stops = true;
  for (std::thread& thread : threads) thread.join();
  std::uint64_t crossed = 0;
  for (const auto& one : all) crossed += one->counters().frames_handed_over.value();
  std::printf("{\"offers_per_second\": %.0f, \"offers\": %llu, \"handed_over\": %llu}\n",
              static_cast<double>(after - before) / took.count(),
              static_cast<unsigned long long>(sent()), static_cast<unsigned long long>(crossed));
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) {
  stentor::perf::Options options;
  CLI::App app{"DISCOVERs answered a second by the workers of one port, all from one queue"};
  app.add_option("--cores", options.cores, "one worker on each; the first one's queue has them all")
      ->delimiter(',')
      ->required();
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.01, 600.0));
  CLI11_PARSE(app, argc, argv);
  return stentor::perf::run(options);
}
