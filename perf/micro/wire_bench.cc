// SPDX-License-Identifier: BSD-3-Clause
// What a frame costs before and after its protocol: parsing a request, summing a payload, writing
// the header of a DATA block. Everything is in cache; the figures are floors.
#include <array>
#include <benchmark/benchmark.h>
#include <vector>

#include "wire/checksum.h"
#include "wire/data_header.h"
#include "wire/flow_hash.h"
#include "wire/frame.h"

namespace stentor::wire {
namespace {

constexpr std::size_t kDiscoverBytes = 300;
constexpr std::size_t kAckBytes = 4;
constexpr std::size_t kBlockBytes = 1468;
const Link kLink{{{2, 0, 0, 0, 0, 1}}, {{0x52, 0x54, 0, 0x12, 0x34, 0x56}}};
const UdpFlow kFlow{Ipv4Address{0x0a140002}, Ipv4Address{0x0a141005}, 49200, 2070};

std::vector<std::uint8_t> frame_with(const UdpFlow& flow, std::size_t payload_bytes) {
  std::vector<std::uint8_t> frame(kFrameBytesMin + kUdpFrameHeaderBytesMax + payload_bytes, 0x5a);
  frame.resize(write_udp_frame(frame, kLink, flow, payload_bytes));
  return frame;
}

void parse(benchmark::State& state, const std::vector<std::uint8_t>& frame,
           ReceiveChecksums device) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame.data());
    benchmark::ClobberMemory();
    benchmark::DoNotOptimize(parse_frame(frame, device));
  }
}

void parse_discover(benchmark::State& state) {
  const UdpFlow flow{Ipv4Address{0}, Ipv4Address{0xffffffff}, 68, 67};
  parse(state, frame_with(flow, kDiscoverBytes), {});
}
BENCHMARK(parse_discover);

void parse_ack(benchmark::State& state) { parse(state, frame_with(kFlow, kAckBytes), {}); }
BENCHMARK(parse_ack);

void parse_ack_checked_by_device(benchmark::State& state) {
  parse(state, frame_with(kFlow, kAckBytes), {.ipv4_good = true, .udp_good = true});
}
BENCHMARK(parse_ack_checked_by_device);

void sum_payload(benchmark::State& state) {
  const std::vector<std::uint8_t> payload(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) {
    benchmark::DoNotOptimize(payload.data());
    benchmark::ClobberMemory();
    benchmark::DoNotOptimize(sum_of(payload));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sum_payload)->Arg(20)->Arg(512)->Arg(1468)->Arg(65536);

void write_data_header(benchmark::State& state, DataChecksum method) {
  const DataHeader header(kLink, kFlow);
  std::array<std::uint8_t, kDataHeaderBytesMax> out{};
  DataBlock block{1, kBlockBytes, 0x1234};
  for (auto _ : state) {
    benchmark::DoNotOptimize(block);
    benchmark::DoNotOptimize(header.write(out, block, method));
    benchmark::ClobberMemory();
    ++block.number;
  }
}
BENCHMARK_CAPTURE(write_data_header, from_sum, DataChecksum::from_sum);
BENCHMARK_CAPTURE(write_data_header, device, DataChecksum::device);

void make_data_header(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(DataHeader(kLink, kFlow));
}
BENCHMARK(make_data_header);

void write_reply_frame(benchmark::State& state) {
  std::vector<std::uint8_t> out(kUdpFrameHeaderBytesMax + kDiscoverBytes, 0x5a);
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_udp_frame(out, kLink, kFlow, kDiscoverBytes));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(write_reply_frame);

void hash_flow(benchmark::State& state) {
  std::uint32_t client = 0;
  for (auto _ : state) benchmark::DoNotOptimize(flow_hash(42, Ipv4Address{++client}, 2070, 49200));
}
BENCHMARK(hash_flow);

}  // namespace
}  // namespace stentor::wire
