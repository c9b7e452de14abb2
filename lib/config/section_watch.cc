// SPDX-License-Identifier: BSD-3-Clause
#include "base/glob.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr base::Duration kSettleMin = std::chrono::milliseconds{10};
constexpr base::Duration kSettleMax = std::chrono::minutes{1};
constexpr base::Duration kPollMin = std::chrono::seconds{1};
constexpr base::Duration kPollMax = std::chrono::hours{24};

std::optional<std::string> read_ignored(const Cursor& value) {
  std::optional<std::string> glob = read_text(value, base::kPathBytesMax);
  if (!glob) return std::nullopt;
  // With every part as it is, or it would match nothing.
  base::PathBuffer buffer;
  if (base::normalised_path(*glob, buffer) != *glob) {
    value.unexpected("no path under the root is written like that");
    return std::nullopt;
  }
  const auto parsed = base::Glob::parse(*glob, base::PathCase::exact);
  if (parsed) return glob;
  value.unexpected(parsed.error());
  return std::nullopt;
}

}  // namespace

void read_watch(Mapping& images, Watch& watch) {
  const auto value = images.find("watch");
  if (!value) return;
  if (value->is_word("none")) {
    watch.is_on = false;
    return;
  }
  if (value->is_scalar()) return value->unexpected();
  Mapping section(*value, kWatchSection);
  if (const auto settle = section.find("settle")) {
    assign(watch.settle, read_duration(*settle, kSettleMin, kSettleMax));
  }
  if (section.stands("ignore")) watch.ignore.clear();
  for (const Cursor& item : section.find_items("ignore", kIgnoredMax)) {
    if (auto glob = read_ignored(item)) watch.ignore.push_back(*std::move(glob));
  }
  if (const auto poll = section.find("poll"); poll && !poll->is_word("none")) {
    watch.poll = read_duration(*poll, kPollMin, kPollMax);
  }
}

}  // namespace stentor::config
