// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The name of a stage's file with words in it that stand for the machine that asks: {mac}, {uuid},
// {ip} and their other forms (client::kIdentityWords). "{{" is a brace. Made once (setup), written
// for one machine at a time without allocation.

#include <optional>
#include <string>
#include <vector>

#include "client/identity_text.h"
#include "storm/short_text.h"

namespace stentor::storm {

class NameTemplate {
 public:
  // Refused: a word that stands for nothing, or names of more than kNameBytesMax.
  static Parsed<NameTemplate> parse(std::string_view text);

  // The same name for all machines.
  [[nodiscard]] bool is_fixed() const { return pieces_.empty(); }
  // The name, if it is fixed; else what stands behind the last word.
  [[nodiscard]] const std::string& tail() const { return tail_; }
  [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }

  // Into `out`, which has room for bytes_max(); returns the length.
  std::size_t write(const client::Asker& asker, std::span<char> out) const;

 private:
  struct Piece {
    std::string before;  // the word
    client::IdentityForm form;
  };

  std::vector<Piece> pieces_;
  std::string tail_;
  std::size_t bytes_max_ = 0;
};

}  // namespace stentor::storm
