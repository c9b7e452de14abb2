// SPDX-License-Identifier: BSD-3-Clause
#include "top.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "text_table.h"
#include "top_figures.h"

namespace stentor::ctl {

namespace {

// Machines that are stuck: as many as help on a screen.
constexpr const char* kStuckRows = "20";
// To the upper left corner, and away with what is there.
constexpr const char* kClear = "\x1b[H\x1b[J";

tl::expected<TopLook, ExitStatus> look(const Asking& asking) {
  struct Question {
    Json TopLook::*answer;
    const char* path;
    Parameters parameters{};
  };
  TopLook look{.at = std::chrono::steady_clock::now()};
  for (const Question& question :
       {Question{&TopLook::status, "/v1/status"}, Question{&TopLook::workers, "/v1/workers"},
        Question{&TopLook::ports, "/v1/ports"}, Question{&TopLook::drops, "/v1/drops"},
        Question{&TopLook::stuck, "/v1/clients", {{"stuck", "true"}, {"limit", kStuckRows}}}}) {
    auto answer = ask(asking, question.path, question.parameters);
    if (!answer) return tl::unexpected(answer.error());
    look.*question.answer = *std::move(answer);
  }
  return look;
}

void print(const Asking& asking, const Json& figures) {
  if (asking.json) {
    std::printf("%s\n", figures.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    return;
  }
  const TerminalSize terminal = terminal_size();
  if (terminal.lines == 0) {
    std::printf("%s\n", top_screen(figures, 0, 0).c_str());
    return;
  }
  // The cursor stands behind the last line.
  const std::size_t lines = std::max<std::size_t>(terminal.lines, 2) - 1;
  std::printf("%s%s", kClear, top_screen(figures, terminal.columns, lines).c_str());
}

}  // namespace

ExitStatus run_top(const Asking& asking, const Top& top) {
  auto before = look(asking);
  if (!before) return before.error();
  for (unsigned shown = 0; top.looks == 0 || shown < top.looks; ++shown) {
    std::this_thread::sleep_for(std::chrono::duration<double>(top.interval));
    auto now = look(asking);
    if (!now && now.error() == ExitStatus::unreachable) return now.error();
    if (!now) continue;
    print(asking, top_figures(*before, *now));
    std::fflush(stdout);
    if (std::ferror(stdout) != 0) {
      std::fputs("stentorctl: what was seen could not be written\n", stderr);
      return ExitStatus::failed;
    }
    before = std::move(now);
  }
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl
