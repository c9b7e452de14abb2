// SPDX-License-Identifier: BSD-3-Clause
#include "control/boot_session.h"

#include <algorithm>

#include "control/transfer_rate.h"
#include "wire/drop_reason.h"

namespace stentor::control {

namespace {

using sighting::Seen;
using sighting::Sighting;
using sighting::Speaker;

// By Stage.
constexpr std::array<std::string_view, kStages> kStageNames{
    "asking", "offered", "told",   "refused", "declined", "elsewhere",
    "bound",  "loading", "failed", "loaded",  "released"};
// By Speaker.
constexpr std::array<std::string_view, 3> kSpeakerNames{"firmware", "ipxe", "system"};

bool asks_for_address(Seen seen) {
  return seen == Seen::unanswered || seen == Seen::offered || seen == Seen::bound;
}

bool is_of_dhcp(Seen seen) { return seen < Seen::begun; }

Stage stage_after(const Sighting& seen) {
  constexpr auto kElsewhere = static_cast<std::uint16_t>(wire::DropReason::dhcp_other_server);
  switch (seen.glimpse.seen) {
    case Seen::offered:
      return Stage::offered;
    case Seen::told:
      return Stage::told;
    case Seen::refused:
      return Stage::refused;
    case Seen::declined:
      return Stage::declined;
    case Seen::released:
      return Stage::released;
    case Seen::bound:
    case Seen::renewed:
      return Stage::bound;
    default:
      return seen.glimpse.reason == kElsewhere ? Stage::elsewhere : Stage::asking;
  }
}

}  // namespace

BootSession::BootSession(const Sighting& first)
    : mac(first.glimpse.mac), network(first.glimpse.network), began(first.at), heard(first.at) {
  entered.fill(kNotReached);
  take(first);
}

bool BootSession::ends_before(const Sighting& next) const {
  if (!asks_for_address(next.glimpse.seen)) return false;
  if (next.at - heard > kSilenceMax) return true;
  if (speaker && next.glimpse.speaker < *speaker) return true;
  return next.glimpse.speaker == Speaker::firmware && files_loaded != 0;
}

void BootSession::take(const Sighting& seen) {
  if (is_of_dhcp(seen.glimpse.seen)) {
    take_dhcp(seen);
  } else {
    take_transfer(seen);
  }
}

void BootSession::take_dhcp(const Sighting& seen) {
  speaker = seen.glimpse.speaker;
  network = seen.glimpse.network;
  if (!seen.glimpse.address.is_zero()) address = seen.glimpse.address;
  // Who runs renews for as long as it runs.
  const bool had_address = stage >= Stage::bound && stage != Stage::released;
  if (seen.glimpse.seen == Seen::renewed && had_address) return;
  enter(stage_after(seen), seen);
}

void BootSession::take_transfer(const Sighting& seen) {
  const Seen kind = seen.glimpse.seen;
  address = seen.glimpse.address;
  if (kind == Seen::begun || kind == Seen::denied) {
    network = seen.glimpse.network;
    port = seen.port;
    file_began = seen.at;
    file_bytes = seen.file_bytes;
    file_has = 0;
    file_resent = 0;
    return enter(kind == Seen::begun ? Stage::loading : Stage::failed, seen);
  }
  const bool is_newest = stage == Stage::loading && port == seen.port;
  if (is_newest) {
    file_bytes = seen.file_bytes;
    file_has = seen.bytes;
    file_resent = seen.resent;
  }
  heard = std::max(heard, seen.at);
  if (kind == Seen::progressed) return;
  bytes += seen.bytes;
  resent += seen.resent;
  if (kind == Seen::completed) ++files_loaded;
  if (is_newest && kind != Seen::replaced) {
    enter(kind == Seen::completed ? Stage::loaded : Stage::failed, seen);
  }
}

void BootSession::enter(Stage next, const Sighting& seen) {
  stage = next;
  how = seen.glimpse.seen;
  reason = seen.glimpse.reason;
  heard = std::max(heard, seen.at);
  const auto after = std::chrono::duration_cast<std::chrono::milliseconds>(seen.at - began).count();
  entered[static_cast<std::size_t>(next)] =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(after, 0, kNotReached - 1));
}

bool BootSession::is_finished() const {
  switch (stage) {
    case Stage::loaded:
    case Stage::elsewhere:
    case Stage::released:
      return true;
    case Stage::bound:
      return speaker == Speaker::system;
    default:
      return false;
  }
}

std::uint64_t BootSession::rate() const {
  return file_began == base::Time{} ? 0 : bytes_a_second(file_has, heard - file_began);
}

std::string_view name_of(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }

std::optional<Stage> find_stage(std::string_view name) {
  const auto* const found = std::ranges::find(kStageNames, name);
  if (found == kStageNames.end()) return std::nullopt;
  return static_cast<Stage>(found - kStageNames.begin());
}

std::string_view name_of(Speaker speaker) {
  return kSpeakerNames[static_cast<std::size_t>(speaker)];
}

}  // namespace stentor::control
