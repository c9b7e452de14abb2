// SPDX-License-Identifier: BSD-3-Clause
#include "control/capture_desk.h"

#include <fmt/format.h>
#include <new>
#include <utility>

#include "control/pcapng.h"

namespace stentor::control {

namespace {

// For all that a stream says at once: frames, the last of them whole, and what each port has come
// to. So nothing that has been taken out of a ring is lost for want of memory.
constexpr std::size_t kRoom =
    CaptureDesk::kBytesAtOnce + capture::Filter::kSnapBytesMax + (std::size_t{32} << 10);

}  // namespace

class CaptureDesk::Stream final : public HttpStream {
 public:
  Stream(CaptureDesk& desk, const capture::Filter& filter, const Limits& limits)
      : desk_(desk), frames_left_(limits.frames), kept_(desk.ports_.size()) {
    for (const capture::Tap* tap : desk.taps_) lost_.push_back({tap->lost(), tap->lost()});
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
    const bool is_stating = now >= end_ || now - stated_ >= kStatisticsPeriod;
    std::string text;
    if (is_stating || !head_.empty()) text.reserve(kRoom);
    text += std::exchange(head_, {});
    // Wall clock and the workers' differ by what they do now, so that a step of it is seen.
    const auto offset = std::chrono::system_clock::now().time_since_epoch() -
                        base::MonotonicClock::now().time_since_epoch();
    take_frames(text, offset);
    has_said_all_ = frames_left_ == 0 || now >= end_;
    if (has_said_all_ || is_stating) {
      stated_ = now;
      append_statistics(text, since_epoch(now, offset));
    }
    return text;
  }
  bool has_ended() override { return has_ended_; }
  [[nodiscard]] std::optional<base::Duration> period() const override { return kPeriod; }

 private:
  // Of a worker's frames, in all: when the capture began, and as the file tells it so far.
  struct Lost {
    std::uint64_t before;
    std::uint64_t told;
  };

  static std::uint64_t since_epoch(base::Time at, base::Duration offset) {
    return static_cast<std::uint64_t>((at.time_since_epoch() + offset).count());
  }

  // Each worker is the first in its turn, as one may fill all that is given at once.
  void take_frames(std::string& text, base::Duration offset) {
    const std::size_t taps = desk_.taps_.size();
    ++turn_;
    for (std::size_t i = 0; i < taps; ++i) {
      const std::size_t worker = (turn_ + i) % taps;
      desk_.taps_[worker]->drain([&](const capture::Record& record, base::Bytes kept) {
        if (frames_left_ == 0 || text.size() >= kBytesAtOnce) return false;
        if (text.capacity() < kRoom) text.reserve(kRoom);
        append(text, record, kept, lost_[worker], offset);
        return true;
      });
    }
  }

  void append(std::string& text, const capture::Record& record, base::Bytes kept, Lost& lost,
              base::Duration offset) {
    comment_.clear();
    if (record.is_dropped) {
      const wire::DropReasonText& why = wire::describe(record.reason);
      fmt::format_to(std::back_inserter(comment_), "dropped, {}: {}", why.name, why.meaning);
    }
    if (record.lost != lost.told) {
      fmt::format_to(std::back_inserter(comment_),
                     "{}{} frames of its worker's before this one were lost to the capture",
                     comment_.size() == 0 ? "" : "; ", record.lost - lost.told);
      lost.told = record.lost;
    }
    pcapng::append_packet(text, {.interface = record.port,
                                 .at = since_epoch(record.at, offset),
                                 .frame_bytes = record.frame_bytes,
                                 .kept = kept,
                                 .is_outbound = record.direction == capture::Direction::sent,
                                 .comment = {comment_.data(), comment_.size()}});
    --frames_left_;
    ++kept_[record.port];
  }

  void append_statistics(std::string& text, std::uint64_t at) const {
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < lost_.size(); ++i) {
      lost += desk_.taps_[i]->lost() - lost_[i].before;
    }
    for (std::uint32_t port = 0; port < kept_.size(); ++port) {
      pcapng::append_statistics(
          text, {.interface = port, .at = at, .kept = kept_[port], .lost = port == 0 ? lost : 0});
    }
  }

  CaptureDesk& desk_;
  std::string head_;  // of the file, until it has been given
  std::uint64_t frames_left_;
  std::vector<std::uint64_t> kept_;  // by port
  std::vector<Lost> lost_;           // by worker
  fmt::memory_buffer comment_;       // of some 500 bytes, which need no memory
  base::Time end_ = base::kNever;
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
