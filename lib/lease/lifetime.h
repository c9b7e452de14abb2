// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When a record's time is over. Private to lib/lease.

#include "base/clock.h"
#include "lease/lease.h"
#include "lease/record.h"

namespace stentor::lease {

// now + span, at most "never"; both at least zero.
inline base::Time later(base::Time now, base::Duration span) {
  return span > base::kNever - now ? base::kNever : now + span;
}

inline bool has_expiry(Phase phase) {
  return phase == Phase::cooling || phase == Phase::offered || phase == Phase::bound ||
         phase == Phase::declined;
}

// The expiry is still to come. Of the phases that have one.
inline bool is_live(Word word, base::Time now) { return word.expiry() > second_of(now); }

// Until when the address may not change hands because a client uses it; 0: it is not used.
inline Second used_until(const Record& record) {
  // Relaxed: Table::touch() says why.
  const std::int64_t last_use = record.last_use.load(std::memory_order_relaxed);
  if (last_use == 0) return 0;
  return second_at_or_after(base::Time{base::Duration{last_use} + kUseHold});
}

// Nobody holds the address, and nobody has used it lately: it may change hands.
inline bool is_takeable(const Record& record, Word word, base::Time now) {
  if (used_until(record) > second_of(now)) return false;
  switch (word.phase()) {
    case Phase::idle:
      return true;
    case Phase::cooling:
    case Phase::offered:
    case Phase::bound:
    case Phase::declined:
      return !is_live(word, now);
    case Phase::leaving:
    case Phase::joining:
      break;
  }
  return false;
}

}  // namespace stentor::lease
