// SPDX-License-Identifier: BSD-3-Clause
#include "control/boot_session_text.h"

#include <fmt/format.h>

#include "wire/drop_reason.h"

namespace stentor::control {

namespace {

using sighting::Seen;

std::uint64_t percent(const BootSession& session) {
  if (session.file_bytes == 0) return 0;
  return static_cast<std::uint64_t>(100.0 * static_cast<double>(session.file_has) /
                                    static_cast<double>(session.file_bytes));
}

std::string failure_text(const BootSessionTable::Row& row, const Vocabulary& words) {
  const BootSession& session = row.session;
  switch (session.how) {
    case Seen::denied:
      return fmt::format("asked for {} and was refused: {}", row.file,
                         why_denied(session.reason, words));
    case Seen::broken_off:
      return fmt::format("broke off {} at {} %", row.file, percent(session));
    default:
      return fmt::format("stopped in {} at {} %, and was given up", row.file, percent(session));
  }
}

// Of the stages in which it is the machine's turn.
std::string waiting_text(const std::string& what, std::string_view is_awaited,
                         std::string_view did_not_come, bool is_stuck) {
  return fmt::format("{} and {}", what, is_stuck ? did_not_come : is_awaited);
}

}  // namespace

std::string why_unanswered(std::uint16_t reason) {
  if (reason >= wire::kDropReasonCount) return "the reason is not known";
  return std::string(wire::kDropReasons[reason].meaning);
}

std::string why_denied(std::uint16_t reason, const Vocabulary& words) {
  return reason < words.refusals.size() ? std::string(words.refusals[reason])
                                        : std::string("the reason is not known");
}

std::string where_text(const BootSessionTable::Row& row, bool is_stuck, const Vocabulary& words) {
  const BootSession& session = row.session;
  const auto address = session.address.text();
  const std::string at(address.view());
  switch (session.stage) {
    case Stage::asking:
      return "asked for an address and got no answer: " + why_unanswered(session.reason);
    case Stage::offered:
      if (session.address.is_zero()) {
        return waiting_text("was offered a boot server", "may ask for its file",
                            "did not ask for its file", is_stuck);
      }
      return waiting_text("was offered " + at, "may ask for it", "did not ask for it", is_stuck);
    case Stage::told:
      return waiting_text("was told its boot file", "may ask for it", "did not ask for it",
                          is_stuck);
    case Stage::refused:
      return waiting_text("was refused " + at, "may ask anew", "did not ask anew", is_stuck);
    case Stage::declined:
      return waiting_text("found " + at + " in use", "may ask anew", "did not ask anew", is_stuck);
    case Stage::elsewhere:
      return "chose another server";
    case Stage::bound:
      if (session.is_finished()) return "has " + at;
      return waiting_text("has " + at, "may ask for a file", "asked for no file", is_stuck);
    case Stage::loading:
      return fmt::format("{} {} at {} %", is_stuck ? "stopped in" : "is in", row.file,
                         percent(session));
    case Stage::failed:
      return failure_text(row, words);
    case Stage::loaded:
      return "has loaded " + row.file;
    case Stage::released:
      return "gave " + at + " back";
  }
  return {};
}

}  // namespace stentor::control
