// SPDX-License-Identifier: BSD-3-Clause
#include "control/capture_desk.h"

#include <algorithm>
#include <fmt/format.h>
#include <new>

#include "control/pcapng.h"

namespace stentor::control {

class CaptureDesk::Stream final : public HttpStream {
 public:
  Stream(CaptureDesk& desk, const capture::Filter& filter, const Limits& limits)
      : desk_(desk), frames_left_(limits.frames), lost_before_(lost()) {
    pcapng::append_section(head_, "stentord");
    for (const std::string& port : desk.ports_) {
      pcapng::append_interface(head_, port, filter.snap_bytes);
    }
    if (limits.time) end_ = base::MonotonicClock::now() + *limits.time;
  }
  ~Stream() override { desk_.stop(); }

  std::string next(base::Time now) override {
    // What was said last has been taken.
    if (has_said_all_) has_ended_ = true;
    if (has_ended_) return {};
    std::string text = std::exchange(head_, {});
    // Wall clock and the workers' differ by what they do now, so that a step of it is seen.
    const auto offset = std::chrono::system_clock::now().time_since_epoch() -
                        base::MonotonicClock::now().time_since_epoch();
    // Each is the first in its turn, as one may fill all that is given at once.
    const std::size_t taps = desk_.taps_.size();
    ++turn_;
    for (std::size_t i = 0; i < taps; ++i) {
      desk_.taps_[(turn_ + i) % taps]->drain([&](const capture::Record& record, base::Bytes kept) {
        if (frames_left_ == 0 || text.size() >= kBytesAtOnce) return false;
        append(text, record, kept, offset);
        return true;
      });
    }
    has_said_all_ = frames_left_ == 0 || now >= end_;
    if (has_said_all_ || now - stated_ >= kStatisticsPeriod) {
      stated_ = now;
      pcapng::append_statistics(text, {.interface = 0,
                                       .at = since_epoch(now, offset),
                                       .kept = kept_,
                                       .lost = lost() - lost_before_});
    }
    return text;
  }
  bool has_ended() override { return has_ended_; }
  [[nodiscard]] std::optional<base::Duration> period() const override { return kPeriod; }

 private:
  [[nodiscard]] std::uint64_t lost() const {
    std::uint64_t sum = 0;
    for (const capture::Tap* tap : desk_.taps_) sum += tap->lost();
    return sum;
  }

  static std::uint64_t since_epoch(base::Time at, base::Duration offset) {
    return static_cast<std::uint64_t>((at.time_since_epoch() + offset).count());
  }

  void append(std::string& text, const capture::Record& record, base::Bytes kept,
              base::Duration offset) {
    std::string comment;
    if (record.is_dropped) {
      const wire::DropReasonText& why = wire::describe(record.reason);
      comment = fmt::format("dropped, {}: {}", why.name, why.meaning);
    }
    const std::uint64_t lost = this->lost() - lost_before_;
    if (lost != lost_told_) {
      comment += fmt::format("{}{} frames before this one, or about then, were lost to the capture",
                             comment.empty() ? "" : "; ", lost - lost_told_);
      lost_told_ = lost;
    }
    pcapng::append_packet(text, {.interface = record.port,
                                 .at = since_epoch(record.at, offset),
                                 .frame_bytes = record.frame_bytes,
                                 .kept = kept,
                                 .is_outbound = record.direction == capture::Direction::sent,
                                 .comment = comment});
    --frames_left_;
    ++kept_;
  }

  CaptureDesk& desk_;
  std::string head_;  // of the file, until it has been given
  std::uint64_t frames_left_;
  base::Time end_ = base::kNever;
  const std::uint64_t lost_before_;
  std::uint64_t lost_told_ = 0;
  std::uint64_t kept_ = 0;
  std::size_t turn_ = 0;
  base::Time stated_ = base::MonotonicClock::now();
  bool has_said_all_ = false;
  bool has_ended_ = false;
};

tl::expected<std::shared_ptr<HttpStream>, CaptureDesk::Refusal> CaptureDesk::start(
    const capture::Filter& filter, const Limits& limits) {
  if (is_running_) return tl::unexpected(Refusal::runs_already);
  is_running_ = true;
  try {
    for (capture::Tap* tap : taps_) {
      if (tap->start(filter)) continue;
      stop();
      return tl::unexpected(Refusal::worker_hangs);
    }
    return std::make_shared<Stream>(*this, filter, limits);
  } catch (const std::bad_alloc&) {
    stop();
    return tl::unexpected(Refusal::no_memory);
  }
}

void CaptureDesk::stop() {
  for (capture::Tap* tap : taps_) tap->stop();
  is_running_ = false;
}

}  // namespace stentor::control
