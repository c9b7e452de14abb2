// SPDX-License-Identifier: BSD-3-Clause
#include "log_level.h"

#include <cstdio>

#include "text_table.h"

namespace stentor::ctl {

ExitStatus run_log_level(const Asking& asking, const std::string& level) {
  const auto answer =
      tell(asking, level.empty() ? "GET" : "PUT", "/v1/log-level", {{"level", level}});
  if (!answer) return answer.error();
  if (!answer->is_success()) return fail(asking, *answer);
  if (asking.json) return print_json(answer->json);
  std::puts(harmless(answer->json.at("level").get<std::string>()).c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl
