// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The answers of one endpoint that do not end. One that has nothing to say is suspended, so that
// nobody turns round for it, until it has. Private to http_endpoint.cc, and of its thread.

#include <functional>
#include <list>
#include <memory>
#include <microhttpd.h>
#include <optional>
#include <string>

#include "base/clock.h"
#include "control/http_message.h"

namespace stentor::control {

class HttpStreams {
 public:
  // `on_read`: a connection has taken what it was given, and is asked to take more.
  explicit HttpStreams(std::function<void(MHD_Connection*)> on_read)
      : on_read_(std::move(on_read)) {}
  HttpStreams(const HttpStreams&) = delete;
  HttpStreams& operator=(const HttpStreams&) = delete;

  // A response whose body is `source`'s; null: no memory.
  MHD_Response* begin(MHD_Connection* connection, std::shared_ptr<HttpStream> source);
  // Those that have something to say go on, and those that have ended, or whose client has gone,
  // end. (Over TCP who has gone is found out by what is sent next.)
  void step(base::Time now);
  // How soon step() is to be called again, whatever else happens; nullopt: no stream asks for it.
  [[nodiscard]] std::optional<base::Duration> period() const;
  // All end, with the library's next run. It stops only without suspended connections.
  void close();

 private:
  struct Live {
    HttpStreams& all;
    MHD_Connection* connection;
    std::shared_ptr<HttpStream> source;
    std::string pending{};  // what it said last
    std::size_t taken = 0;  // of that
    bool is_suspended = false;
    bool is_left = false;  // by its client
  };

  // As the library calls them.
  static ssize_t read(void* live, std::uint64_t at, char* buffer, std::size_t room);
  static void end(void* live);

  const std::function<void(MHD_Connection*)> on_read_;
  std::list<Live> live_;
  bool is_closing_ = false;
};

}  // namespace stentor::control
