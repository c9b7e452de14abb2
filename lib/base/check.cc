// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace stentor::base {

namespace {

// write(2) and no formatting library: this must work whatever else is broken.
void say(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

}  // namespace

void check_failed(const char* condition, const char* file, int line) {
  char digits[12];
  char* at = digits + sizeof digits;
  *--at = '\0';
  for (int rest = line; rest > 0 && at > digits; rest /= 10) {
    *--at = static_cast<char>('0' + rest % 10);
  }
  say("stentor: internal error: ");
  say(condition);
  say(" does not hold at ");
  say(file);
  say(":");
  say(at);
  say(". Please report this line.\n");
  std::abort();
}

}  // namespace stentor::base
