// SPDX-License-Identifier: BSD-3-Clause
#include "config/document.h"

#include <map>
#include <set>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "config/limit.h"
#include "config/report.h"
#include "config/source_text.h"

namespace stentor::config {
namespace {

// Ends the parsing; caught in parse_document().
struct Refusal {
  int line;
  int column;
  std::string sentence;
};

[[noreturn]] void refuse(const YAML::Mark& mark, std::string sentence) {
  throw Refusal{mark.line + 1, mark.column + 1, std::move(sentence)};
}

// A value of ours is never longer than its line. yaml-cpp takes the end of the file for a closing
// quote, and a forgotten one swallows all lines up to the next quote.
bool is_closed_in_its_line(std::string_view from_quote) {
  const char quote = from_quote.front();
  for (std::size_t at = 1; at < from_quote.size() && from_quote[at] != '\n'; ++at) {
    const bool escape = quote == '"' && from_quote[at] == '\\';
    const bool doubled = quote == '\'' && from_quote.substr(at, 2) == "''";
    if (!escape && !doubled && from_quote[at] == quote) return true;
    if (doubled || (escape && from_quote.substr(at + 1, 1) != "\n")) ++at;
  }
  return false;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Turns yaml-cpp's events into nodes.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view yaml, Document& document, Report& report)
      : yaml_(yaml), document_(document), report_(report) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "a second YAML document begins here; remove the '---'");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node& node = make(Node::Kind::empty, mark, "", anchor);
    // Where there is nothing, the mark is that of what follows, lines below.
    const Node* key = node.key();
    if (key != nullptr && key->line != node.line) {
      node.line = key->line;
      node.column = key->column;
    }
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node& node = make(Node::Kind::scalar, mark, tag, anchor);
    node.text = value;
    node.quoted = tag == "!";
    if (node.quoted) check_quotes(mark);
    if (node.is_key()) check_key_length(mark, value);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(make(Node::Kind::list, mark, tag, anchor), mark);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(make(Node::Kind::mapping, mark, tag, anchor), mark);
  }
  void OnMapEnd() override {
    check_keys(*open_.back());
    close();
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Anchored& target = anchors_.at(anchor);
    if (target.nodes == 0) refuse(mark, "an alias inside of its own anchor; write the value out");
    count(mark, target.nodes);
    const bool key = !open_.empty() && open_.back()->kind == Node::Kind::mapping &&
                     open_.back()->children.size() % 2 == 0;
    if (key) check_key_length(mark, target.node->text);
    attach(*target.node);
  }

 private:
  struct Anchored {
    const Node* node = nullptr;
    std::uint64_t nodes = 0;  // with all that stand below it; 0 until it is complete
    std::uint64_t before = 0;
  };

