// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The keys of stentor.yaml whose values cannot change while they are served: what they say is taken
// once, at start. README, "Reload", lists them with their reasons. Control thread or command line
// only.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace stentor::config {

struct FixedKey {
  std::string_view key;  // of a port: what follows "ports[0]."
  bool (*is_same)(const Settings& running, const Settings& next);
};

// All but those of ports.
std::span<const FixedKey> fixed_keys();

// A sentence for each of them that differs, without its full stop: that a restart applies it.
// Empty: what is running can go over to `next`.
std::vector<std::string> fixed_changes(const Settings& running, const Settings& next);

}  // namespace stentor::config
