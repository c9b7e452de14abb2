// SPDX-License-Identifier: BSD-3-Clause
// What the transfer state machine costs a DATA block: one ACK, then the window that it opens.
#include <benchmark/benchmark.h>

#include "tftp/transfer.h"

namespace stentor::tftp {
namespace {

void ack_to_window(benchmark::State& state) {
  const auto windowsize = static_cast<std::uint16_t>(state.range(0));
  const Grant grant{.blksize = 1468, .windowsize = windowsize, .oack_windowsize = true};
  base::Time now{std::chrono::seconds{1}};
  Transfer transfer(grant, Limits{}, std::uint64_t{1} << 60, now);
  transfer.mark_oack_sent(now);
  std::uint16_t number = 0;
  for (auto _ : state) {
    now += std::chrono::microseconds{50};
    benchmark::DoNotOptimize(transfer.on_ack(number, now));
    while (const auto block = transfer.next_block()) {
      number = block->number;
      transfer.mark_sent(now);
    }
  }
  state.SetItemsProcessed(state.iterations() * windowsize);
}
BENCHMARK(ack_to_window)->Arg(1)->Arg(4)->Arg(16)->Arg(64);

}  // namespace
}  // namespace stentor::tftp
