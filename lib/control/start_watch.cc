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

base::Result<std::unique_ptr<StartWatch>> StartWatch::begin(Handlers handlers) {
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
  return std::unique_ptr<StartWatch>(new StartWatch(signals, end, std::move(handlers)));
}

StartWatch::StartWatch(int signals, int end, Handlers handlers)
    : handlers_(std::move(handlers)), signals_(signals), end_(end), thread_([this] { wait(); }) {}

StartWatch::~StartWatch() {
  const std::uint64_t one = 1;
  // An eventfd takes the first write whatever happens.
  static_cast<void>(write(end_, &one, sizeof one));
  thread_.join();
  close(signals_);
  close(end_);
}

void StartWatch::wait() const {
  std::array<pollfd, 2> fds{{{.fd = end_, .events = POLLIN, .revents = 0},
                             {.fd = signals_, .events = POLLIN, .revents = 0}}};
  while (poll(fds.data(), fds.size(), -1) < 0) {
  }
  signalfd_siginfo info{};
  if (fds[0].revents != 0 || read(signals_, &info, sizeof info) != sizeof info) return;
  const int signal = static_cast<int>(info.ssi_signo);
  handlers_.on_signal(signal);
  if (!handlers_.on_overdue) return;
  const auto patience =
      std::chrono::duration_cast<std::chrono::milliseconds>(handlers_.patience).count();
  int ended = 0;
  while ((ended = poll(fds.data(), 1, static_cast<int>(patience))) < 0) {
  }
  if (ended == 0) handlers_.on_overdue(signal);
}

}  // namespace stentor::control
