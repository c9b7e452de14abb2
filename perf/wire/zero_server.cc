// SPDX-License-Identifier: BSD-3-Clause
// ZeroServer on a device, until SIGTERM: the partner of a rig whose own cost is wanted. It says
// "serving" on stdout once the device is open.
#include "../micro/zero_server.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>

#include "dpdk/eal.h"
#include "dpdk/port.h"

namespace stentor::perf {
namespace {

constexpr std::size_t kBurst = 32;

std::atomic<bool> stopped = false;

template <typename T>
T value_or_exit(base::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "zero_server: %s\n", result.error().sentence.c_str());
  std::exit(1);
}

void log(config::LogLevel, const std::string&) {}

// Frames of zeros behind whatever headers they last carried: blocks alone, so that no answer's
// bytes are ever in their payload.
class ZeroFrames {
 public:
  ZeroFrames()
      : pool_(rte_pktmbuf_pool_create(
            "zeros", 4095, 256, 0, ZeroServer::kFrameBytes + RTE_PKTMBUF_HEADROOM, SOCKET_ID_ANY)) {
    if (pool_ == nullptr) {
      std::fprintf(stderr, "zero_server: no memory for its frames\n");
      std::exit(1);
    }
    rte_mempool_obj_iter(
        pool_,
        [](rte_mempool*, void*, void* object, unsigned) {
          auto* frame = static_cast<rte_mbuf*>(object);
          std::memset(frame->buf_addr, 0, frame->buf_len);
        },
        nullptr);
  }

  // nullptr while the device holds all of them.
  rte_mbuf* take() { return rte_pktmbuf_alloc(pool_); }

 private:
  rte_mempool* pool_;
};

base::MutableBytes room_of(rte_mbuf* frame) {
  return {rte_pktmbuf_mtod(frame, std::uint8_t*), ZeroServer::kFrameBytes};
}

void set_length(rte_mbuf* frame, std::size_t bytes) {
  frame->data_len = static_cast<std::uint16_t>(bytes);
  frame->pkt_len = static_cast<std::uint32_t>(bytes);
}

class Loop {
 public:
  Loop(dpdk::Queue& queue, const ZeroServerOptions& options) : queue_(queue), server_(options) {}

  void run() {
    while (!stopped.load(std::memory_order_relaxed)) {
      hear();
      while (count_ < out_.size() && server_.has_block() && add_block()) continue;
      send();
    }
    for (std::size_t i = 0; i < count_; ++i) rte_pktmbuf_free(out_[i]);
  }

 private:
  // Only what surely finds room to be answered.
  void hear() {
    std::array<rte_mbuf*, kBurst> received{};
    const std::size_t room = std::min(kBurst, out_.size() - count_);
    const std::size_t count = queue_.receive(std::span(received).first(room));
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t bytes = server_.hear(queue_.bytes(received[i]), answer_);
      if (bytes != 0) add_answer(base::Bytes(answer_).first(bytes));
      queue_.release(received[i]);
    }
  }

  void add_answer(base::Bytes answer) {
    rte_mbuf* frame = queue_.make(answer);
    if (frame != nullptr) out_[count_++] = frame;
  }

  bool add_block() {
    rte_mbuf* frame = zeros_.take();
    if (frame == nullptr) return false;
    const ZeroServer::Block block = server_.next_block(room_of(frame));
    set_length(frame, block.header_bytes + block.payload_bytes);
    out_[count_++] = frame;
    return true;
  }

  void send() {
    const std::size_t sent = queue_.transmit(std::span(out_).first(count_));
    std::copy(out_.begin() + static_cast<std::ptrdiff_t>(sent),
              out_.begin() + static_cast<std::ptrdiff_t>(count_), out_.begin());
    count_ -= sent;
  }

  dpdk::Queue& queue_;
  ZeroServer server_;
  ZeroFrames zeros_;
  std::array<std::uint8_t, ZeroServer::kFrameBytes> answer_{};
  std::array<rte_mbuf*, 2 * kBurst> out_{};
  std::size_t count_ = 0;
};

int run(int argc, char** argv) {
  ZeroServerOptions options;
  std::string device;
  unsigned core = 0;
  CLI::App app("The cheapest server there can be, on a device, until SIGTERM");
  app.add_option("--port", device, "vdev:...")->required();
  app.add_option("--core", core)->required();
  app.add_option("--machines", options.machines)->check(CLI::Range(1, 1'000'000));
  app.add_option("--blksize", options.blksize)->check(CLI::Range(8, 1468));
  app.add_option("--window", options.window)->check(CLI::Range(1, 64));
  app.add_option("--blocks", options.blocks, "of the file")->check(CLI::Range(1, 1 << 30));
  CLI11_PARSE(app, argc, argv);

  const auto spec = config::DeviceSpec::parse(device);
  if (!spec) {
    std::fprintf(stderr, "zero_server: --port: %s\n", spec.error().c_str());
    return 2;
  }
  const dpdk::PortOptions port_options{
      .name = "zero", .device = *spec, .queue_nodes = {-1}, .silence = {}};
  const auto eal = value_or_exit(dpdk::Eal::start(
      {.control_core = 0,
       .worker_cores = {core},
       .memory_bytes = (std::uint64_t{64} << 20) + dpdk::Port::memory_bytes(port_options),
       .devices = {*spec}},
      log));
  const auto port = value_or_exit(dpdk::Port::open(port_options, log));
  for (const int signal : {SIGTERM, SIGINT}) {
    std::signal(signal, [](int) { stopped = true; });
  }
  std::puts("serving");
  std::fflush(stdout);
  Loop loop(port->queue(0), options);
  eal->launch(0, [&loop] { loop.run(); });
  eal->wait();
  return 0;
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) { return stentor::perf::run(argc, argv); }
