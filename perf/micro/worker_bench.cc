// SPDX-License-Identifier: BSD-3-Clause
// What the appliance itself does for a frame, device excepted: an ACK to the window of DATA that it
// opens, through the whole worker (receive, dispatch, transfer, header, transmit), over a queue
// that costs next to nothing.
#include <benchmark/benchmark.h>

#include "support/sink_worker.h"
#include "support/tftp_builder.h"

namespace stentor {
namespace {

constexpr base::Time kStart{std::chrono::hours{1}};

support::ByteVector frame_of(const support::ByteVector& message, std::uint16_t to) {
  return support::udp_frame({}, {}, {2070, to}, message);
}

// A client in the middle of a file; asks for it again when it has it.
class Download {
 public:
  explicit Download(std::uint16_t window) : window_(window) { request(); }

  void deliver(const support::ByteVector& frame) {
    worker_.queue().arrive(frame);
    now_ += std::chrono::microseconds{10};
    worker_->poll(now_);
  }
  // Every ACK of one pass over the file, made beforehand: making them is not what is measured.
  std::vector<support::ByteVector> acks() const {
    std::vector<support::ByteVector> frames;
    for (std::uint32_t block = 0; block < kBlocks; block += window_) {
      frames.push_back(
          frame_of(support::tftp_ack(static_cast<std::uint16_t>(block)), server_port_));
    }
    return frames;
  }
  // Ends what is left of the last pass first: a repeated request would be taken for a copy.
  void request() {
    if (server_port_ != 0) deliver(frame_of(support::tftp_error(0, "again"), server_port_));
    deliver(frame_of(support::tftp_request(
                         "file", {{"blksize", "1468"}, {"windowsize", std::to_string(window_)}}),
                     69));
    const support::ByteVector& newest = worker_.queue().newest();
    server_port_ = static_cast<std::uint16_t>(newest[34] << 8 | newest[35]);
  }
  [[nodiscard]] std::uint64_t sent() const { return worker_.queue().sent(); }

 private:
  static constexpr std::uint32_t kBlocks = 32'768;

  support::Service service_{
      support::kUnpacedConfig, {{"file", support::patterned(kBlocks * 1468 + 1)}}, 1};
  support::SinkWorker worker_{service_, 1024, kStart};
  std::uint16_t window_;
  std::uint16_t server_port_ = 0;
  base::Time now_ = kStart;
};

void ack_to_window(benchmark::State& state) {
  Download download(static_cast<std::uint16_t>(state.range(0)));
  std::vector<support::ByteVector> acks = download.acks();
  std::size_t next = 0;
  const std::uint64_t before = download.sent();
  for (auto _ : state) {
    if (next == acks.size()) {
      state.PauseTiming();
      download.request();
      acks = download.acks();
      next = 0;
      state.ResumeTiming();
    }
    download.deliver(acks[next++]);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(download.sent() - before));
}
BENCHMARK(ack_to_window)->Arg(1)->Arg(4)->Arg(16)->Arg(64);

}  // namespace
}  // namespace stentor
