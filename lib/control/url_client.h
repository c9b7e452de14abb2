// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One question to a stentord's API over TCP and its whole answer, for a program that waits for it;
// http_client.h has the same over the Unix socket.
//
// The token leaves by TLS alone, to a server whose certificate is vouched for, or stays on the
// host. No redirection is followed and no proxy asked.

#include <functional>
#include <string>
#include <string_view>

#include "control/http_client.h"

namespace stentor::control {

struct UrlServer {
  std::string url;        // "https://HOST[:PORT]", or http:// to loopback
  std::string token;      // as it stands behind "Bearer"
  std::string ca_file{};  // PEM, of who vouches for the server; empty: who the host believes
};

// As ask() of http_client.h.
tl::expected<HttpAnswer, HttpFailure> ask(const UrlServer& server, std::string_view method,
                                          std::string_view target,
                                          base::Duration patience = std::chrono::seconds{10});

// As follow() of http_client.h; who has gone without a word is noticed by TCP.
tl::expected<HttpAnswer, HttpFailure> follow(const UrlServer& server, std::string_view target,
                                             const std::function<bool(std::string_view)>& visit);

}  // namespace stentor::control
