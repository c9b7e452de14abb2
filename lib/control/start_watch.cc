// SPDX-License-Identifier: BSD-3-Clause
#include "control/start_watch.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace stentor::control {

base::Result<std::unique_ptr<StartWatch>> StartWatch::begin(std::function<void(int)> on_signal) {
  sigset_t set;
  sigemptyset(&set);
  // SIGHUP stays pending until Loop::run() reports it.
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&set, signal);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  const int end = eventfd(0, EFD_CLOEXEC);
  if (signals < 0 || end < 0) {
    const int error = errno;
    if (signals >= 0) close(signals);
    if (end >= 0) close(end);
    return base::failure(std::string("cannot wait for signals: ") + base::system_reason(error) +
                         ". Raise the limit of open files (ulimit -n) and start again.");
  }
  return std::unique_ptr<StartWatch>(new StartWatch(signals, end, std::move(on_signal)));
}

StartWatch::StartWatch(int signals, int end, std::function<void(int)> on_signal)
    : signals_(signals), end_(end), thread_([this, call = std::move(on_signal)] { wait(call); }) {}

StartWatch::~StartWatch() {
  const std::uint64_t one = 1;
  // An eventfd takes the first write whatever happens.
  static_cast<void>(write(end_, &one, sizeof one));
  thread_.join();
  close(signals_);
  close(end_);
}

void StartWatch::wait(const std::function<void(int)>& on_signal) const {
  std::array<pollfd, 2> fds{{{.fd = end_, .events = POLLIN, .revents = 0},
                             {.fd = signals_, .events = POLLIN, .revents = 0}}};
  while (poll(fds.data(), fds.size(), -1) < 0) {
  }
  signalfd_siginfo info{};
  if (fds[0].revents != 0 || read(signals_, &info, sizeof info) != sizeof info) return;
  on_signal(static_cast<int>(info.ssi_signo));
}

}  // namespace stentor::control
