// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "tftp/lookup.h"

namespace stentor::tftp {

Lookup::Lookup(const config::Images& images, const image::CurrentGeneration& current)
    : current_(&current), path_case_(images.path_case) {
  CHECK(path_case_ == base::PathCase::exact || current.get().folded().has_value());
  for (const config::Alias& alias : images.aliases) {
    const auto from = base::Glob::parse(alias.from, images.path_case);
    CHECK(from.has_value());
    const auto to = base::PathTemplate::parse(alias.to, from->captures());
    CHECK(to.has_value());
    aliases_.push_back({*from, *to});
  }
}

}  // namespace stentor::tftp
