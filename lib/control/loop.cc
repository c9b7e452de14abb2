// SPDX-License-Identifier: BSD-3-Clause
#include "control/loop.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"

namespace stentor::control {

namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

base::Result<Loop> Loop::make() {
  const sigset_t set = handled_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // virtio-user writes to its peer's socket whether or not the peer is there.
  std::signal(SIGPIPE, SIG_IGN);
  const int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) {
    return base::failure(std::string("cannot wait for signals: ") + base::system_reason(errno) +
                         ". Raise the limit of open files (ulimit -n) and start again.");
  }
  return Loop(descriptor);
}

Loop::Loop(Loop&& other) noexcept : signals_(std::exchange(other.signals_, -1)) {}

Loop::~Loop() {
  if (signals_ >= 0) close(signals_);
}

int Loop::run(base::Duration tick, const Handlers& handlers) {
  const auto period = std::chrono::duration_cast<std::chrono::milliseconds>(tick).count();
  std::unique_lock<StateLock> held;
  if (handlers.lock != nullptr) held = std::unique_lock(*handlers.lock, std::defer_lock);
  for (;;) {
    std::array<pollfd, 3> waits{{{.fd = signals_, .events = POLLIN, .revents = 0},
                                 {.fd = handlers.news, .events = POLLIN, .revents = 0},
                                 {.fd = handlers.wake, .events = POLLIN, .revents = 0}}};
    if (held) held.unlock();
    const bool woken = poll(waits.data(), waits.size(), static_cast<int>(period)) > 0;
    if (handlers.lock != nullptr) held.lock();
    eventfd_t count = 0;
    if (woken && (waits[2].revents & POLLIN) != 0) eventfd_read(handlers.wake, &count);
    if (woken && (waits[1].revents & POLLIN) != 0) handlers.on_news();
    if (woken && (waits[0].revents & POLLIN) != 0) {
      signalfd_siginfo info{};
      if (read(signals_, &info, sizeof info) == sizeof info) {
        const int signal = static_cast<int>(info.ssi_signo);
        if (signal != SIGHUP) return signal;
        handlers.on_hangup();
      }
    }
    handlers.on_tick(base::MonotonicClock::now());
    if (handlers.is_over && handlers.is_over()) return 0;
  }
}

}  // namespace stentor::control
