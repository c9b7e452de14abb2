// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The main() of a golden test: its arguments are tables, and each case of each becomes a test.

#include <gtest/gtest.h>

#include "golden/golden_table.h"

namespace stentor::golden {

// `Fixture` is made from a Case and runs it.
template <typename Fixture>
int run_tables(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    const std::string suite = path.substr(path.rfind('/') + 1);
    for (const Case& read : read_table(path)) {
      testing::RegisterTest(suite.c_str(), read.name.c_str(), nullptr, read.cites.c_str(),
                            path.c_str(), 0,
                            [read]() -> testing::Test* { return new Fixture(read); });
    }
  }
  return RUN_ALL_TESTS();
}

}  // namespace stentor::golden
