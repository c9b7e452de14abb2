// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who holds which address, kept from the server's own messages as they leave it: an OFFER holds for
// the offer's time, an ACK for the lease's, until a RELEASE reaches the server. It checks at each
// message that no address has two owners and no owner two addresses.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sim/datagram.h"

namespace stentor::sim {

class AddressLedger {
 public:
  explicit AddressLedger(base::Duration offer_hold) : offer_hold_(offer_hold) {}

  // A DHCP message that the server sends.
  void note_reply(ByteView message, base::Time now);
  // After a reload: an address that `is_given` says no more of is its owner's until the server has
  // refused it, or given the owner another one.
  void note_reload(const std::function<bool(std::uint32_t)>& is_given);
  // A RELEASE has reached the server.
  void note_release(std::uint32_t address) { drop(address); }

  // Addresses under a lease.
  [[nodiscard]] std::size_t bound(base::Time now) const;
  [[nodiscard]] std::uint64_t naks() const { return naks_; }
  // Must be empty.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Hold {
    std::string owner;  // hardware address
    base::Time until;
    bool is_bound = false;
    bool is_taken_back = false;  // by a reload
  };

  void drop(std::uint32_t address);
  bool take_back(const std::string& owner);

  base::Duration offer_hold_;
  std::map<std::uint32_t, Hold> holds_;          // by address
  std::map<std::string, std::uint32_t> owners_;  // the newest address of each owner
  std::uint64_t naks_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace stentor::sim
