// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is asked of the control API and what it says, whatever carries it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace stentor::control {

struct HttpRequest {
  std::string method;
  std::string path;                                          // decoded, without the query
  std::vector<std::pair<std::string, std::string>> query{};  // decoded, in order
  bool has_body = false;                                     // which is not read
  // Values of headers; empty: there is none.
  std::string authorization{};
  std::string last_event_id{};
  std::string peer{};  // the address of who asks over TCP; empty: over the Unix socket
};

inline constexpr const char* kJsonType = "application/json";

// A body that does not end, made as it is read. Of the thread that serves.
class HttpStream {
 public:
  HttpStream() = default;
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  virtual ~HttpStream() = default;

  // What comes next; empty: nothing yet.
  virtual std::string next(base::Time now) = 0;
  // Nothing more comes, and what was said and not sent yet is not sent.
  [[nodiscard]] virtual bool has_ended() { return false; }
  // How soon to ask again whether there is something; nullopt: whoever has it wakes the server.
  [[nodiscard]] virtual std::optional<base::Duration> period() const { return std::nullopt; }
};

struct HttpReply;

// A reply that is not known yet: others are answered meanwhile. Of the thread that serves.
class HttpLater {
 public:
  HttpLater() = default;
  HttpLater(const HttpLater&) = delete;
  HttpLater& operator=(const HttpLater&) = delete;
  virtual ~HttpLater() = default;

  // nullopt: not yet. Asked each millisecond or so; it must have something to say within seconds.
  virtual std::optional<HttpReply> look(base::Time now) = 0;
};

struct HttpReply {
  unsigned status = 200;
  std::string body{};
  std::string type = kJsonType;
  std::shared_ptr<HttpStream> stream{};  // in place of the body
  std::shared_ptr<HttpLater> later{};    // in place of all else
  std::string allow{};  // of status 405: the methods that there are (RFC 9110 section 15.5.6)
  std::string authenticate{};  // of status 401 and 403: what is to be shown (RFC 6750 section 3)
};

using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

}  // namespace stentor::control