  Node& make(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      refuse(mark, "the tag " + in_quotes(tag) + " means nothing here; remove it");
    }
    const std::uint64_t before = count_;
    count(mark, 1);
    Node& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    if (!open_.empty()) {
      node.parent = open_.back();
      node.index = static_cast<std::uint32_t>(open_.back()->children.size());
    }
    attach(node);
    const bool complete = kind == Node::Kind::empty || kind == Node::Kind::scalar;
    if (anchor != YAML::NullAnchor) {
      anchors_[anchor] = {&node, complete ? std::uint64_t{1} : 0, before};
      if (!complete) open_anchors_[&node] = anchor;
    }
    return node;
  }

  // The mark is where an anchor or a tag of the scalar begins, if it has one.
  void check_quotes(const YAML::Mark& mark) const {
    auto at = static_cast<std::size_t>(mark.pos);
    int line = mark.line + 1;
    int column = mark.column + 1;
    const auto step = [&] {
      const bool next = yaml_[at++] == '\n';
      line += next ? 1 : 0;
      column = next ? 1 : column + 1;
    };
    while (at < yaml_.size() && (yaml_[at] == '&' || yaml_[at] == '!')) {
      while (at < yaml_.size() && !is_blank(yaml_[at])) step();
      while (at < yaml_.size() && is_blank(yaml_[at])) step();
    }
    if (at >= yaml_.size() || (yaml_[at] != '"' && yaml_[at] != '\'')) return;
    if (is_closed_in_its_line(yaml_.substr(at))) return;
    throw Refusal{line, column, "the quote that opens here is not closed in its line; close it"};
  }

  // Every finding below a key shows it, and an alias has as many as there are values below it.
  static void check_key_length(const YAML::Mark& mark, const std::string& key) {
    if (key.size() <= kKeyBytesMax) return;
    refuse(mark, "the key is " + std::to_string(key.size()) + " bytes long; no key has more than " +
                     std::to_string(kKeyBytesMax));
  }

  // Aliases of aliases grow exponentially in what they stand for, and not at all in memory.
  void count(const YAML::Mark& mark, std::uint64_t nodes) {
    count_ += nodes;
    if (count_ > kNodesMax) {
      refuse(mark, "the file stands for more than " + std::to_string(kNodesMax) +
                       " values, aliases written out; split it or use fewer aliases");
    }
  }

  void attach(const Node& node) {
    if (open_.empty()) {
      document_.root = &node;
    } else {
      open_.back()->children.push_back(&node);
    }
  }

  void open(Node& node, const YAML::Mark& mark) {
    open_.push_back(&node);
    if (open_.size() > kDepthMax) {
      refuse(mark, "nested deeper than " + std::to_string(kDepthMax) +
                       " levels; no key of this file stands that deep");
    }
  }

  void close() {
    if (const auto found = open_anchors_.find(open_.back()); found != open_anchors_.end()) {
      Anchored& anchored = anchors_[found->second];
      anchored.nodes = count_ - anchored.before;
      open_anchors_.erase(found);
    }
    open_.pop_back();
  }

  void check_keys(const Node& mapping) {
    std::map<std::string_view, const Node*> seen;
    for (std::size_t at = 0; at < mapping.children.size(); at += 2) {
      const Node& key = *mapping.children[at];
      if (key.kind != Node::Kind::scalar) {
        throw Refusal{key.line, key.column, "a key must be a word: NAME: VALUE"};
      }
      const auto [first, fresh] = seen.emplace(key.text, &key);
      if (!fresh) {
        report_.add(key, "the key stands here twice, first in line " +
                             std::to_string(first->second->line) + "; remove one");
      }
    }
  }

  const std::string_view yaml_;  // as yaml-cpp counts: without a byte order mark
  Document& document_;
  Report& report_;
  int documents_ = 0;
  std::uint64_t count_ = 0;
  std::vector<Node*> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::map<const Node*, YAML::anchor_t> open_anchors_;
};

}  // namespace

std::vector<Node::Pair> Node::pairs() const {
  std::vector<Pair> pairs;
  if (kind != Kind::mapping) return pairs;
  pairs.reserve(children.size() / 2);
  for (std::size_t at = 0; at + 1 < children.size(); at += 2) {
    pairs.push_back({children[at], children[at + 1]});
  }
  return pairs;
}

bool Node::is_key() const {
  return parent != nullptr && parent->kind == Kind::mapping && index % 2 == 0;
}

const Node* Node::key() const {
  if (parent == nullptr || parent->kind != Kind::mapping || index % 2 == 0) return nullptr;
  return parent->children[index - 1];
}

std::string Node::path() const {
  if (parent == nullptr) return {};
  const std::string above = parent->path();
  if (parent->kind == Kind::list) return above + "[" + std::to_string(index) + "]";
  const std::string& name = is_key() ? text : key()->text;
  return above.empty() ? name : above + "." + name;
}

Document parse_document(std::string_view yaml, Report& report) {
  Document document;
  if (yaml.size() > kFileBytesMax) {
    report.add_at(0, 0, "the file is longer than 16 MiB; make it smaller");
    return document;
  }
  if (const auto fault = find_text_fault(yaml)) {
    report.add_at(fault->line, fault->column, fault->sentence);
    return document;
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (yaml.starts_with(kByteOrderMark)) yaml.remove_prefix(kByteOrderMark.size());
  TreeBuilder builder(yaml, document, report);
  // In a last line that does not end, an open quote is an error where the file does, not the quote.
  std::istringstream stream(std::string(yaml) + (yaml.ends_with('\n') ? "" : "\n"));
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return document;
  } catch (const Refusal& refusal) {
    report.add_at(refusal.line, refusal.column, refusal.sentence);
  } catch (const YAML::Exception& exception) {
    const bool somewhere = !exception.mark.is_null();
    report.add_at(somewhere ? exception.mark.line + 1 : 0,
                  somewhere ? exception.mark.column + 1 : 0, "no valid YAML: " + exception.msg);
  }
  document.root = nullptr;
  return document;
}

}  // namespace stentor::config
