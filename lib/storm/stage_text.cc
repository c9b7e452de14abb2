// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>

#include "config/near_miss.h"
#include "config/report.h"
#include "storm/name_template.h"
#include "storm/quantity.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

using Kind = Stage::Kind;

struct Word {
  std::string_view text;
  Kind kind;
};
constexpr std::array<Word, 9> kWords{{{"dora", Kind::dora},
                                      {"boot-server", Kind::boot_server},
                                      {"boot-file", Kind::boot_file},
                                      {"file", Kind::file},
                                      {"missing", Kind::missing},
                                      {"pxelinux-config", Kind::pxelinux_config},
                                      {"pause", Kind::pause},
                                      {"renew", Kind::renew},
                                      {"release", Kind::release}}};

tl::unexpected<std::string> refused(std::string words) {
  return tl::unexpected<std::string>(std::move(words));
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string unknown_word(std::string_view word) {
  std::array<std::string_view, kWords.size()> known;
  std::ranges::transform(kWords, known.begin(), &Word::text);
  std::string sentence = "no stage begins with " + config::in_quotes(word);
  const std::string_view meant = config::find_near_miss(word, known);
  if (!meant.empty()) sentence += "; did you mean " + std::string(meant) + "?";
  return sentence + (meant.empty() ? "; known are " : " Known are ") + config::enumerate(known);
}

// A name, quoted or not, from the front of `text`, of which the rest stays.
Parsed<std::string> take_name(std::string_view& text) {
  std::string name;
  if (text.starts_with('"')) {
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return refused("the closing double quote is missing");
    name = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    // "file a as b as grub": the last one is the profile's.
    const std::size_t suffix = text.rfind(" as ");
    name = without_blanks(text.substr(0, suffix));
    text.remove_prefix(std::min(suffix, text.size()));
    if (name.find('"') != std::string::npos) {
      return refused("a name that holds a double quote cannot be written");
    }
  }
  if (name.empty()) return refused("the file's name is missing");
  if (name.size() > kNameBytesMax) {
    return refused("a file's name has at most " + std::to_string(kNameBytesMax) + " bytes");
  }
  const bool control = std::ranges::any_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return refused("a file's name holds no control characters");
  if (auto made = NameTemplate::parse(name); !made) return refused(std::move(made).error());
  return name;
}

// " as PROFILE", or nothing.
Parsed<std::string> take_suffix(std::string_view text) {
  text = without_blanks(text);
  if (text.empty()) return std::string();
  if (!text.starts_with("as ")) {
    return refused(config::in_quotes(text) +
                   " is too much; behind a stage only 'as PROFILE' may stand");
  }
  return parse_profile(without_blanks(text.substr(3)));
}

}  // namespace

Parsed<Stage> parse_stage(std::string_view text) {
  text = without_blanks(text);
  const std::size_t end = std::min(text.find(' '), text.size());
  const auto* word = std::ranges::find(kWords, text.substr(0, end), &Word::text);
  if (word == kWords.end()) return refused(unknown_word(text.substr(0, end)));
  std::string_view rest = without_blanks(text.substr(end));
  Stage stage;
  stage.kind = word->kind;
  if (stage.kind == Kind::file || stage.kind == Kind::missing) {
    auto name = take_name(rest);
    if (!name) return refused(std::move(name).error());
    stage.name = *std::move(name);
  } else if (stage.kind == Kind::pause) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    const auto pause = parse_time(rest.substr(0, blank));
    if (!pause || *pause <= base::Duration::zero() || *pause > kTimeMax) {
      return refused("how long? Write a time of up to 7d with its unit, like pause 2s");
    }
    stage.pause = *pause;
    rest.remove_prefix(blank);
  }
  auto profile = take_suffix(rest);
  if (!profile) return refused(std::move(profile).error());
  stage.profile = *std::move(profile);
  return stage;
}

std::string text_of_stage(const Stage& stage) {
  std::string text(std::ranges::find(kWords, stage.kind, &Word::kind)->text);
  if (stage.kind == Kind::pause) text += " " + text_of_time(stage.pause);
  if (stage.kind == Kind::file || stage.kind == Kind::missing) {
    const bool plain = stage.name.find(',') == std::string::npos &&
                       stage.name.find(" as ") == std::string::npos &&
                       without_blanks(stage.name) == stage.name;
    text += plain ? " " + stage.name : " \"" + stage.name + "\"";
  }
  if (!stage.profile.empty()) text += " as " + stage.profile;
  return text;
}

Parsed<std::vector<Stage>> parse_script(std::string_view text) {
  std::vector<Stage> script;
  for (const std::string_view part : split_list(text)) {
    auto stage = parse_stage(part);
    if (!stage) return refused("stage " + std::to_string(script.size() + 1) + ": " + stage.error());
    script.push_back(*std::move(stage));
    if (script.size() > kStagesMax) {
      return refused("a script has at most " + std::to_string(kStagesMax) + " stages");
    }
  }
  return script;
}

}  // namespace stentor::storm
