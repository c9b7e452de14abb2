// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose is a frame: by its destination MAC, a broadcast by what it asks for or who it answers, a
// relayed one by what it carries. Looks only as far as it must: whoever gets the frame checks it.
// Any thread.

#include "storm/address_ledger.h"
#include "storm/mac_number.h"
#include "storm/plan.h"
#include "wire/frame.h"

namespace stentor::storm {

struct Route {
  enum class Kind : std::uint8_t {
    nobody,
    machine,
    arp,  // for a relay, or an announcement to all: any core takes it
  };
  Kind kind = Kind::nobody;
  std::uint32_t machine = kNoMachine;  // its number over all cores
};

class Router {
 public:
  Router(const Plan& plan, const AddressLedger& ledger) : plan_(plan), ledger_(ledger) {}

  [[nodiscard]] Route route(base::Bytes frame) const {
    if (frame.size() < wire::kEthernetHeaderBytes + wire::kVlanTagBytes) return {};
    const std::uint64_t mac = mac_number(frame.data());
    const std::uint32_t machine = plan_.find_machine(mac);
    if (machine != kNoMachine) return {Route::Kind::machine, machine};
    return route_otherwise(frame, mac);
  }

 private:
  [[nodiscard]] Route route_otherwise(base::Bytes frame, std::uint64_t mac) const;
  [[nodiscard]] Route route_arp(base::Bytes arp, std::uint16_t vlan) const;
  [[nodiscard]] Route route_ipv4(base::Bytes datagram, bool to_relay) const;

  const Plan& plan_;
  const AddressLedger& ledger_;
};

}  // namespace stentor::storm
