// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The thread that serves the control API, on all of its sockets. It is at the back of the queue for
// a core (nice 10): whatever comes to it takes next to nothing from workers that share one.
//
// Handlers run on this thread, one at a time: they may read a disk, but whoever waits for them
// waits. What they take from the control thread's own, they take under its lock (control/loop.h).

#include <atomic>
#include <memory>
#include <poll.h>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "control/http_endpoint.h"

namespace stentor::control {

class HttpServer {
 public:
  struct Listener {
    int socket;  // it listens, does not block, and outlives the server
    HttpHandler handler;
    const config::TlsIdentity* identity = nullptr;  // by TLS, as that; null: in the clear
  };

  // `news`: an eventfd that is readable when streams may have something to say; -1: none.
  static base::Result<std::unique_ptr<HttpServer>> start(std::vector<Listener> listeners,
                                                         const HttpLimits& limits = {},
                                                         int news = -1);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Waits for the handler that runs, and closes every connection.
  ~HttpServer();

  // Any thread. Of one of the listeners, which speaks TLS: see HttpEndpoint::renew().
  base::Result<void> renew(std::size_t listener, const config::TlsIdentity& identity) {
    return endpoints_[listener]->renew(identity);
  }

 private:
  using Endpoints = std::vector<std::unique_ptr<HttpEndpoint>>;

  HttpServer(Endpoints endpoints, base::Descriptor wake, int news);
  void run();
  void wait(base::Time now);

  const Endpoints endpoints_;
  const int news_;
  const base::Descriptor wake_;        // an eventfd: written by the destructor, ends the wait
  std::vector<pollfd> waits_;          // the thread's: what it waits for, as it was found to be
  std::atomic<bool> stopping_{false};  // written by the destructor, read by the thread
  std::thread thread_;
};

}  // namespace stentor::control
