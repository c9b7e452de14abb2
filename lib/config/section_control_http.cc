// SPDX-License-Identifier: BSD-3-Clause
// control.http and control.tokens: the API over TCP, with the secrets that are read from files.
#include "config/bearer_token.h"
#include "config/file_text.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

using ReadText = base::Result<std::string> (*)(const std::string& path, std::string_view what,
                                               std::size_t bytes_max);

// What the file says is in no message.
std::optional<std::string> read_file_of(const Cursor& value, ReadText read, std::string_view what,
                                        std::size_t bytes_max) {
  const auto path = read_absolute_path(value);
  if (!path) return std::nullopt;
  auto text = read(*path, what, bytes_max);
  if (!text) {
    value.error(text.error().sentence);
    return std::nullopt;
  }
  if (text->size() > bytes_max) {
    value.error("it is too long for a " + std::string(what));
    return std::nullopt;
  }
  return *std::move(text);
}

std::string read_token(const Cursor& value) {
  constexpr std::size_t kLineEndBytes = 2;
  auto text = read_file_of(value, read_secret_file_text, "file with a token",
                           kTokenBytesMax + kLineEndBytes);
  if (!text) return {};
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->size() >= kTokenBytesMin && text->size() <= kTokenBytesMax && is_bearer_token(*text)) {
    return *std::move(text);
  }
  value.error("it holds no token: write one line of " + std::to_string(kTokenBytesMin) + " to " +
              std::to_string(kTokenBytesMax) +
              " letters, digits, '-', '.', '_', '~', '+' and '/' into it, as `openssl rand -hex "
              "32` makes one");
  return {};
}

void read_tokens(const Cursor& value, ControlTokens& tokens) {
  Mapping section(value, kControlTokensSection);
  const auto read = section.find("read");
  const auto write = section.find("write");
  if (!section.stands("read") && !section.stands("write")) {
    value.unexpected("it names no file");
  }
  if (read) tokens.read = read_token(*read);
  if (write) tokens.write = read_token(*write);
  if (write && !tokens.write.empty() && tokens.write == tokens.read) {
    write->error(
        "it holds the token of control.tokens.read, whose holders could change everything: write "
        "another one into it");
  }
}

std::optional<TlsIdentity> read_identity(const Cursor& value) {
  TlsIdentity identity;
  Mapping section(value, kControlTlsSection);
  if (const auto file = section.find("cert")) {
    identity.certificate_file = file->text();
    assign(identity.certificate,
           read_file_of(*file, read_file_text, "file with a certificate", kPemFileBytesMax));
  }
  if (const auto file = section.find("key")) {
    identity.key_file = file->text();
    assign(identity.key,
           read_file_of(*file, read_secret_file_text, "file with a private key", kPemFileBytesMax));
  }
  return identity;
}

std::optional<ControlHttp> read_http(const Cursor& value) {
  ControlHttp http;
  Mapping section(value, kControlHttpSection);
  const auto tls = section.find("tls");
  if (tls) http.tls = read_identity(*tls);
  const auto address = section.find("address");
  const auto where = address ? read_tcp_address(*address) : std::nullopt;
  if (!where) return std::nullopt;
  http.address = *where;
  if (!where->address.is_loopback() && !section.stands("tls")) {
    address->error(
        "it is not loopback (127.0.0.0/8), and whoever is on the way could read the tokens: give "
        "control.http.tls a certificate and its key, or another address");
  }
  return http;
}

}  // namespace

void read_control_http(Mapping& control_section, Control& control) {
  const auto tokens = control_section.find("tokens");
  if (tokens) read_tokens(*tokens, control.tokens);
  const auto http = control_section.find("http");
  const bool is_wanted = http && !http->is_word("none");
  if (is_wanted && http->is_scalar()) return http->unexpected();
  if (is_wanted) control.http = read_http(*http);
  if (is_wanted && !control_section.stands("tokens")) {
    http->error(
        "over TCP whoever asks must show a token: name files that hold some in control.tokens, "
        "like {read: /etc/stentor/read.token, write: /etc/stentor/write.token}");
  }
  if (tokens && !control_section.stands("http")) {
    tokens->error(
        "nobody asks for tokens but control.http, and there is none: give one, or take "
        "the tokens away");
  }
}

}  // namespace stentor::config
