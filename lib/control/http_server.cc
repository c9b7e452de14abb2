// SPDX-License-Identifier: BSD-3-Clause
#include "control/http_server.h"

#include <algorithm>
#include <cerrno>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/signals_blocked.h"

namespace stentor::control {

namespace {

constexpr int kNiceness = 10;

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(std::vector<Listener> listeners,
                                                            const HttpLimits& limits, int news) {
  Endpoints endpoints;
  for (Listener& each : listeners) {
    auto endpoint = HttpEndpoint::make(each.socket, std::move(each.handler), limits, each.identity);
    if (!endpoint) return tl::unexpected(std::move(endpoint).error());
    endpoints.push_back(*std::move(endpoint));
  }
  base::Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) {
    return base::failure("cannot serve the control API: " + base::system_reason(errno) +
                         ". Raise the limit of open files (ulimit -n) and start again.");
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(endpoints), std::move(wake), news));
}

HttpServer::HttpServer(Endpoints endpoints, base::Descriptor wake, int news)
    : endpoints_(std::move(endpoints)), news_(news), wake_(std::move(wake)) {
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

HttpServer::~HttpServer() {
  stopping_.store(true);
  const std::uint64_t one = 1;
  // An eventfd takes the first write whatever happens.
  static_cast<void>(::write(wake_.number(), &one, sizeof one) == sizeof one);
  thread_.join();
}

void HttpServer::run() {
  // Of this thread alone (setpriority(2), "C library/kernel differences"). Refused, it goes on.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  while (!stopping_.load()) {
    wait(base::MonotonicClock::now());
    const base::Time now = base::MonotonicClock::now();
    for (const auto& endpoint : endpoints_) endpoint->step(now, waits_);
  }
}

void HttpServer::wait(base::Time now) {
  waits_ = {{.fd = wake_.number(), .events = POLLIN, .revents = 0},
            {.fd = news_, .events = POLLIN, .revents = 0}};
  int milliseconds = -1;
  for (const auto& endpoint : endpoints_) {
    endpoint->add_waits(now, waits_);
    const auto patience = endpoint->patience();
    if (!patience) continue;
    const auto most = std::chrono::ceil<std::chrono::milliseconds>(*patience).count();
    milliseconds =
        milliseconds < 0 ? static_cast<int>(most) : std::min(milliseconds, static_cast<int>(most));
  }
  if (::poll(waits_.data(), waits_.size(), milliseconds) <= 0 || waits_[1].revents == 0) return;
  std::uint64_t count = 0;
  // Whatever it says, streams are looked at.
  static_cast<void>(::read(news_, &count, sizeof count) == sizeof count);
}

}  // namespace stentor::control
