// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace stentor::config {

template <typename E>
struct Choice {
  std::string_view name;
  E value;
};

}  // namespace stentor::config
