// SPDX-License-Identifier: BSD-3-Clause
// Goal: every input that ever mattered is tried by every build. Runs the target that it is linked
// with over the lines of corpus files: hex bytes, blanks between pairs, a comment after '#'.
#include <cstdio>
#include <fstream>
#include <string>

#include "support/hex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i]);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      const auto bytes = stentor::support::parse_hex(line.substr(0, line.find('#')));
      if (!bytes) return std::fprintf(stderr, "%s:%d: not hex bytes.\n", argv[i], number), 2;
      if (bytes->empty()) continue;
      // To be read if the target aborts on it.
      std::printf("%s:%d\n", argv[i], number);
      std::fflush(stdout);
      // A copy has no spare capacity: one byte behind the input is one byte too many for ASan.
      const std::vector<std::uint8_t> exact(*bytes);
      LLVMFuzzerTestOneInput(exact.data(), exact.size());
      ++inputs;
    }
  }
  if (inputs == 0) return std::fprintf(stderr, "no input in any file.\n"), 2;
  return 0;
}
