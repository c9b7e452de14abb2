// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <CLI/CLI.hpp>

namespace stentor::perf {

// Of an overload, what is measured.
struct Stretch {
  double settle = 18;
  double seconds = 4;

  void add_to(CLI::App& app) {
    app.add_option("--settle", settle, "seconds before it is counted")
        ->check(CLI::Range(0.0, 600.0));
    app.add_option("--seconds", seconds)->check(CLI::Range(0.01, 600.0));
  }
};

}  // namespace stentor::perf
