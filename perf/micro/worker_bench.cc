// SPDX-License-Identifier: BSD-3-Clause
// What the appliance itself does for a frame, device excepted, through the whole worker (receive,
// dispatch, transfer, header, transmit), over a queue that costs next to nothing: an ACK to the
// window of DATA that it opens, a request to its first answer, a DISCOVER with its REQUEST, and a
// file of one block from its request to its end.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>

#include "support/dhcp_builder.h"
#include "support/sink_worker.h"
#include "support/tftp_builder.h"

namespace stentor {
namespace {

using support::ByteVector;

constexpr base::Time kStart{std::chrono::hours{1}};

ByteVector frame_of(const ByteVector& message, std::uint16_t to) {
  return support::udp_frame({}, {}, {2070, to}, message);
}

// A client in the middle of a file; asks for it again when it has it.
class Download {
 public:
  explicit Download(std::uint16_t window) : window_(window) { request(); }

  void deliver(const ByteVector& frame) {
    worker_.queue().arrive(frame);
    now_ += std::chrono::microseconds{10};
    worker_->poll(now_);
  }
  // Every ACK of one pass over the file, made beforehand: making them is not what is measured.
  std::vector<ByteVector> acks() const {
    std::vector<ByteVector> frames;
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
    const ByteVector& newest = worker_.queue().newest();
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
  std::vector<ByteVector> acks = download.acks();
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

constexpr const char* kPlain = "";
// Eight folders of the client's own to look into first, and 64 patterns, each with its number
// between `before` and `behind`.
std::string folders_and_aliases(const std::string& before, const std::string& behind) {
  std::string folders, aliases;
  for (int i = 0; i < 8; ++i) folders += "\"{mac}-" + std::to_string(i) + "\", ";
  for (int i = 0; i < 64; ++i) {
    aliases += "{from: \"" + before + std::to_string(i) + behind + "\", to: loader}, ";
  }
  return ", client-directories: [" + folders + "], aliases: [" + aliases + "]";
}

// A request to its OACK, or to its ERROR; what ends the transfer is left out.
void answer_request(benchmark::State& state, const char* file, const std::string& images) {
  using Clock = std::chrono::steady_clock;
  std::string config = support::kOneNetworkConfig;
  const std::string root = "root: /srv/images";
  config.insert(config.find(root) + root.size(), images);
  support::Service service(config, {{"grub/loader", support::patterned(1500)}}, 1);
  support::SinkWorker worker(service, 1024, kStart);
  const auto request = frame_of(support::tftp_request(file, {{"tsize", "0"}}), 69);
  base::Time now = kStart;
  const auto deliver = [&](const support::ByteVector& frame) {
    worker.queue().arrive(frame);
    now += std::chrono::milliseconds{1};
    const auto begin = Clock::now();
    worker->poll(now);
    return Clock::now() - begin;
  };
  for (auto _ : state) {
    state.SetIterationTime(std::chrono::duration<double>(deliver(request)).count());
    if (!worker->has_live_transfers()) continue;
    const support::ByteVector& oack = worker.queue().newest();
    deliver(frame_of(support::tftp_error(0, "enough"),
                     static_cast<std::uint16_t>(oack[34] << 8 | oack[35])));
  }
  CHECK(worker.queue().sent() >= static_cast<std::uint64_t>(state.iterations()));
}
BENCHMARK_CAPTURE(answer_request, found, "grub/loader", kPlain)->UseManualTime();
BENCHMARK_CAPTURE(answer_request, not_found, "grub/loader.cfg", kPlain)->UseManualTime();
// Of the folder and the suffix of what is asked for.
BENCHMARK_CAPTURE(answer_request, found_behind_folders, "grub/loader",
                  folders_and_aliases("grub/*-", ".cfg"))
    ->UseManualTime();
BENCHMARK_CAPTURE(answer_request, not_found_behind_folders, "grub/loader.cfg",
                  folders_and_aliases("grub/*-", ".cfg"))
    ->UseManualTime();
// That it does not match tells no alias by its ends.
BENCHMARK_CAPTURE(answer_request, not_found_behind_globs, "grub/loader.cfg",
                  folders_and_aliases("grub/*", "*loader.cfg"))
    ->UseManualTime();

ByteVector dhcp_frame(std::vector<support::DhcpOption> options) {
  support::DhcpSpec spec;
  spec.options = std::move(options);
  return support::udp_frame({.destination = support::kBroadcastMac},
                            {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                            support::dhcp_message(spec));
}

// A worker of one image, to which frames come one by one.
class OneWorker {
 public:
  explicit OneWorker(const std::string& yaml) : service_(yaml, {{"file", ByteVector(100)}}, 1) {}

  void deliver(const ByteVector& frame) {
    worker_.queue().arrive(frame);
    now_ += std::chrono::microseconds{10};
    worker_->poll(now_);
  }
  [[nodiscard]] const ByteVector& newest() const { return worker_.queue().newest(); }

 private:
  support::Service service_;
  support::SinkWorker worker_{service_, 16, kStart};
  base::Time now_ = kStart;
};

// By a machine that has the address already, from a lease in memory.
void dora(benchmark::State& state) {
  OneWorker server(support::kUnpacedConfig + "limits: {discovers-per-client: none}\n");
  const ByteVector discover = dhcp_frame({{53, {1}}});
  server.deliver(discover);
  constexpr std::size_t kYiaddrInFrame = 42 + 16;
  const auto offered = server.newest().begin() + kYiaddrInFrame;
  const ByteVector request = dhcp_frame(
      {{53, {3}}, {54, support::address_value("10.20.0.2")}, {50, {offered, offered + 4}}});
  for (auto _ : state) {
    server.deliver(discover);
    server.deliver(request);
  }
}
BENCHMARK(dora);

void small_file(benchmark::State& state) {
  OneWorker server(support::kUnpacedConfig);
  const ByteVector request = frame_of(support::tftp_request("file"), 69);
  ByteVector ack = frame_of(support::tftp_ack(1), 0);
  for (auto _ : state) {
    server.deliver(request);
    // Of a UDP checksum of zero nobody asks whether it is right.
    std::copy_n(server.newest().begin() + 34, 2, ack.begin() + 36);
    ack[40] = ack[41] = 0;
    server.deliver(ack);
  }
}
BENCHMARK(small_file);

}  // namespace
}  // namespace stentor
