// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A YAML file as a tree that remembers where everything stands. The only code that knows yaml-cpp
// is document.cc.
//
// Every scalar is text, quoted or not: what it means, its place in the configuration decides. An
// alias is a second reference to the anchor's node. What stands against a limit (limit.h), a tag, a
// second document, a key that is no text, quotes around more than one line, and a syntax error end
// the parsing; duplicate keys are collected. A value that is missing stands where its key does.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::config {

class Report;

struct Node {
  enum class Kind : std::uint8_t {
    empty,    // nothing, ~ or null
    scalar,   // `text`
    list,     // `children` are its items
    mapping,  // `children` are key, value, key, value...; keys are scalars
  };
  Kind kind = Kind::empty;
  bool quoted = false;
  std::uint32_t index = 0;  // among the parent's children
  int line = 0;             // both count from 1
  int column = 0;
  const Node* parent = nullptr;
  std::string text;
  std::vector<const Node*> children;

  struct Pair {
    const Node* key;
    const Node* value;
  };
  // Of a mapping; of anything else none.
  [[nodiscard]] std::vector<Pair> pairs() const;
  [[nodiscard]] bool is_key() const;
  // The key of a mapping's value; nullptr for anything else.
  [[nodiscard]] const Node* key() const;
  // "dhcp.subnets[0].pools[1]"; empty for the root.
  [[nodiscard]] std::string path() const;
};

struct Document {
  std::deque<Node> nodes;  // stable addresses
  const Node* root = nullptr;
};

// Reports what is wrong; without a root nothing of the file can be used.
Document parse_document(std::string_view yaml, Report& report);

}  // namespace stentor::config
