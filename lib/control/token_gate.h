// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who may ask over TCP: who shows one of the configuration's tokens with each request
// (`Authorization: Bearer TOKEN`, RFC 6750). The read token is for what changes nothing, the write
// token for all. What a token is, is in no reply.
//
// Threads: the API's asks, control hands in other tokens after a reload, and any reads what was
// refused.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "config/settings.h"
#include "control/http_message.h"

namespace stentor::control {

class TokenGate {
 public:
  // Whether `shown` is `secret`, in a time that tells nothing of either (digest/secret_match.h).
  using IsSecret = std::function<bool(std::string_view shown, std::string_view secret)>;

  TokenGate(config::ControlTokens tokens, IsSecret is_secret)
      : is_secret_(std::move(is_secret)), tokens_(std::move(tokens)) {}

  void set(config::ControlTokens tokens);
  // nullopt: it may be answered; else why not: 401 for want of a token, 403 of the write token.
  [[nodiscard]] std::optional<HttpReply> refusal(const HttpRequest& request);
  // The answer to a request that passed: a stream ends once its token passes no more. The gate
  // outlives it.
  [[nodiscard]] HttpReply guard(const HttpRequest& request, HttpReply reply) const;

  // Requests that were refused, since the start.
  struct Refusals {
    std::uint64_t no_token = 0;
    std::uint64_t wrong_token = 0;
    std::uint64_t read_only = 0;  // the read token, for what changes something
  };
  [[nodiscard]] Refusals refusals() const;

 private:
  friend class GuardedStream;

  enum class Fault : std::uint8_t { no_token, wrong_token, read_only };

  [[nodiscard]] std::optional<Fault> fault_of(const HttpRequest& request) const;
  [[nodiscard]] config::ControlTokens tokens() const;

  const IsSecret is_secret_;
  mutable std::mutex mutex_;
  config::ControlTokens tokens_;  // guarded by mutex_
  // How often they were set. Relaxed: tokens() takes the mutex.
  std::atomic<std::uint64_t> rounds_{0};
  // By Fault. Relaxed: figures, each by itself.
  std::array<std::atomic<std::uint64_t>, 3> refused_{};
};

}  // namespace stentor::control
