// SPDX-License-Identifier: BSD-3-Clause
#include "progress.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

constexpr std::size_t kColumnsDefault = 80;
constexpr std::size_t kRowsDefault = 24;
constexpr std::size_t kNameColumnsMax = 28;
constexpr std::size_t kBarColumnsMax = 40;

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

double rate(std::uint64_t now, std::uint64_t before, base::Duration time) {
  if (time <= base::Duration::zero() || now < before) return 0;
  return static_cast<double>(now - before) / seconds(time);
}

// '#' passed, 'x' failed, '-' under way, '.' to come.
std::string bar(const StageProgress& stage, std::size_t columns) {
  const auto share = [&](std::uint64_t part) {
    return stage.machines == 0 ? 0 : static_cast<std::size_t>(part * columns / stage.machines);
  };
  const std::size_t passed = share(stage.passed);
  const std::size_t failed = share(stage.passed + stage.failed);
  const std::size_t begun = std::max(failed, share(stage.begun));
  std::string text(columns, '.');
  for (std::size_t at = 0; at < std::min(begun, columns); ++at) {
    text[at] = at < passed ? '#' : at < failed ? 'x' : '-';
  }
  return text;
}

// A character of UTF-8 is a column: those of units and of most file names are.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut(std::string text, std::size_t columns) {
  std::size_t seen = 0;
  const auto end =
      std::ranges::find_if(text, [&](char c) { return begins_character(c) && ++seen > columns; });
  text.erase(end, text.end());
  return text;
}

// Beside name and bar: " 1000000 p50 12.3 ms p99 12.3 ms".
constexpr std::size_t kFigureColumns = 36;

std::string stage_line(const StageProgress& stage, std::size_t name_columns,
                       std::size_t bar_columns) {
  std::string text = fmt::format("{:<{}} {} {:>7}", cut(stage.name, name_columns), name_columns,
                                 bar(stage, bar_columns), stage.passed);
  if (stage.failed != 0) text += fmt::format(" failed {}", stage.failed);
  if (stage.passed != 0) {
    text += fmt::format("  p50 {}  p99 {}", storm::duration_words(stage.p50),
                        storm::duration_words(stage.p99));
  }
  return text;
}

std::string head_line(const Progress& now) {
  std::string text =
      fmt::format("{:.1f} s: {} of {} booted", seconds(now.elapsed), now.booted, now.machines);
  if (now.failed != 0) text += fmt::format(", {} failed", now.failed);
  if (now.powered_on < now.machines) text += fmt::format(", {} switched on", now.powered_on);
  return text;
}

std::string rate_line(const Progress& now, const Progress& before) {
  const base::Duration time = now.elapsed - before.elapsed;
  return fmt::format(
      "{:.0f} leases/s, {:.0f} DATA/s, {}, {} resends", rate(now.leases, before.leases, time),
      rate(now.data_frames, before.data_frames, time),
      storm::si_words(rate(now.data_bytes, before.data_bytes, time), "B/s"), now.resends);
}

}  // namespace

std::vector<std::string> progress_lines(const Progress& now, const Progress& before,
                                        std::size_t columns, std::size_t rows) {
  std::size_t name_columns = 0;
  for (const StageProgress& stage : now.stages) {
    name_columns = std::max(name_columns, std::min(columns_of(stage.name), kNameColumnsMax));
  }
  const std::size_t taken = name_columns + kFigureColumns;
  const std::size_t bar_columns =
      std::clamp<std::size_t>(columns - std::min(columns, taken), 10, kBarColumnsMax);
  std::vector<std::string> lines = {cut(head_line(now), columns)};
  // The first and the last line are ours.
  const std::size_t room = rows > 2 ? rows - 2 : 0;
  const bool all = now.stages.size() <= room;
  const std::size_t shown = all ? now.stages.size() : room > 0 ? room - 1 : 0;
  for (std::size_t at = 0; at < shown; ++at) {
    lines.push_back(cut(stage_line(now.stages[at], name_columns, bar_columns), columns));
  }
  if (!all && room > 0) {
    lines.push_back(cut(fmt::format("and {} more stages", now.stages.size() - shown), columns));
  }
  lines.push_back(cut(rate_line(now, before), columns));
  return lines;
}

std::string progress_line(const Progress& now, const Progress& before) {
  return head_line(now) + "; " + rate_line(now, before);
}

ProgressPrinter::ProgressPrinter(std::FILE* out) : out_(out), terminal_(isatty(fileno(out)) == 1) {}

base::Duration ProgressPrinter::period() const {
  return terminal_ ? std::chrono::milliseconds{250} : std::chrono::milliseconds{1000};
}

void ProgressPrinter::show(const Progress& now, bool is_last) {
  if (now.elapsed < before_.elapsed) before_ = {};  // another storm
  const bool is_told = before_.elapsed != base::Duration::zero() && now.booted == before_.booted &&
                       now.failed == before_.failed;
  if (!terminal_ && is_last && is_told) return;
  if (!terminal_) {
    fmt::print(out_, "{}\n", progress_line(now, before_));
  } else {
    winsize size{};
    const bool known = ioctl(fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t columns = known ? size.ws_col : kColumnsDefault;
    const std::size_t rows = known && size.ws_row > 1 ? size.ws_row - 1u : kRowsDefault;
    // ECMA-48: up to the first line of the last drawing, and clear from there on.
    if (lines_drawn_ != 0) fmt::print(out_, "\x1b[{}F\x1b[J", lines_drawn_);
    const auto lines = progress_lines(now, before_, columns, rows);
    for (const std::string& line : lines) fmt::print(out_, "{}\n", line);
    lines_drawn_ = lines.size();
  }
  std::fflush(out_);
  before_ = now;
}

}  // namespace stentor::rig
