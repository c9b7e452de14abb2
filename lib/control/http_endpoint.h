// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One listening socket of the control API with its connections. Private to http_server.cc, whose
// thread has it.
//
// Nobody holds it up: nothing here blocks, whoever comes beyond the limit of connections hears 503
// at once (under TLS, where an answer would cost a handshake, finds the connection closed), and a
// connection on which a handshake, a request and its reply take longer than `exchange_time` is cut,
// however it drips. An answer that does not end lasts as long as its client takes something of it
// now and then.

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "config/settings.h"
#include "control/http_message.h"
#include "control/http_streams.h"

struct MHD_Connection;

namespace stentor::control {

class HttpDaemon;

struct HttpLimits {
  std::size_t connections = 64;  // DESIGN section 9; of each socket: one cannot lock out another
  // From the accept, or the end of the last reply, to the end of the next.
  base::Duration exchange_time = std::chrono::seconds{10};
  // Of an answer that does not end: from one time that its client has taken all to the next.
  base::Duration stream_patience = std::chrono::seconds{60};
};

class HttpEndpoint {
 public:
  // `socket` listens, does not block, and outlives the endpoint. `identity`: by TLS, as that; null:
  // in the clear. An error is one sentence.
  static base::Result<std::unique_ptr<HttpEndpoint>> make(int socket, HttpHandler handler,
                                                          const HttpLimits& limits,
                                                          const config::TlsIdentity* identity);
  HttpEndpoint(const HttpEndpoint&) = delete;
  HttpEndpoint& operator=(const HttpEndpoint&) = delete;
  ~HttpEndpoint();

  // Any thread: who connects from now on is shown this. Those who have connected go on until they
  // end. An error is one sentence, and changes nothing.
  base::Result<void> renew(const config::TlsIdentity& identity);

  // What to wait for: who connects, and those who have.
  void add_waits(base::Time now, std::vector<pollfd>& waits);
  // How long a wait may last; nullopt: as long as nothing comes.
  [[nodiscard]] std::optional<base::Duration> patience() const;

  // Does what there is to do, and no more than a little of it. `waits`: what add_waits() was last
  // given, as it was found to be.
  void step(base::Time now, std::span<const pollfd> waits);

 private:
  struct Connection {
    int socket;
    base::Time since;  // its last reply ended, it came, or it has taken what a stream had
    base::Duration patience;
  };

  // A request whose reply is not known yet: its connection is suspended until it is.
  struct Waiting {
    MHD_Connection* connection;
    std::shared_ptr<HttpLater> later;
    std::optional<HttpReply> reply{};
  };

  struct Callbacks;
  HttpEndpoint(int socket, HttpHandler handler, const HttpLimits& limits, bool is_secure);
  base::Result<std::unique_ptr<HttpDaemon>> make_daemon(const config::TlsIdentity* identity);
  void take_renewed();
  void accept(base::Time now);
  void cut_overdue(base::Time now);
  // The reply if it is known, else nullopt, and the connection is suspended.
  std::optional<HttpReply> reply_or_wait(MHD_Connection* connection, const char* method,
                                         const char* path);
  void resume_answered(base::Time now);
  void note_stream_read(MHD_Connection* connection) const;
  [[nodiscard]] HttpReply answer(MHD_Connection* connection, const char* method,
                                 const char* path) const;

  const int socket_;
  const HttpHandler handler_;
  const HttpLimits limits_;
  const bool is_secure_;  // by TLS
  std::list<Connection> open_;
  HttpStreams streams_;
  std::list<Waiting> waiting_;
  base::Time accepts_from_{};  // after the process could open no more files
  // The place of socket_ among what is waited for; nullopt: it is not waited for.
  std::optional<std::size_t> accept_wait_;
  // Newcomers are the first one's; the others have connections that are not at their end. They tell
  // `open_` and `streams_` of theirs.
  std::list<std::unique_ptr<HttpDaemon>> daemons_;
  std::mutex renewed_lock_;
  // The next first one, if any. Guarded by renewed_lock_: renew() leaves it, who steps takes it.
  std::unique_ptr<HttpDaemon> renewed_;
};

}  // namespace stentor::control
