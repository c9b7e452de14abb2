// SPDX-License-Identifier: BSD-3-Clause
#include "control/http_client.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/hex.h"
#include "control/unix_address.h"

namespace stentor::control {

namespace {

using Failure = tl::unexpected<HttpFailure>;

Failure failure(HttpFailure::Kind kind, std::string sentence) {
  return Failure(HttpFailure{kind, std::move(sentence)});
}

Failure cannot_connect(const std::string& path, int error) {
  if (error == EACCES || error == EPERM) {
    return failure(
        HttpFailure::Kind::refused,
        "you may not use " + path + ": be root, or in the group that control.socket names");
  }
  return failure(HttpFailure::Kind::unreachable,
                 "no stentord answers on " + path + " (" + base::system_reason(error) +
                     "): start it, or name its socket with --socket");
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// To the end of the connection, or until `visit` says so. False with errno.
template <typename Visit>
bool receive(int socket, const Visit& visit) {
  std::array<char, std::size_t{64} << 10> buffer;
  for (bool any = false;;) {
    const ssize_t received = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (received == 0) return true;
    if (received < 0 && errno == EINTR) continue;
    // Whoever refuses a connection at once may close it before all of the question is read.
    if (received < 0) return errno == ECONNRESET && any;
    any = true;
    if (!visit(std::string_view(buffer.data(), static_cast<std::size_t>(received)))) return true;
  }
}

bool receive_all(int socket, std::string& answer) {
  const auto take = [&answer](std::string_view more) {
    answer += more;
    return answer.size() <= kAnswerBytesMax;
  };
  if (!receive(socket, take)) return false;
  errno = EMSGSIZE;
  return answer.size() <= kAnswerBytesMax;
}

Failure no_answer(const std::string& path, std::chrono::seconds patience, int error) {
  const bool is_late = error == EAGAIN || error == EWOULDBLOCK;
  return failure(HttpFailure::Kind::unreachable,
                 "the stentord on " + path + " does not answer: " +
                     (is_late ? "nothing came for " + std::to_string(patience.count()) + " s"
                              : base::system_reason(error)));
}

// "HTTP/1.x NNN ...", headers, an empty line, the body.
tl::expected<HttpAnswer, HttpFailure> parse(const std::string& path, std::string_view text) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kStatusAt = kVersion.size() + 2;
  const std::size_t head = text.find("\r\n\r\n");
  HttpAnswer answer;
  bool is_whole = text.starts_with(kVersion) && head != std::string_view::npos;
  if (is_whole) {
    const std::string_view status = text.substr(kStatusAt, 3);
    const auto [end, error] =
        std::from_chars(status.data(), status.data() + status.size(), answer.status);
    is_whole = error == std::errc{} && end == status.data() + status.size();
  }
  if (!is_whole) {
    return failure(HttpFailure::Kind::broken, "what answers on " + path + " is no stentord");
  }
  answer.body = text.substr(head + 4);
  return answer;
}

// A socket that has been asked.
tl::expected<base::Descriptor, HttpFailure> begin(const std::string& socket_path,
                                                  std::string_view method, std::string_view target,
                                                  std::chrono::seconds patience) {
  const auto address = unix_address(socket_path);
  if (!address) {
    return failure(HttpFailure::Kind::unreachable, "'" + socket_path +
                                                       "' can be no socket: a path "
                                                       "has 1 to 107 bytes");
  }
  base::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    ::setsockopt(socket.number(), SOL_SOCKET, option, &limit, sizeof limit);
  }
  if (::connect(socket.number(), generic(*address), sizeof *address) != 0) {
    return cannot_connect(socket_path, errno);
  }
  const std::string question = std::string(method) + " " + std::string(target) +
                               " HTTP/1.0\r\nHost: stentor\r\nConnection: close\r\n\r\n";
  // A server that refuses at once has answered before it was asked.
  if (!send_all(socket.number(), question) && errno != EPIPE) {
    return no_answer(socket_path, patience, errno);
  }
  return socket;
}

}  // namespace

tl::expected<HttpAnswer, HttpFailure> ask(const std::string& socket_path, std::string_view method,
                                          std::string_view target, base::Duration patience) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(patience);
  const auto socket = begin(socket_path, method, target, seconds);
  if (!socket) return tl::unexpected(socket.error());
  std::string text;
  if (!receive_all(socket->number(), text)) return no_answer(socket_path, seconds, errno);
  return parse(socket_path, text);
}

tl::expected<HttpAnswer, HttpFailure> follow(const std::string& socket_path,
                                             std::string_view target,
                                             const std::function<bool(std::string_view)>& visit,
                                             base::Duration patience) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(patience);
  const auto socket = begin(socket_path, "GET", target, seconds);
  if (!socket) return tl::unexpected(socket.error());
  std::string text;
  std::optional<HttpAnswer> answer;
  bool goes_on = true;
  const auto take = [&](std::string_view more) {
    if (answer && answer->status == 200) return goes_on = visit(more);
    text += more;
    if (text.find("\r\n\r\n") == std::string::npos) return true;
    auto parsed = parse(socket_path, text);
    if (!parsed) return false;
    answer = *std::move(parsed);
    return answer->status != 200 || answer->body.empty() || (goes_on = visit(answer->body));
  };
  const bool ended = receive(socket->number(), take);
  if (!goes_on) return HttpAnswer{.status = 200, .body = {}};
  if (!answer) return parse(socket_path, text);
  if (!ended) return no_answer(socket_path, seconds, errno);
  return *std::move(answer);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    encoded += '%';
    encoded += base::kHexDigits[byte >> 4];
    encoded += base::kHexDigits[byte & 0xf];
  }
  return encoded;
}

}  // namespace stentor::control
