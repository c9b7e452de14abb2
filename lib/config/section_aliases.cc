// SPDX-License-Identifier: BSD-3-Clause
#include <map>

#include "base/glob.h"
#include "base/path_template.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// Globs that stand here already, as paths are compared, and where.
using Seen = std::map<std::string, const Node*, std::less<>>;

// Normalised; false if it was refused. What read_relative_path() accepts is a path.
bool read_path(const Cursor& value, std::string& path) {
  const std::optional<std::string> written = read_relative_path(value, kAliasBytesMax);
  if (!written) return false;
  base::PathBuffer buffer;
  path = base::normalised_path(*written, buffer).value_or("");
  return !path.empty();
}

// How many wildcards of a glob can be referred to; of one that is refused, any may be meant.
std::size_t check_glob(const Cursor& value, std::string_view glob, base::PathCase path_case,
                       Seen& seen) {
  const auto parsed = base::Glob::parse(glob, path_case);
  if (!parsed) {
    value.unexpected(parsed.error());
    return base::kGlobCapturesMax;
  }
  base::PathBuffer buffer;
  if (path_case == base::PathCase::folded) glob = base::folded_path(glob, buffer);
  const auto [first, fresh] = seen.emplace(glob, &value.node());
  if (!fresh) {
    value.error("the alias in line " + std::to_string(first->second->line) +
                " is for the same paths; remove one of them");
  }
  return parsed->captures();
}

}  // namespace

void read_aliases(Mapping& section, Images& images) {
  Seen seen;
  for (const Cursor& item : section.find_items("aliases", kAliasesMax)) {
    Mapping entry(item, kAliasSection);
    Alias alias;
    std::size_t captures = base::kGlobCapturesMax;
    if (const auto value = entry.find("from"); value && read_path(*value, alias.from)) {
      captures = check_glob(*value, alias.from, images.path_case, seen);
    }
    if (const auto value = entry.find("to"); value && read_path(*value, alias.to)) {
      const auto target = base::PathTemplate::parse(alias.to, captures);
      if (!target) value->unexpected(target.error());
    }
    images.aliases.push_back(std::move(alias));
  }
}

}  // namespace stentor::config
