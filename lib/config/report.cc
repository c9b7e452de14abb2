// SPDX-License-Identifier: BSD-3-Clause
#include "config/report.h"

#include <algorithm>
#include <tuple>

#include "base/hex.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

constexpr std::size_t kShownBytesMax = 64;
constexpr std::size_t kPathShownBytesMax = 255;

void append_printable(std::string& out, std::string_view text) {
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += base::kHexDigits[byte >> 4];
      out += base::kHexDigits[byte & 15];
    } else {
      out += character;
    }
  }
}

// Cuts at `limit` bytes, never inside a UTF-8 sequence.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const std::string_view shown = cut(text, kShownBytesMax);
  std::string out = "'";
  append_printable(out, shown);
  if (shown.size() < text.size()) out += "...";
  return out += "'";
}

void Report::add(const Node& node, std::string_view sentence) {
  std::string message;
  const std::string path = node.path();
  const std::string_view shown = cut(path, kPathShownBytesMax);
  append_printable(message, shown);
  if (shown.size() < path.size()) message += "...";
  if (!message.empty()) message += ": ";
  if (node.kind == Node::Kind::scalar && !node.is_key()) message += in_quotes(node.text) + ": ";
  add_at(node.line, node.column, message += sentence);
}

void Report::add_at(int line, int column, std::string message) {
  if (findings_.size() < kDiagnosticsMax) {
    findings_.push_back({file_, line, column, std::move(message)});
  } else {
    ++left_out_;
  }
}

Diagnostics Report::take() {
  std::ranges::stable_sort(findings_, {}, [](const Diagnostic& finding) {
    return std::tuple(finding.line, finding.column);
  });
  if (left_out_ > 0) {
    findings_.push_back({file_, 0, 0,
                         "and " + std::to_string(left_out_) + " more; only the first " +
                             std::to_string(kDiagnosticsMax) + " found are listed"});
  }
  return std::move(findings_);
}

std::string Diagnostic::text() const {
  std::string place = file;
  if (line > 0) place += ":" + std::to_string(line) + ":" + std::to_string(column);
  return place + ": " + message;
}

}  // namespace stentor::config
