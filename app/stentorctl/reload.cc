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

// Of a dry run; a file with mistakes is not compared.
void print_changes(const Json& json) {
  const Json& changes = json.at("changes");
  for (const Json& change : changes) {
    std::puts(harmless(change.at("text").get<std::string>()).c_str());
  }
  const auto left_out = json.at("changes_left_out").get<std::uint64_t>();
  if (left_out != 0) std::printf("And %llu more.\n", static_cast<unsigned long long>(left_out));
}

void print_success(const Json& json, bool dry_run) {
  if (dry_run) print_changes(json);
  print_lines(stdout, "warning: ", json.at("warnings"));
  if (!dry_run) {
    std::printf("Configuration %s serves.\n", json.at("generation").dump().c_str());
  } else if (json.at("changes").empty()) {
    std::puts("No difference.");
  } else {
    std::puts("A reload would serve it.");
  }
}

}  // namespace

ExitStatus run_reload(const Asking& asking, bool dry_run) {
  const auto answer =
      tell(asking, "POST", "/v1/config/reload", {{"dry-run", dry_run ? "true" : ""}});
  if (!answer) return answer.error();
  const Json& json = answer->json;
  // A refusal has its reasons beside the sentence that all failures have.
  const bool is_refusal = json.is_object() && json.contains("reasons");
  if (asking.json && (answer->is_success() || is_refusal)) print_json(json);
  if (answer->is_success()) {
    if (!asking.json) print_success(json, dry_run);
    return ExitStatus::all_right;
  }
  if (is_refusal && !asking.json) {
    if (dry_run) print_changes(json);
    print_lines(stderr, "", json.at("reasons"));
  }
  return fail(asking, *answer);
}

}  // namespace stentor::ctl
