// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/eal_log.h"

#include <bpf/libbpf.h>
#include <rte_log.h>
#include <string_view>
#include <utility>
#include <xdp/libxdp.h>

namespace stentor::dpdk {

namespace {

std::mutex last_error_mutex;
std::string last_error;  // guarded by last_error_mutex

// A message without the line breaks and blanks around it and within it: a line of a log is a
// record, and a terminal obeys control characters.
std::string one_line(std::string_view message) {
  std::string line;
  bool blank = false;
  for (const char character : message) {
    if (static_cast<unsigned char>(character) <= ' ' || character == 0x7f) {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += character;
  }
  return line;
}

int say_nothing(enum libbpf_print_level, const char*, va_list) { return 0; }
int say_nothing_xdp(enum libxdp_print_level, const char*, va_list) { return 0; }

}  // namespace

EalLog::EalLog(Log log) : log_(std::move(log)) {
  const cookie_io_functions_t functions = {
      .read = nullptr, .write = &EalLog::write, .seek = nullptr, .close = nullptr};
  stream_ = ::fopencookie(this, "w", functions);
  if (stream_ != nullptr) rte_openlog_stream(stream_);
  rte_log_set_global_level(RTE_LOG_WARNING);
  // These two write to stderr of their own accord; their errors come back as return codes.
  libbpf_set_print(say_nothing);
  libxdp_set_print(say_nothing_xdp);
}

EalLog::~EalLog() {
  rte_openlog_stream(nullptr);
  if (stream_ != nullptr) std::fclose(stream_);
}

// DPDK flushes its stream after each message, so one call is one message.
ssize_t EalLog::write(void* cookie, const char* text, std::size_t bytes) {
  const int level = rte_log_cur_msg_loglevel();
  const std::string message = one_line({text, bytes});
  if (!message.empty()) {
    static_cast<EalLog*>(cookie)->line(static_cast<unsigned>(level), message);
  }
  return static_cast<ssize_t>(bytes);
}

void EalLog::line(unsigned level, const std::string& text) {
  const bool error = level <= RTE_LOG_ERR;
  if (error) {
    const std::lock_guard lock(last_error_mutex);
    last_error = text;
    while (!last_error.empty() && (last_error.back() == '.' || last_error.back() == ' ')) {
      last_error.pop_back();
    }
  }
  if (log_) log_(error ? config::LogLevel::warning : config::LogLevel::debug, "DPDK: " + text);
}

std::string take_dpdk_error() {
  const std::lock_guard lock(last_error_mutex);
  return std::exchange(last_error, {});
}

}  // namespace stentor::dpdk
