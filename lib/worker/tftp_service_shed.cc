// SPDX-License-Identifier: BSD-3-Clause
// Requests that are dropped after a glance, and why.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "tftp/packet.h"
#include "wire/flow_hash.h"
#include "worker/tftp_service.h"

namespace stentor::worker {

namespace {

using wire::DropReason;

constexpr std::size_t kLookAheadMax = 32;
// Of a burst's requests, how many are looked at for a machine that is known: who is there lies far
// from the cache. A flood beside full transfers has fewer in a burst; where all of a port's
// machines ask at once, and are strangers, each look-up is one too many.
constexpr std::size_t kSuspectsMax = 4;

}  // namespace

std::uint32_t TftpService::shed(std::span<const base::Bytes> frames, std::size_t attachment,
                                const PortSteering& steering, base::Time now,
                                std::span<DropReason> reasons) {
  const bool fetches = proven_ >= kPrefetchFrom;
  const auto reason = reason_to_shed(attachment, /*is_known=*/false, now);
  const auto reason_of = [&](WorkerIndex worker) {
    return worker == self_ ? reason : faces_[worker].sheds();
  };
  const bool sheds = std::ranges::any_of(
      steering.workers, [&](WorkerIndex worker) { return reason_of(worker).has_value(); });
  if (!fetches && !sheds) return 0;
  const bool sheds_all = sheds && reason_to_shed(attachment, /*is_known=*/true, now).has_value();
  std::array<std::uint64_t, kLookAheadMax> hashes;
  std::size_t count = 0;
  std::size_t looked_up = 0;
  std::uint32_t dropped = 0;
  CHECK(frames.size() <= kLookAheadMax);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto seen = wire::glance_at(frames[i]);
    if (!seen) continue;
    const std::uint64_t hash = table_.hash_of(seen->source, seen->source_port);
    if (table_.homes().has(hash)) {
      table_.prefetch_cell(hash);
      hashes[count++] = hash;
    } else if (sheds && seen->destination_port == tftp::kServerPort &&
               tftp::opcode_of(seen->payload) == tftp::Opcode::read_request) {
      const WorkerIndex owner = owner_of_requests(seen->source, steering);
      const auto why = reason_of(owner);
      if (!why || faces_[owner].homes->has(hash)) continue;
      const bool is_for_nobody = owner == self_ ? sheds_all : faces_[owner].sheds_all();
      if (!is_for_nobody && looked_up < kSuspectsMax) {
        ++looked_up;
        if (is_known(owner, seen->source, now)) continue;
      }
      counters_.drop(*why);
      reasons[i] = *why;
      dropped |= std::uint32_t{1} << i;
    }
  }
  if (fetches) {
    for (const std::uint64_t hash : std::span(hashes).first(count)) {
      prefetch(table_.candidate_of(hash));
    }
  }
  return dropped;
}

void TftpService::end_loop(bool is_behind, base::Time now) {
  is_behind_ = is_behind;
  const auto reason = reason_to_shed(/*is_known=*/false, now);
  faces_[self_].tell(reason, reason && reason_to_shed(/*is_known=*/true, now));
}

// What is begun is finished first (DESIGN section 3, "Overload"). A flood is shed before anybody
// looks at what it asks for, and who is known comes after none of it.
std::optional<DropReason> TftpService::reason_to_shed(bool is_known, base::Time now) {
  if (!is_behind_) return std::nullopt;
  if (!has_room(is_known)) return DropReason::tftp_transfers_full;
  if (budget_.is_spent(now) && !(is_known && !known_budget_.is_spent(now))) {
    return DropReason::tftp_overload;
  }
  return std::nullopt;
}

std::optional<DropReason> TftpService::reason_to_shed(std::size_t attachment, bool is_known,
                                                      base::Time now) {
  const auto reason = reason_to_shed(is_known, now);
  return !reason && is_overloaded(attachment) ? DropReason::tftp_overload : reason;
}

std::optional<DropReason> TftpService::turn_away(const UdpArrival& arrival) {
  auto reason = reason_to_shed(arrival.attachment, /*is_known=*/false, arrival.now);
  if (reason && is_known(self_, arrival.datagram.source, arrival.now)) {
    reason = reason_to_shed(arrival.attachment, /*is_known=*/true, arrival.now);
  }
  if (!reason && is_behind_) (budget_.is_spent(arrival.now) ? known_budget_ : budget_).take();
  return reason;
}

}  // namespace stentor::worker
