// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// libmicrohttpd as each endpoint of the API runs it: without threads of its own, waiting by epoll,
// with connections that are handed in and that it never cuts for being slow; by TLS 1.2 or 1.3
// where it has a certificate. Private to http_endpoint.h.

#include <cstddef>
#include <memory>
#include <microhttpd.h>
#include <string>

#include "base/error.h"
#include "config/settings.h"

namespace stentor::control {

class HttpDaemon {
 public:
  using TargetCallback = void* (*)(void* context, const char* target, MHD_Connection* connection);

  struct Setup {
    TargetCallback on_target;  // of a request, not decoded: the first context of on_request
    MHD_AccessHandlerCallback on_request;
    MHD_NotifyConnectionCallback on_connection;
    MHD_RequestCompletedCallback on_reply_end;
    void* context;  // of all four, which outlives the daemon
    std::size_t connections;
    const config::TlsIdentity* identity;  // is copied; null: no TLS
  };

  // An error is one sentence: the certificate and the key are bad, or the process is out of
  // something.
  static base::Result<HttpDaemon> start(const Setup& setup);

  [[nodiscard]] MHD_Daemon* get() const { return daemon_.get(); }
  // Readable while there is something to do.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool has_connections() const;

 private:
  struct Stop {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
  };

  HttpDaemon() = default;

  // Destroyed from the last to the first: the library complains to its end, and reads PEM where it
  // lies.
  std::unique_ptr<std::string> complaint_ = std::make_unique<std::string>();  // its first one
  std::unique_ptr<const config::TlsIdentity> identity_;
  std::unique_ptr<MHD_Daemon, Stop> daemon_;
  int descriptor_ = -1;
};

}  // namespace stentor::control
