// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Why something did not reach the database, sorted by what helps.

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace stentor::store {

enum class Trouble : std::uint8_t {
  locked,  // another program holds it: the same again, later
  full,    // no room, on disk or in memory, and nothing was changed: the same again, later
  broken,  // it is not known what is on disk: only a whole new database helps
};

struct Failure {
  Trouble trouble;
  std::string sentence;  // what, where, what to do
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

}  // namespace stentor::store
