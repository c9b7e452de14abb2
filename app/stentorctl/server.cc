// SPDX-License-Identifier: BSD-3-Clause
#include "server.h"

#include <cstdlib>

#include "config/bearer_token.h"
#include "config/file_text.h"
#include "control/url_client.h"

namespace stentor::ctl {

namespace {

using control::HttpFailure;

void take(std::string& value, const char* variable) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread, and nobody sets variables
  const char* text = std::getenv(variable);
  if (value.empty() && text != nullptr) value = text;
}

tl::unexpected<HttpFailure> refused(std::string sentence) {
  return tl::unexpected(HttpFailure{HttpFailure::Kind::refused, std::move(sentence)});
}

tl::expected<std::string, HttpFailure> read_token(const std::string& path) {
  constexpr std::size_t kBytesMax = 4096;
  auto text = config::read_secret_file_text(path, "file with a token", kBytesMax);
  if (!text) return refused("'" + path + "' " + text.error().sentence);
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->size() > kBytesMax || !config::is_bearer_token(*text)) {
    return refused("'" + path +
                   "' holds no token: one line, as control.tokens of stentord's "
                   "configuration names its file");
  }
  return *std::move(text);
}

tl::expected<control::UrlServer, HttpFailure> url_server(const Server& server) {
  if (server.token_file.empty()) {
    return refused(server.url + " asks for a token: name the file that holds it with --token-file");
  }
  auto token = read_token(server.token_file);
  if (!token) return tl::unexpected(std::move(token).error());
  return control::UrlServer{server.url, *std::move(token), server.ca_file};
}

}  // namespace

void Server::complete(bool is_socket_given) {
  if (!is_socket_given) take(url, "STENTOR_URL");
  take(token_file, "STENTOR_TOKEN_FILE");
  take(ca_file, "STENTOR_CACERT");
}

tl::expected<control::HttpAnswer, HttpFailure> ask(const Server& server, std::string_view method,
                                                   std::string_view target) {
  if (server.url.empty()) return control::ask(server.socket, method, target);
  const auto over_tcp = url_server(server);
  if (!over_tcp) return tl::unexpected(over_tcp.error());
  return control::ask(*over_tcp, method, target);
}

tl::expected<control::HttpAnswer, HttpFailure> follow(
    const Server& server, std::string_view target,
    const std::function<bool(std::string_view)>& visit) {
  if (server.url.empty()) return control::follow(server.socket, target, visit);
  const auto over_tcp = url_server(server);
  if (!over_tcp) return tl::unexpected(over_tcp.error());
  return control::follow(*over_tcp, target, visit);
}

}  // namespace stentor::ctl
