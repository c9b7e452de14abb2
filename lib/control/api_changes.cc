// SPDX-License-Identifier: BSD-3-Clause
// What changes something.
#include "control/api.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

// 422: what was asked for is understood, and cannot be done (RFC 9110 section 15.5.21).
constexpr unsigned kRefused = 422;

HttpReply delay_reply(ReloadDesk::Delay delay) {
  if (delay == ReloadDesk::Delay::not_begun) {
    return error_reply(503,
                       "stentord is busy with something else, another reload perhaps; nothing was "
                       "read, ask again");
  }
  return error_reply(503,
                     "the configuration is still being read; the log will say what becomes of it, "
                     "and no other reload begins before");
}

}  // namespace

HttpReply Api::reload(const Query& /*query*/) {
  const auto outcome = reloads_.ask();
  if (!outcome) return delay_reply(outcome.error());
  if (!outcome->is_taken) {
    return json_reply({{"error", "refused; the configuration of before serves on"},
                       {"generation", outcome->generation},
                       {"reasons", outcome->reasons}},
                      kRefused);
  }
  return json_reply({{"generation", outcome->generation}, {"warnings", outcome->warnings}});
}

}  // namespace stentor::control
