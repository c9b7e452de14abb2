// SPDX-License-Identifier: BSD-3-Clause
#include "drain.h"

#include <chrono>
#include <cstdio>
#include <thread>

namespace stentor::ctl {

namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 500ms;
// Longer than stentord takes to begin.
constexpr auto kBeginning = 200ms;

}  // namespace

ExitStatus run_drain(const Asking& asking, const Drain& drain) {
  const auto answer = tell(asking, "PUT", "/v1/drain", {{"state", drain.ends ? "off" : "on"}});
  if (!answer) return answer.error();
  if (!answer->is_success()) return fail(asking, *answer);
  std::this_thread::sleep_for(kBeginning);
  auto status = ask(asking, "/v1/status");
  while (status && drain.waits && status->at("transfers") != 0) {
    std::this_thread::sleep_for(kLook);
    status = ask(asking, "/v1/status");
  }
  if (!status) return status.error();
  const Json& transfers = status->at("transfers");
  if (asking.json) {
    return print_json({{"draining", status->at("draining")}, {"transfers", transfers}});
  }
  std::printf(drain.ends ? "No longer draining: all is served. Transfers: %s.\n"
                         : "Draining: nothing new begins. Transfers that go on: %s.\n",
              transfers.dump().c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl
