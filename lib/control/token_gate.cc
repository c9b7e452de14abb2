// SPDX-License-Identifier: BSD-3-Clause
#include "control/token_gate.h"

#include <strings.h>

#include "control/json_reply.h"

namespace stentor::control {

namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr const char* kRealm = "Bearer realm=\"stentor\"";

// Schemes are of any case (RFC 9110 section 11.1). Empty: there is none.
std::string_view token_of(const HttpRequest& request) {
  std::string_view value = request.authorization;
  if (value.size() < kScheme.size() ||
      ::strncasecmp(value.data(), kScheme.data(), kScheme.size()) != 0) {
    return {};
  }
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

HttpReply refuse(unsigned status, const char* error, const std::string& sentence) {
  HttpReply reply = error_reply(status, sentence);
  reply.authenticate = std::string(kRealm) + error;
  return reply;
}

}  // namespace

void TokenGate::set(config::ControlTokens tokens) {
  const std::lock_guard held(mutex_);
  tokens_ = std::move(tokens);
}

config::ControlTokens TokenGate::tokens() const {
  const std::lock_guard held(mutex_);
  return tokens_;
}

std::optional<HttpReply> TokenGate::refusal(const HttpRequest& request) const {
  const std::string_view shown = token_of(request);
  if (shown.empty()) {
    return refuse(401, "", "over TCP each request needs a token: Authorization: Bearer TOKEN");
  }
  const config::ControlTokens tokens = this->tokens();
  // Both, whatever the first says: the time tells nothing. One that is not given is nobody's.
  const bool may_write = is_secret_(shown, tokens.write) && !tokens.write.empty();
  const bool may_read = is_secret_(shown, tokens.read) && !tokens.read.empty();
  if (!may_write && !may_read) {
    return refuse(401, ", error=\"invalid_token\"", "this token is not one of control.tokens");
  }
  const bool changes = request.method != "GET" && request.method != "HEAD";
  if (changes && !may_write) {
    return refuse(403, ", error=\"insufficient_scope\"",
                  "this changes something, which takes the token of control.tokens.write");
  }
  return std::nullopt;
}

}  // namespace stentor::control
