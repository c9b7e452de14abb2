// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DPDK's own log lines, on their way to ours. DPDK's errors become warnings (what is fatal to us we
// say ourselves), the rest is for debugging. The last error is kept: it is why a call failed.

#include <cstdio>
#include <mutex>
#include <string>

#include "dpdk/log.h"

namespace stentor::dpdk {

class EalLog {
 public:
  explicit EalLog(Log log);
  ~EalLog();
  EalLog(const EalLog&) = delete;
  EalLog& operator=(const EalLog&) = delete;

 private:
  static ssize_t write(void* cookie, const char* text, std::size_t bytes);
  void line(unsigned level, const std::string& text);

  const Log log_;
  std::FILE* stream_ = nullptr;
};

// The newest error that DPDK has logged since this was last called, without its full stop; empty
// if there is none. Any thread.
[[nodiscard]] std::string take_dpdk_error();

}  // namespace stentor::dpdk
