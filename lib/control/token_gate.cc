// SPDX-License-Identifier: BSD-3-Clause
#include "control/token_gate.h"

#include <memory>
#include <strings.h>
#include <utility>

#include "control/json_reply.h"

namespace stentor::control {

namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kCapturePath = "/v1/capture";
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

// Asks the gate anew after each reload, and once at first: one may have come while the answer was
// made.
class GuardedStream final : public HttpStream {
 public:
  GuardedStream(const TokenGate& gate, HttpRequest request, std::shared_ptr<HttpStream> inner)
      : gate_(gate), request_(std::move(request)), inner_(std::move(inner)) {}

  std::string next(base::Time now) override { return inner_->next(now); }
  [[nodiscard]] std::optional<base::Duration> period() const override { return inner_->period(); }
  bool has_ended() override {
    const std::uint64_t rounds = gate_.rounds_.load(std::memory_order_relaxed);
    if (asked_in_ != rounds) {
      is_shut_out_ = gate_.fault_of(request_).has_value();
      asked_in_ = rounds;
    }
    return is_shut_out_ || inner_->has_ended();
  }

 private:
  const TokenGate& gate_;
  const HttpRequest request_;
  const std::shared_ptr<HttpStream> inner_;
  std::optional<std::uint64_t> asked_in_{};
  bool is_shut_out_ = false;
};

void TokenGate::set(config::ControlTokens tokens) {
  const std::lock_guard held(mutex_);
  tokens_ = std::move(tokens);
  rounds_.fetch_add(1, std::memory_order_relaxed);
}

config::ControlTokens TokenGate::tokens() const {
  const std::lock_guard held(mutex_);
  return tokens_;
}

std::optional<TokenGate::Fault> TokenGate::fault_of(const HttpRequest& request) const {
  const std::string_view shown = token_of(request);
  if (shown.empty()) return Fault::no_token;
  const config::ControlTokens tokens = this->tokens();
  // Both, whatever the first says: the time tells nothing. One that is not given is nobody's.
  const bool may_write = is_secret_(shown, tokens.write) && !tokens.write.empty();
  const bool may_read = is_secret_(shown, tokens.read) && !tokens.read.empty();
  if (!may_write && !may_read) return Fault::wrong_token;
  // A capture changes nothing, but shows what others are sent.
  const bool is_for_writers =
      (request.method != "GET" && request.method != "HEAD") || request.path == kCapturePath;
  if (is_for_writers && !may_write) return Fault::read_only;
  return std::nullopt;
}

std::optional<HttpReply> TokenGate::refusal(const HttpRequest& request) {
  const auto fault = fault_of(request);
  if (!fault) return std::nullopt;
  refused_[static_cast<std::size_t>(*fault)].fetch_add(1, std::memory_order_relaxed);
  switch (*fault) {
    case Fault::no_token:
      break;
    case Fault::wrong_token:
      return refuse(401, ", error=\"invalid_token\"", "this token is not one of control.tokens");
    case Fault::read_only:
      return refuse(403, ", error=\"insufficient_scope\"",
                    "this takes the token of control.tokens.write: it changes something, or "
                    "shows what others are sent");
  }
  return refuse(401, "", "over TCP each request needs a token: Authorization: Bearer TOKEN");
}

HttpReply TokenGate::guard(const HttpRequest& request, HttpReply reply) const {
  if (reply.stream == nullptr) return reply;
  reply.stream = std::make_shared<GuardedStream>(*this, request, std::move(reply.stream));
  return reply;
}

TokenGate::Refusals TokenGate::refusals() const {
  const auto count = [this](Fault fault) {
    return refused_[static_cast<std::size_t>(fault)].load(std::memory_order_relaxed);
  };
  return {count(Fault::no_token), count(Fault::wrong_token), count(Fault::read_only)};
}

}  // namespace stentor::control
