// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "store/foreign_lease.h"
#include "store/foreign_text.h"

// dhcpd.leases(5): declarations in braces, of which `lease` ones count. Within one, statements that
// end with a semicolon; whatever else dhcpd or its hooks wrote there is passed over.

namespace stentor::store {

namespace {

struct Token {
  std::size_t line = 0;
  std::string text;
  bool is_quoted = false;

  [[nodiscard]] bool is(std::string_view word) const { return !is_quoted && text == word; }
};

// Words, strings, and each of { } ; by itself. Comments begin with '#'.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {}

  // nullopt: the text has ended.
  std::optional<Token> next() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    Token token{.line = line_, .text = {}};
    if (rest_.front() == '"') {
      token.is_quoted = true;
      take_string(token.text);
    } else {
      const std::size_t end = is_mark(rest_.front()) ? 1 : rest_.find_first_of(" \t\r\n{};#\"");
      token.text = rest_.substr(0, end);
      rest_.remove_prefix(token.text.size());
    }
    return token;
  }

 private:
  static bool is_mark(char c) { return c == '{' || c == '}' || c == ';'; }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  void skip_blanks() {
    while (!rest_.empty()) {
      if (rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (std::string_view(" \t\r\n").find(rest_.front()) == std::string_view::npos) {
        return;
      } else {
        take();
      }
    }
  }

  // With octal numbers and characters behind backslashes, as dhcpd writes them.
  void take_string(std::string& text) {
    take();
    while (!rest_.empty() && rest_.front() != '"') {
      char c = take();
      if (c == '\\' && !rest_.empty()) c = take_escaped();
      text += c;
    }
    if (!rest_.empty()) take();
  }

  char take_escaped() {
    std::size_t digits = 0;
    unsigned octal = 0;
    while (digits < 3 && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '7') {
      octal = octal * 8 + static_cast<unsigned>(rest_[digits++] - '0');
    }
    if (digits == 0) return take();
    rest_.remove_prefix(digits);
    return static_cast<char>(octal);
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

using Statement = std::vector<Token>;

std::string text_of(const Statement& statement) {
  std::string text;
  for (const Token& token : statement) text += (text.empty() ? "" : " ") + token.text;
  return text;
}

// "4 2026/11/26 12:00:00", UTC; "epoch 1795694400". nullopt: neither.
std::optional<UtcSecond> read_time(const Statement& statement) {
  if (statement.size() >= 3 && statement[1].is("epoch")) {
    return read_number<UtcSecond>(statement[2].text);
  }
  if (statement.size() != 4) return std::nullopt;
  return read_date_and_time(statement[2].text, '/', statement[3].text);
}

// As a string, or as hexadecimal bytes between colons. nullopt: neither.
std::optional<std::vector<std::uint8_t>> read_uid(const Token& token) {
  if (!token.is_quoted) return read_colon_bytes(token.text);
  return std::vector<std::uint8_t>(token.text.begin(), token.text.end());
}

// What RFC 2132 numbers; 0: something else.
std::uint8_t htype_of(const Token& name) {
  if (name.is("ethernet")) return kEthernet;
  if (name.is("token-ring")) return 6;
  if (name.is("infiniband")) return 32;
  return 0;
}

class IscReader {
 public:
  explicit IscReader(std::string_view text) : tokens_(text) {}

  tl::expected<ForeignLeases, ForeignFaults> read() {
    while (const auto first = tokens_.next()) {
      Statement head{*first};
      if (!read_head(head)) continue;
      if (head.size() == 2 && head.front().is("lease")) {
        read_lease(head);
      } else {
        skip_block(head.front().line);
      }
    }
    if (!faults_.empty()) return tl::unexpected(std::move(faults_));
    return std::move(leases_);
  }

 private:
  void fail(std::size_t line, std::string sentence) {
    faults_.push_back({line, std::move(sentence)});
  }

  // Up to `{` (true), or to `;`: there is no block.
  bool read_head(Statement& head) {
    if (head.front().is(";")) return false;
    if (head.front().is("{") || head.front().is("}")) {
      fail(head.front().line, fmt::format("'{}' stands where a declaration begins", head[0].text));
      return false;
    }
    while (auto token = tokens_.next()) {
      if (token->is("{")) return true;
      if (token->is(";")) return false;
      head.push_back(*std::move(token));
    }
    fail(head.front().line, "the file ends within what begins here");
    return false;
  }

  void skip_block(std::size_t line) {
    std::size_t depth = 1;
    while (depth != 0) {
      const auto token = tokens_.next();
      if (!token) return fail(line, "the file ends within what begins here");
      if (token->is("{")) ++depth;
      if (token->is("}")) --depth;
    }
  }

  void read_lease(const Statement& head) {
    const std::size_t line = head.front().line;
    ForeignLease lease{.line = line, .expiry = {}};
    is_active_ = true;  // dhcpd before version 3 has no states
    has_end_ = false;
    for (Statement statement;;) {
      auto token = tokens_.next();
      if (!token) return fail(line, "the file ends within what begins here");
      if (token->is("}")) break;
      if (token->is("{")) {
        skip_block(token->line);
        statement.clear();
      } else if (token->is(";")) {
        read_statement(statement, lease);
        statement.clear();
      } else {
        statement.push_back(*std::move(token));
      }
    }
    const auto address = wire::Ipv4Address::parse(head[1].text);
    if (!address) return fail(line, fmt::format("'{}' is no IPv4 address", head[1].text));
    if (is_active_ && !has_end_) return fail(line, "the lease does not say when it ends");
    leases_[*address] = is_active_ ? std::optional(std::move(lease)) : std::nullopt;
  }

  void read_statement(const Statement& statement, ForeignLease& lease) {
    if (statement.size() < 2) return;
    const Token& name = statement.front();
    if (name.is("ends")) {
      has_end_ = true;
      lease.expiry = read_time(statement);
      if (!lease.expiry && !statement[1].is("never")) refuse(statement, "time");
    } else if (name.is("binding") && statement.size() == 3) {
      is_active_ = statement[2].is("active");
    } else if (name.is("hardware") && statement.size() == 3) {
      lease.htype = htype_of(statement[1]);
      auto bytes = read_colon_bytes(statement[2].text);
      if (!bytes) return refuse(statement, "hardware address");
      if (lease.htype != 0) lease.hardware = *std::move(bytes);
    } else if (name.is("uid")) {
      auto bytes = read_uid(statement[1]);
      if (!bytes) return refuse(statement, "client identifier");
      lease.client_id = *std::move(bytes);
    } else if (name.is("client-hostname")) {
      lease.hostname = statement[1].text;
    }
  }

  void refuse(const Statement& statement, std::string_view kind) {
    fail(statement.front().line, fmt::format("'{}' has no {}", text_of(statement), kind));
  }

  Tokens tokens_;
  ForeignLeases leases_;
  ForeignFaults faults_;
  // Of the lease that is being read.
  bool is_active_ = true;
  bool has_end_ = false;
};

}  // namespace

tl::expected<ForeignLeases, ForeignFaults> read_isc_leases(std::string_view text) {
  return IscReader(text).read();
}

}  // namespace stentor::store
