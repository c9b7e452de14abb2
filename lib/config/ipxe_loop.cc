// SPDX-License-Identifier: BSD-3-Clause
#include "config/ipxe_loop.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "base/glob.h"
#include "config/architecture.h"

namespace stentor::config {
namespace {

// Of a machine of which no more is known than that it runs iPXE.
enum class Answer : std::uint8_t { no, unknown, yes };

Answer of(bool truth) { return truth ? Answer::yes : Answer::no; }

// iPXE itself by one of its usual names, which say how it drives the card.
bool is_ipxe(std::string_view file) {
  constexpr std::array<std::string_view, 3> kNames{"undionly", "snponly", "ipxe"};
  constexpr std::array<std::string_view, 4> kForms{".kpxe", ".kkpxe", ".pxe", ".efi"};
  const std::string_view name = file.substr(file.find_last_of("/\\") + 1);
  return std::ranges::any_of(kNames, [&](auto start) { return name.starts_with(start); }) &&
         std::ranges::any_of(kForms, [&](auto end) { return name.ends_with(end); });
}

Answer accepts(const ValueTest& test, std::string_view value) {
  if (test.kind == ValueTest::Kind::present) return Answer::yes;
  if (test.kind == ValueTest::Kind::bytes) return of(test.text == value);
  const auto glob = base::Glob::parse(test.text, base::PathCase::exact);
  return of(glob && glob->match(value));
}

class Ipxe {
 public:
  Ipxe(const std::vector<ClientClass>& classes, std::uint16_t architecture)
      : classes_(classes), architecture_(architecture) {}

  [[nodiscard]] Answer meets(const ClientMatch& match) const {
    switch (match.kind) {
      case ClientMatch::Kind::test:
        return meets(match.test);
      case ClientMatch::Kind::negation:
        return opposite(meets(match.children[0]));
      case ClientMatch::Kind::all: {
        Answer least = Answer::yes;
        for (const ClientMatch& child : match.children) least = std::min(least, meets(child));
        return least;
      }
      case ClientMatch::Kind::any: {
        Answer most = Answer::no;
        for (const ClientMatch& child : match.children) most = std::max(most, meets(child));
        return most;
      }
    }
    return Answer::unknown;
  }

 private:
  static Answer opposite(Answer answer) {
    if (answer == Answer::unknown) return answer;
    return of(answer == Answer::no);
  }

  [[nodiscard]] Answer meets(const ClientTest& test) const {
    switch (test.kind) {
      case ClientTest::Kind::architecture:
        return of(test.architecture == architecture_);
      case ClientTest::Kind::user_class:
        return accepts(test.value, "iPXE");
      case ClientTest::Kind::ipxe_feature:
        return Answer::yes;  // of a usual build
      case ClientTest::Kind::in_class:
        return in_one_of(test.classes);
      case ClientTest::Kind::option:
        return test.code == kIpxeOption && test.value.kind == ValueTest::Kind::present
                   ? Answer::yes
                   : Answer::unknown;
      default:
        return Answer::unknown;
    }
  }

  // A match names only classes before its own: this ends.
  [[nodiscard]] Answer in_one_of(ClassMask classes) const {
    Answer most = Answer::no;
    for (; classes != 0; classes &= classes - 1) {
      const auto place = static_cast<std::size_t>(std::countr_zero(classes));
      // A reservation may name it.
      const Answer matched = classes_[place].match ? meets(*classes_[place].match) : Answer::no;
      most = std::max({most, matched, Answer::unknown});
    }
    return most;
  }

  static constexpr std::uint8_t kIpxeOption = 175;

  const std::vector<ClientClass>& classes_;
  std::uint16_t architecture_;
};

}  // namespace

const BootRule* find_ipxe_loop(const Settings& settings) {
  for (const Architecture& architecture : architectures()) {
    const Ipxe ipxe(settings.dhcp.classes, architecture.code);
    const auto first = std::ranges::find_if(settings.boot_rules, [&ipxe](const BootRule& rule) {
      return !rule.match || ipxe.meets(*rule.match) == Answer::yes;
    });
    if (first == settings.boot_rules.end()) continue;
    if (is_ipxe(first->target.file) || is_ipxe(first->target.url)) return &*first;
  }
  return nullptr;
}

}  // namespace stentor::config
