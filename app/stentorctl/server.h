// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which stentord is asked: over the Unix socket of this host, or over TCP with a token.

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "control/http_client.h"

namespace stentor::ctl {

struct Server {
  std::string socket = "/run/stentor/control.sock";
  std::string url{};  // empty: the socket
  std::string token_file{};
  std::string ca_file{};

  // What the command line leaves open is taken from STENTOR_URL, unless it names a socket, and from
  // STENTOR_TOKEN_FILE and STENTOR_CACERT.
  void complete(bool is_socket_given);
  // As messages call it.
  [[nodiscard]] const std::string& name() const { return url.empty() ? socket : url; }
};

tl::expected<control::HttpAnswer, control::HttpFailure> ask(const Server& server,
                                                            std::string_view method,
                                                            std::string_view target);

// The same of an answer that may not end, as control::follow() has it.
tl::expected<control::HttpAnswer, control::HttpFailure> follow(
    const Server& server, std::string_view target,
    const std::function<bool(std::string_view)>& visit);

}  // namespace stentor::ctl
