// SPDX-License-Identifier: BSD-3-Clause
#include "running_eal.h"

#include <chrono>
#include <gtest/gtest.h>
#include <mutex>
#include <sched.h>
#include <thread>

namespace stentor::dpdk {

namespace {

constexpr std::uint64_t kMemoryBytes = 512u << 20;
constexpr auto kPatience = std::chrono::seconds{2};

std::vector<unsigned> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<unsigned> cores;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

const std::vector<unsigned> kCores = allowed_cores();  // before the EAL pins us

std::unique_ptr<Eal> eal;
std::mutex log_mutex;
std::string logged;  // guarded by log_mutex

template <typename Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  return true;
}

bool is_experimental(base::Bytes bytes) {
  return bytes.size() >= 14 && bytes[12] == 0x88 && bytes[13] == 0xb5;
}

}  // namespace

unsigned worker_core() { return kCores.back(); }
bool worker_shares_control_core() { return kCores.size() == 1; }

Eal& running_eal() { return *eal; }

const Log& test_log() {
  static const Log log = [](config::LogLevel level, const std::string& line) {
    if (level == config::LogLevel::debug) return;
    const std::lock_guard lock(log_mutex);
    logged += line + "\n";
  };
  return log;
}

std::string take_log() {
  const std::lock_guard lock(log_mutex);
  return std::exchange(logged, {});
}

config::DeviceSpec device(const std::string& text) {
  auto spec = config::DeviceSpec::parse(text);
  EXPECT_TRUE(spec.has_value()) << (spec ? "" : spec.error());
  return spec.value_or(config::DeviceSpec{});
}

PortOptions port_options(const std::string& text, unsigned queues) {
  PortOptions options;
  options.name = "boot0";
  options.device = device(text);
  options.queue_nodes.assign(queues, -1);
  options.frames_held = 512;
  return options;
}

std::unique_ptr<Port> open_port(const std::string& text, unsigned queues) {
  auto port = Port::open(port_options(text, queues), test_log());
  if (!port) {
    ADD_FAILURE() << port.error().sentence << "\n" << take_log();
    return nullptr;
  }
  return std::move(*port);
}

std::vector<std::uint8_t> experimental_frame(std::size_t bytes, std::uint8_t seed) {
  std::vector<std::uint8_t> frame(bytes);
  for (std::size_t i = 0; i < bytes; ++i) frame[i] = static_cast<std::uint8_t>(seed + i * 7);
  std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
  frame[6] = 0x02;
  frame[12] = 0x88;  // IEEE 802 local experimental EtherType 1
  frame[13] = 0xb5;
  return frame;
}

bool send(Queue& queue, rte_mbuf* frame) {
  return eventually([&] { return queue.transmit({&frame, 1}) == 1; });
}

std::vector<std::uint8_t> receive_one(Queue& queue) {
  std::vector<std::uint8_t> received;
  eventually([&] {
    rte_mbuf* frame = nullptr;
    if (queue.receive({&frame, 1}) == 0) return false;
    const base::Bytes bytes = queue.bytes(frame);
    if (is_experimental(bytes)) received.assign(bytes.begin(), bytes.end());
    queue.release(frame);
    return !received.empty();
  });
  return received;
}

bool wait_for_link(const Port& one, const Port& other) {
  return eventually([&] { return one.link_up() && other.link_up(); });
}

int run_tests(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  EalOptions options;
  options.control_core = kCores.front();
  options.worker_cores = {worker_core()};
  options.hugepages = config::Workers::HugepageMode::none;
  options.memory_bytes = kMemoryBytes;
  auto started = Eal::start(options, test_log());
  if (!started) {
    std::fprintf(stderr, "%s\n%s", started.error().sentence.c_str(), take_log().c_str());
    return 1;
  }
  eal = std::move(*started);
  const int failed = RUN_ALL_TESTS();
  eal.reset();
  return failed;
}

}  // namespace stentor::dpdk
