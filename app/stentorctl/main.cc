// SPDX-License-Identifier: BSD-3-Clause
// stentorctl: the operator's command. command_line.cc has its commands.
#include <cstdio>
#include <exception>

#include "command_line.h"

int main(int argument_count, char** arguments) {
  try {
    return static_cast<int>(stentor::ctl::CommandLine().run(argument_count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stentorctl: %s\n", error.what());
    return static_cast<int>(stentor::ctl::ExitStatus::failed);
  }
}
