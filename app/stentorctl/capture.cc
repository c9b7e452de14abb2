// SPDX-License-Identifier: BSD-3-Clause
#include "capture.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

#include "capture_file.h"

namespace stentor::ctl {

namespace {

void print_summary(const CaptureFile& file) {
  std::fprintf(stderr, "%llu frame%s captured", static_cast<unsigned long long>(file.frames()),
               file.frames() == 1 ? "" : "s");
  if (file.lost() != 0) {
    std::fprintf(stderr, ", %llu lost: they came faster than they were taken from the stentord",
                 static_cast<unsigned long long>(file.lost()));
  }
  std::fputc('\n', stderr);
}

// What workers saw before has come from the stentord by then.
constexpr std::chrono::milliseconds kLastFrames{100};

// SIGINT and SIGTERM end the program with its summary, between two blocks.
class EndBySignal {
 public:
  EndBySignal(std::mutex& writing, const CaptureFile& file) {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this, &writing, &file] { wait(writing, file); });
  }
  EndBySignal(const EndBySignal&) = delete;
  EndBySignal& operator=(const EndBySignal&) = delete;
  ~EndBySignal() {
    is_over_ = true;
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  void wait(std::mutex& writing, const CaptureFile& file) const {
    constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!is_over_) {
      if (::sigtimedwait(&signals_, nullptr, &kLook) < 0) continue;
      std::this_thread::sleep_for(kLastFrames);
      const std::lock_guard held(writing);
      print_summary(file);
      std::_Exit(static_cast<int>(ExitStatus::all_right));
    }
  }

  sigset_t signals_{};
  sigset_t before_{};
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

bool has_come_to_its_end(const CaptureCommand& command, const CaptureFile& file,
                         std::chrono::steady_clock::time_point begun) {
  if (!command.frames.empty() &&
      file.frames() >= std::strtoull(command.frames.c_str(), nullptr, 10))
    return true;
  // It began a little later there than here.
  const std::chrono::duration<double> past = std::chrono::steady_clock::now() - begun;
  return !command.seconds.empty() && past.count() >= std::strtod(command.seconds.c_str(), nullptr);
}

}  // namespace

ExitStatus run_capture(const Asking& asking, const CaptureCommand& command) {
  if (command.output == "-" && ::isatty(STDOUT_FILENO) == 1) {
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
  std::mutex writing;
  std::optional<base::Error> trouble;
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = [&] {
    const EndBySignal end(writing, file);
    return follow(asking.server, target, [&](std::string_view bytes) {
      const std::lock_guard held(writing);
      const auto taken = file.take(bytes);
      if (!taken) trouble = taken.error();
      return taken.has_value();
    });
  }();
  if (trouble) return fail(ExitStatus::failed, trouble->sentence);
  if (!answer) return fail(answer.error());
  if (answer->status != 200) {
    return fail(asking,
                {answer->status, Json::parse(answer->body, nullptr, /*allow_exceptions=*/false)});
  }
  print_summary(file);
  if (has_come_to_its_end(command, file, begun)) return ExitStatus::all_right;
  return fail(ExitStatus::failed, asking.server.name() +
                                      " has ended the capture: that stentord has ended, or this "
                                      "was read too slowly");
}

}  // namespace stentor::ctl
