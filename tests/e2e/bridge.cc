// SPDX-License-Identifier: BSD-3-Clause
// The other end of a device that no client of the kernel can use: carries frames between two ports,
// both ways, until SIGTERM.
//
//     bridge vdev:net_memif0,role=client,socket=PATH,socket-abstract=no vdev:net_tap0,iface=tap0

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <sched.h>
#include <thread>

#include "dpdk/eal.h"
#include "dpdk/port.h"

namespace {

using namespace stentor;

// Lock-free, and so a signal handler's to set.
std::atomic<bool> stopping = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void say(config::LogLevel level, const std::string& line) {
  if (level != config::LogLevel::debug) std::fprintf(stderr, "%s\n", line.c_str());
}

std::unique_ptr<dpdk::Port> open_port(const char* text) {
  auto device = config::DeviceSpec::parse(text);
  if (!device) {
    std::fprintf(stderr, "%s\n", device.error().c_str());
    return nullptr;
  }
  auto port = dpdk::Port::open(
      {.name = text, .device = *device, .queue_nodes = {-1}, .frames_held = 64, .silence = {}},
      say);
  if (port) return std::move(*port);
  std::fprintf(stderr, "%s\n", port.error().sentence.c_str());
  return nullptr;
}

// One burst. What the other side does not take is lost, as on a wire.
bool carry(dpdk::Queue& from, dpdk::Queue& to) {
  std::array<dpdk::Queue::Frame, 32> frames{};
  const std::size_t count = from.receive(frames);
  const std::size_t sent = count == 0 ? 0 : to.transmit(std::span(frames).first(count));
  for (std::size_t i = sent; i < count; ++i) to.release(frames[i]);
  return count != 0;
}

int run(const char* one, const char* other) {
  const auto core = static_cast<unsigned>(::sched_getcpu());
  auto eal = dpdk::Eal::start({.control_core = core,
                               .worker_cores = {core},
                               .hugepages = config::Workers::HugepageMode::none,
                               .memory_bytes = 128u << 20,
                               .devices = {}},
                              say);
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().sentence.c_str());
    return 1;
  }
  const auto left = open_port(one);
  const auto right = open_port(other);
  if (left == nullptr || right == nullptr) return 1;
  std::fprintf(stderr, "carrying frames\n");
  while (!stopping) {
    const bool leftwards = carry(right->queue(0), left->queue(0));
    const bool rightwards = carry(left->queue(0), right->queue(0));
    if (!leftwards && !rightwards) std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DEVICE DEVICE\n", argv[0]);
    return 2;
  }
  std::signal(SIGTERM, [](int) { stopping = true; });
  return run(argv[1], argv[2]);
}
