// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/refusal.h"

namespace stentor::tftp {

std::size_t write_refusal(base::MutableBytes out, Refusal refusal, std::size_t bytes_max) {
  const RefusalText& text = describe(refusal);
  const bool fits = kErrorBytesMin + text.told.size() <= bytes_max;
  return write_error(out, text.code, fits ? text.told : std::string_view{});
}

}  // namespace stentor::tftp
