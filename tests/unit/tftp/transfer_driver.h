// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A transfer with a clock beside it: what the worker does, for tests of the state machine alone.

#include <vector>

#include "tftp/transfer.h"

namespace stentor::tftp {

using namespace std::chrono_literals;

struct TransferDriver {
  // An OACK, if the grant has one, is sent and acknowledged 1 ms later.
  TransferDriver(const Grant& grant, std::uint64_t file_bytes, const Limits& limits = {})
      : transfer(grant, limits, file_bytes, now) {
    if (!grant.has_oack()) return;
    transfer.mark_oack_sent(now);
    pass(1ms);
    transfer.on_ack(0, now);
  }

  void pass(base::Duration duration) { now += duration; }

  // Everything that the window allows; the indices of what was sent.
  std::vector<std::uint64_t> send() {
    std::vector<std::uint64_t> sent;
    while (const auto block = transfer.next_block()) {
      sent.push_back(block->index);
      transfer.mark_sent(now);
    }
    return sent;
  }

  AckEffect ack(std::uint16_t number) { return transfer.on_ack(number, now); }

  // What comes first, a probe or the timer.
  TimeoutEffect expire(unsigned resends_max = 255) {
    now = transfer.deadline();
    return transfer.on_timeout(now, resends_max);
  }

  // The timer. The probes before it leave, and nobody hears of them again.
  TimeoutEffect time_out(unsigned resends_max = 255) {
    TimeoutEffect effect = expire(resends_max);
    while (effect == TimeoutEffect::probe) {
      send();
      effect = expire(resends_max);
    }
    return effect;
  }

  base::Time now{1h};
  Transfer transfer;
};

inline Grant windowed(std::uint16_t windowsize, std::uint16_t blksize = 512) {
  return {.blksize = blksize, .windowsize = windowsize, .oack_windowsize = true};
}

using Indices = std::vector<std::uint64_t>;

}  // namespace stentor::tftp
