// SPDX-License-Identifier: BSD-3-Clause
#include "image/settling.h"

#include <algorithm>

namespace stentor::image {

void Settling::set(const std::string& path, const Due& due) {
  const auto [at, added] = due_.try_emplace(path, due);
  if (!added) {
    order_.erase({at->second.at, path});
    at->second = due;
  }
  order_.emplace(due.at, path);
}

void Settling::disturb(const std::string& path, base::Time now) {
  set(path, {now + settle_, false});
}

void Settling::complete(const std::string& path, base::Time now) {
  const auto known = due_.find(path);
  // Who renames over it again and again does not put it off.
  if (known != due_.end() && known->second.is_complete) return;
  set(path, {now + std::min(kGather, settle_), true});
}

void Settling::doubt(const std::string& path, base::Time now) {
  if (due_.count(path) == 0) disturb(path, now);
}

void Settling::retry(const std::string& path, base::Time at) { set(path, {at, false}); }

std::vector<std::string> Settling::take(base::Time now, std::size_t count_max) {
  std::vector<std::string> taken;
  while (!order_.empty() && order_.begin()->first <= now && taken.size() < count_max) {
    taken.push_back(order_.begin()->second);
    due_.erase(taken.back());
    order_.erase(order_.begin());
  }
  return taken;
}

std::optional<base::Time> Settling::next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

}  // namespace stentor::image
