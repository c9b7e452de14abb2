// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever a client acknowledges, in whatever order and time, its transfer never sends past
// its window or its file, never moves back, never repeats an acknowledged OACK, probes with the
// newest block alone, and always ends.
//
// Input: windowsize, blksize, flags, timeout and file size; then events of a kind and its operands.
#include <algorithm>

#include "base/check.h"
#include "tftp/transfer.h"

namespace stentor::tftp {
namespace {

class Driver {
 public:
  explicit Driver(base::Reader& input) : input_(input), grant_(read_grant(input)) {
    limits_.rollover = input.read<std::uint8_t>() & 1;
    file_bytes_ = input.read<std::uint64_t>() >> (input.read<std::uint8_t>() % 64);
    transfer_.emplace(grant_, limits_, file_bytes_, now_);
  }

  void run() {
    while (!input_.rest().empty() && !over_) step();
    // However it was left, silence ends it.
    for (int i = 0; !over_; ++i) {
      CHECK(i < 1000);
      send(kWindowsizeMax);
      CHECK(transfer_->deadline() != base::kNever);
      now_ = std::max(now_, transfer_->deadline());
      time_out(255);
    }
  }

 private:
  static Grant read_grant(base::Reader& input) {
    Grant grant;
    // The end sends each window some hundred times.
    constexpr std::uint16_t kMost = 1023;
    grant.windowsize = std::max<std::uint16_t>(1, input.read<std::uint16_t>() & kMost);
    grant.blksize = std::clamp(input.read<std::uint16_t>(), kBlksizeMin, kBlksizeMax);
    grant.timeout_us = input.read<std::uint8_t>() * 1'000'000u;
    grant.oack_timeout = grant.timeout_us != 0;
    grant.oack_windowsize = grant.windowsize > 1;
    return grant;
  }

  void step() {
    switch (input_.read<std::uint8_t>() % 6) {
      case 0:
        return acknowledge(input_.read<std::uint16_t>());
      // Near what was sent last: where it matters.
      case 1:
        return acknowledge(static_cast<std::uint16_t>(number_ - input_.read<std::uint8_t>()));
      case 2:
        return send(input_.read<std::uint8_t>());
      case 3:
        now_ += std::chrono::microseconds{input_.read<std::uint32_t>()};
        return;
      case 4:
        return time_out(input_.read<std::uint8_t>());
      default:
        return transfer_->restart_unacknowledged(now_);
    }
  }

  void acknowledge(std::uint16_t number) {
    const std::uint64_t before = transfer_->bytes_acknowledged();
    const AckEffect effect = transfer_->on_ack(number, now_);
    CHECK(transfer_->bytes_acknowledged() >= before);
    CHECK(transfer_->bytes_acknowledged() <= newest_ * grant_.blksize);
    if (effect == AckEffect::complete) {
      CHECK(transfer_->bytes_acknowledged() == file_bytes_ && !transfer_->next_block());
      over_ = true;
    }
    if (transfer_->is_acknowledged()) CHECK(!transfer_->oack_ready());
  }

  void send(std::size_t blocks_max) {
    if (transfer_->oack_ready()) {
      CHECK(!transfer_->is_acknowledged() && !transfer_->next_block());
      transfer_->mark_oack_sent(now_);
      number_ = 0;
    }
    for (std::size_t i = 0; i < blocks_max; ++i) {
      const auto block = transfer_->next_block();
      if (!block) return;
      CHECK(block->index >= 1 && block->offset == (block->index - 1) * grant_.blksize);
      CHECK(block->offset + block->bytes <= file_bytes_);
      CHECK(block->bytes == grant_.blksize || block->offset + block->bytes == file_bytes_);
      const std::uint64_t edge = transfer_->bytes_acknowledged() / grant_.blksize;
      CHECK(block->index > edge && block->index <= edge + grant_.windowsize);
      newest_ = std::max(newest_, block->index);
      number_ = block->number;
      transfer_->mark_sent(now_);
      CHECK(transfer_->deadline() > now_);
    }
  }

  void time_out(unsigned resends_max) {
    const TimeoutEffect effect = transfer_->on_timeout(now_, resends_max);
    over_ = effect == TimeoutEffect::complete || effect == TimeoutEffect::given_up;
    if (effect == TimeoutEffect::probe) CHECK(transfer_->next_block()->index == newest_);
  }

  base::Reader& input_;
  Limits limits_;
  Grant grant_;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t newest_ = 0;  // block ever sent
  std::uint16_t number_ = 0;  // on the wire, of what was sent last
  bool over_ = false;
  base::Time now_{std::chrono::hours{1}};
  std::optional<Transfer> transfer_;
};

}  // namespace
}  // namespace stentor::tftp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stentor::base::Reader input({data, size});
  stentor::tftp::Driver(input).run();
  return 0;
}
