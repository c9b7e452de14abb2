// SPDX-License-Identifier: BSD-3-Clause
#include "reload.h"

#include <cstdio>

#include "text_table.h"

namespace stentor::ctl {

namespace {

void print_lines(std::FILE* to, const char* before, const Json& lines) {
  for (const Json& line : lines) {
    std::fprintf(to, "%s%s\n", before, harmless(line.get<std::string>()).c_str());
  }
}

}  // namespace

ExitStatus run_reload(const Asking& asking) {
  const auto answer = tell(asking, "POST", "/v1/config/reload");
  if (!answer) return answer.error();
  const Json& json = answer->json;
  // A refusal has its reasons beside the sentence that all failures have.
  const bool is_refusal = json.is_object() && json.contains("reasons");
  if (asking.json && (answer->is_success() || is_refusal)) print_json(json);
  if (!answer->is_success()) {
    if (is_refusal && !asking.json) print_lines(stderr, "", json.at("reasons"));
    return fail(asking, *answer);
  }
  if (asking.json) return ExitStatus::all_right;
  print_lines(stdout, "warning: ", json.at("warnings"));
  std::printf("Configuration %s serves.\n", json.at("generation").dump().c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl
