// SPDX-License-Identifier: BSD-3-Clause
#include "control/http_endpoint.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "control/http_daemon.h"

namespace stentor::control {

namespace {

// In a flood of connections those that are there have their turn between two lots of newcomers.
constexpr int kAcceptsAStep = 64;
constexpr base::Duration kFilesPause = std::chrono::milliseconds{100};
// How late a connection may be cut.
constexpr base::Duration kLookPeriod = std::chrono::milliseconds{500};
// From one look at a reply that is not known yet to the next.
constexpr base::Duration kLaterPeriod = std::chrono::milliseconds{1};

constexpr std::string_view kBusyBody =
    "{\"error\": \"there are as many connections as the limit allows; ask again\"}\n";

constexpr std::string_view kNulBody =
    "{\"error\": \"the request's target has %00 in it, a byte that nothing here has\"}\n";

std::string busy_reply() {
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(kBusyBody.size()) + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" +
         std::string(kBusyBody);
}

// A new socket's buffer takes it whole, so this does not wait. What the client has sent is read:
// closing would otherwise take the reply back (RFC 9112 section 9.6).
void refuse_in_the_clear(int socket) {
  static const std::string text = busy_reply();
  static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> unread;
  static_cast<void>(::recv(socket, unread.data(), unread.size(), MSG_DONTWAIT));
  ::close(socket);
}

MHD_Result note_argument(void* request, MHD_ValueKind /*kind*/, const char* name,
                         const char* value) {
  static_cast<HttpRequest*>(request)->query.emplace_back(name, value == nullptr ? "" : value);
  return MHD_YES;
}

// RFC 9112 section 6. Who says that there are no bytes sends none.
bool has_body(MHD_Connection* connection) {
  const auto find = [connection](const char* header) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, header);
  };
  const char* length = find(MHD_HTTP_HEADER_CONTENT_LENGTH);
  return (length != nullptr && std::string_view(length) != "0") ||
         find(MHD_HTTP_HEADER_TRANSFER_ENCODING) != nullptr;
}

// An exception has no way through the library.
template <typename Answer>
std::optional<HttpReply> with_memory(const Answer& answer) {
  try {
    return answer();
  } catch (const std::exception&) {
    return HttpReply{.status = 500,
                     .body = "{\"error\": \"the answer could not be made: out of memory?\"}\n"};
  }
}

std::string peer_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return {};
  const sockaddr& address = *info->client_addr;
  const bool is_v6 = address.sa_family == AF_INET6;
  if (!is_v6 && address.sa_family != AF_INET) return {};
  std::array<char, NI_MAXHOST> text{};
  const socklen_t bytes = is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  const int failed =
      ::getnameinfo(&address, bytes, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? text.data() : "";
}

// `closes`: the connection ends behind it.
MHD_Result send(MHD_Connection* connection, HttpReply reply, HttpStreams& streams, bool closes) {
  MHD_Response* response = reply.stream != nullptr
                               ? streams.begin(connection, reply.stream)
                               : MHD_create_response_from_buffer(
                                     reply.body.size(), reply.body.data(), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.type.c_str());
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (!reply.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply.allow.c_str());
  }
  if (!reply.authenticate.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, reply.authenticate.c_str());
  }
  // Who has no token keeps no connection: it comes to the end of the queue again.
  if (closes || reply.status == MHD_HTTP_UNAUTHORIZED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  }
  if (reply.status == MHD_HTTP_SERVICE_UNAVAILABLE) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
  }
  const MHD_Result queued = MHD_queue_response(connection, reply.status, response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace

// As the library calls them, on the thread that calls step().
struct HttpEndpoint::Callbacks {
  // Null: it is not open yet, or no more.
  static Connection* entry_of(MHD_Connection* connection) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == nullptr ? nullptr : static_cast<Connection*>(info->socket_context);
  }

  static void* on_target(void* /*self*/, const char* target, MHD_Connection* /*connection*/) {
    return std::string_view(target).find("%00") == std::string_view::npos ? nullptr : &nul_mark;
  }

  // Called twice, the first time with no context, and once more when a reply that had to be waited
  // for is there. Who sends a body is answered before it is read,
  // and the connection closes behind the answer; others keep theirs.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path,
                               const char* method, const char* /*version*/, const char* /*data*/,
                               std::size_t* /*bytes*/, void** context) {
    if (*context == nullptr && !has_body(connection)) {
      *context = self;
      return MHD_YES;
    }
    auto& endpoint = *static_cast<HttpEndpoint*>(self);
    std::optional<HttpReply> reply = *context == &nul_mark
                                         ? HttpReply{.status = 400, .body = std::string(kNulBody)}
                                         : endpoint.reply_or_wait(connection, method, path);
    if (!reply) return MHD_YES;
    // Who asks on finds the newest certificate, also if this was what renewed it.
    endpoint.take_renewed();
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON);
    const bool is_old = info != nullptr && info->daemon != endpoint.daemons_.front()->get();
    return send(connection, *std::move(reply), endpoint.streams_, is_old);
  }

  // The context of a request with a NUL, at which the library would cut what it is in.
  static inline char nul_mark = 0;

  static void on_reply_end(void* self, MHD_Connection* connection, void** /*context*/,
                           MHD_RequestTerminationCode /*how*/) {
    Connection* const entry = entry_of(connection);
    if (entry == nullptr) return;
    entry->since = base::MonotonicClock::now();
    entry->patience = static_cast<HttpEndpoint*>(self)->limits_.exchange_time;
  }

  static void on_connection(void* self, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what) {
    auto& endpoint = *static_cast<HttpEndpoint*>(self);
    auto& open = endpoint.open_;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
      const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
      open.push_back(
          {info->connect_fd, base::MonotonicClock::now(), endpoint.limits_.exchange_time});
      *context = &open.back();
    } else {
      open.remove_if([&](const Connection& each) { return &each == *context; });
      endpoint.waiting_.remove_if(
          [connection](const Waiting& each) { return each.connection == connection; });
    }
  }
};

HttpEndpoint::HttpEndpoint(int socket, HttpHandler handler, const HttpLimits& limits,
                           bool is_secure)
    : socket_(socket),
      handler_(std::move(handler)),
      limits_(limits),
      is_secure_(is_secure),
      streams_([this](MHD_Connection* connection) { note_stream_read(connection); }) {}

base::Result<std::unique_ptr<HttpEndpoint>> HttpEndpoint::make(
    int socket, HttpHandler handler, const HttpLimits& limits,
    const config::TlsIdentity* identity) {
  std::unique_ptr<HttpEndpoint> made(
      new HttpEndpoint(socket, std::move(handler), limits, identity != nullptr));
  auto daemon = made->make_daemon(identity);
  if (!daemon) return tl::unexpected(std::move(daemon).error());
  made->daemons_.push_front(*std::move(daemon));
  return made;
}

base::Result<std::unique_ptr<HttpDaemon>> HttpEndpoint::make_daemon(
    const config::TlsIdentity* identity) {
  auto daemon = HttpDaemon::start({.on_target = &Callbacks::on_target,
                                   .on_request = &Callbacks::on_request,
                                   .on_connection = &Callbacks::on_connection,
                                   .on_reply_end = &Callbacks::on_reply_end,
                                   .context = this,
                                   .connections = limits_.connections,
                                   .identity = identity});
  if (!daemon) return tl::unexpected(std::move(daemon).error());
  return std::make_unique<HttpDaemon>(*std::move(daemon));
}

HttpEndpoint::~HttpEndpoint() {
  streams_.close();
  for (Waiting& each : waiting_) {
    if (!each.reply) MHD_resume_connection(each.connection);
    each.reply.emplace(HttpReply{.status = 503, .body = "{\"error\": \"stentord ends\"}\n"});
  }
  for (const auto& daemon : daemons_) MHD_run(daemon->get());
}

base::Result<void> HttpEndpoint::renew(const config::TlsIdentity& identity) {
  auto daemon = make_daemon(&identity);
  if (!daemon) return tl::unexpected(std::move(daemon).error());
  // Whoever connects next wakes the thread that takes it.
  const std::scoped_lock locked(renewed_lock_);
  renewed_ = *std::move(daemon);
  return {};
}

void HttpEndpoint::take_renewed() {
  const std::scoped_lock locked(renewed_lock_);
  if (renewed_ != nullptr) daemons_.push_front(std::move(renewed_));
}

void HttpEndpoint::add_waits(base::Time now, std::vector<pollfd>& waits) {
  const auto add = [&waits](int descriptor) {
    waits.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
  };
  accept_wait_.reset();
  if (now >= accepts_from_) {
    accepts_from_ = {};
    accept_wait_ = waits.size();
    add(socket_);
  }
  for (const auto& daemon : daemons_) add(daemon->descriptor());
}

std::optional<base::Duration> HttpEndpoint::patience() const {
  for (const auto& daemon : daemons_) {
    MHD_UNSIGNED_LONG_LONG milliseconds = 0;
    if (MHD_get_timeout(daemon->get(), &milliseconds) == MHD_YES && milliseconds == 0) {
      return base::Duration::zero();
    }
  }
  if (!waiting_.empty()) return kLaterPeriod;
  if (accepts_from_ != base::Time{}) return kFilesPause;
  if (open_.empty()) return std::nullopt;
  const auto period = streams_.period();
  return period ? std::min<base::Duration>(*period, kLookPeriod) : kLookPeriod;
}

void HttpEndpoint::step(base::Time now, std::span<const pollfd> waits) {
  if (accept_wait_ && waits[*accept_wait_].revents != 0) accept(now);
  streams_.step(now);
  resume_answered(now);
  for (const auto& daemon : daemons_) MHD_run(daemon->get());
  std::erase_if(daemons_, [this](const auto& daemon) {
    return daemon != daemons_.front() && !daemon->has_connections();
  });
  cut_overdue(now);
}

void HttpEndpoint::accept(base::Time now) {
  std::size_t room = limits_.connections - std::min(open_.size(), limits_.connections);
  for (int i = 0; i < kAcceptsAStep; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const int socket = ::accept4(socket_, generic, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
      // Out of files or memory: the socket stays readable, and nothing here can change that.
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        accepts_from_ = now + kFilesPause;
      }
      return;
    }
    // Who came after a renewal is shown it.
    take_renewed();
    if (room == 0) {
      is_secure_ ? static_cast<void>(::close(socket)) : refuse_in_the_clear(socket);
      continue;
    }
    --room;
    // It closes the socket whatever becomes of it.
    MHD_add_connection(daemons_.front()->get(), socket, generic, length);
  }
}

// The library finds the end of such a connection by itself then.
void HttpEndpoint::cut_overdue(base::Time now) {
  for (const Connection& each : open_) {
    if (now - each.since > each.patience) ::shutdown(each.socket, SHUT_RDWR);
  }
}

std::optional<HttpReply> HttpEndpoint::reply_or_wait(MHD_Connection* connection, const char* method,
                                                     const char* path) {
  const auto known = std::ranges::find(waiting_, connection, &Waiting::connection);
  if (known != waiting_.end()) {
    std::optional<HttpReply> reply = std::move(known->reply);
    waiting_.erase(known);
    return reply;
  }
  HttpReply reply = answer(connection, method, path);
  if (reply.later == nullptr) return reply;
  const base::Time now = base::MonotonicClock::now();
  if (auto known_now = with_memory([&] { return reply.later->look(now); })) return known_now;
  waiting_.push_back({.connection = connection, .later = std::move(reply.later)});
  MHD_suspend_connection(connection);
  return std::nullopt;
}

void HttpEndpoint::resume_answered(base::Time now) {
  for (Waiting& each : waiting_) {
    if (each.reply) continue;
    each.reply = with_memory([&] { return each.later->look(now); });
    if (each.reply) MHD_resume_connection(each.connection);
  }
}

void HttpEndpoint::note_stream_read(MHD_Connection* connection) const {
  Connection* const entry = Callbacks::entry_of(connection);
  if (entry == nullptr) return;
  entry->since = base::MonotonicClock::now();
  entry->patience = limits_.stream_patience;
}

HttpReply HttpEndpoint::answer(MHD_Connection* connection, const char* method,
                               const char* path) const {
  const auto header = [connection](const char* name) {
    const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return std::string(value == nullptr ? "" : value);
  };
  HttpRequest request{.method = method,
                      .path = path,
                      .has_body = has_body(connection),
                      .authorization = header(MHD_HTTP_HEADER_AUTHORIZATION),
                      .last_event_id = header("Last-Event-ID"),
                      .peer = peer_of(connection)};
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, note_argument, &request);
  return *with_memory([&] { return std::optional(handler_(request)); });
}

}  // namespace stentor::control
