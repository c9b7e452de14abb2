// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What answering one message changed in the lease table, for the lease store (DESIGN section 5).
// The caller's, for one message at a time.

#include "dhcp/exchange.h"
#include "lease/lease_change.h"

namespace stentor::dhcp {

struct Journal {
  // Nothing reaches the disk at the moment: nothing new is promised, and renewals are granted for
  // what the disk already promises.
  bool is_failing = false;
  // Then `change` is what answer() did. An ACK, which is a reply with a change to `bound`, is to be
  // sent once it is on disk.
  bool has_change = false;
  lease::LeaseChange change;
};

// Nothing where there is no journal. Of several changes of a message the last one counts.
void note_change(const Exchange& exchange, const lease::Owner& owner, const lease::Lease& lease);

[[nodiscard]] inline bool is_store_failing(const Exchange& exchange) {
  return exchange.journal != nullptr && exchange.journal->is_failing;
}

}  // namespace stentor::dhcp
