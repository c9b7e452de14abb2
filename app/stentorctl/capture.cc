// SPDX-License-Identifier: BSD-3-Clause
#include "capture.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

#include "capture_file.h"
#include "output_file.h"

namespace stentor::ctl {

namespace {

using Mutex = std::timed_mutex;

// What workers saw before has come from the stentord by then.
constexpr std::chrono::milliseconds kLastFrames{100};
// A write that takes longer goes into a pipe that nobody reads.
constexpr std::chrono::seconds kWriteTime{2};

void print_summary(const CaptureFile& file) {
  std::fprintf(stderr, "%llu frame%s captured", static_cast<unsigned long long>(file.frames()),
               file.frames() == 1 ? "" : "s");
  if (file.lost() != 0) {
    std::fprintf(stderr, ", %llu lost: they came faster than they were taken from the stentord",
                 static_cast<unsigned long long>(file.lost()));
  }
  std::fputc('\n', stderr);
}

// SIGINT, SIGTERM and SIGHUP end the program between two writes, as `conclude` says.
class EndBySignal {
 public:
  EndBySignal(Mutex& writing, std::function<ExitStatus()> conclude)
      : writing_(writing), conclude_(std::move(conclude)) {
    ::sigemptyset(&signals_);
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals_, each);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this] { wait(); });
  }
  EndBySignal(const EndBySignal&) = delete;
  EndBySignal& operator=(const EndBySignal&) = delete;
  ~EndBySignal() {
    is_over_ = true;
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  void wait() {
    constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!is_over_) {
      if (::sigtimedwait(&signals_, nullptr, &kLook) < 0) continue;
      std::this_thread::sleep_for(kLastFrames);
      if (!writing_.try_lock_for(kWriteTime)) {
        std::_Exit(static_cast<int>(fail(ExitStatus::failed,
                                         "the capture is not written to its end: who reads it "
                                         "takes nothing")));
      }
      std::_Exit(static_cast<int>(conclude_()));
    }
  }

  Mutex& writing_;
  const std::function<ExitStatus()> conclude_;
  sigset_t signals_{};
  sigset_t before_{};
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

bool has_come_to_its_end(const CaptureCommand& command, const CaptureFile& file,
                         std::chrono::steady_clock::time_point begun) {
  if (!command.frames.empty() &&
      file.frames() >= std::strtoull(command.frames.c_str(), nullptr, 10)) {
    return true;
  }
  // It began a little later there than here.
  const std::chrono::duration<double> past = std::chrono::steady_clock::now() - begun;
  return !command.seconds.empty() && past.count() >= std::strtod(command.seconds.c_str(), nullptr);
}

}  // namespace

ExitStatus run_capture(const Asking& asking, const CaptureCommand& command) {
  if (is_standard_output(command.output) && ::isatty(STDOUT_FILENO) == 1) {
    return fail(ExitStatus::wrong_command,
                "a capture is not for a terminal: give -w FILE, or pipe it, as in "
                "stentorctl capture -w - | tshark -r -");
  }
  const std::string target = target_of("/v1/capture", {{"mac", command.mac},
                                                       {"address", command.address},
                                                       {"port", command.port},
                                                       {"drops", command.drops_only ? "true" : ""},
                                                       {"snap", command.snap},
                                                       {"frames", command.frames},
                                                       {"seconds", command.seconds}});
  CaptureFile file(command.output);
  std::optional<base::Error> trouble;
  Mutex writing;
  const auto end_by_user = [&] {
    if (trouble) return fail(ExitStatus::failed, trouble->sentence);
    if (!file.has_begun()) {
      return fail(ExitStatus::unreachable,
                  "the stentord on " + asking.server.name() + " had not answered yet");
    }
    print_summary(file);
    return ExitStatus::all_right;
  };
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = [&] {
    const EndBySignal end(writing, end_by_user);
    return follow(asking.server, target, [&](std::string_view bytes) {
      const std::lock_guard held(writing);
      if (const auto taken = file.take(bytes); !taken) trouble = taken.error();
      return !trouble;
    });
  }();
  if (file.has_begun()) print_summary(file);
  if (trouble) return fail(ExitStatus::failed, trouble->sentence);
  if (file.has_begun()) {
    return has_come_to_its_end(command, file, begun) ? ExitStatus::all_right
                                                     : fail_as_ended(asking, "capture");
  }
  if (!answer) return fail(answer.error());
  if (answer->status == 200) return fail_as_ended(asking, "capture");
  return fail(asking,
              {answer->status, Json::parse(answer->body, nullptr, /*allow_exceptions=*/false)});
}

}  // namespace stentor::ctl
