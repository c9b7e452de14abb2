// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The settings while they are being read: each value beside the node that it came from, so that
// what does not fit together (cross_check.h) can be reported where it stands. A node is nullptr
// where the file has no such value, or one that was refused already.

#include <optional>
#include <vector>

#include "config/document.h"
#include "config/option_definition.h"
#include "config/settings.h"

namespace stentor::config {

struct NetworkDraft {
  Network network;
  const Node* node = nullptr;
  const Node* vlan = nullptr;
  const Node* address = nullptr;
  const Node* gateway = nullptr;
  bool vlan_refused = false;
  bool mode_given = false;  // else dhcp.mode
};

struct PortDraft {
  Port port;
  const Node* name = nullptr;
  const Node* device = nullptr;
  std::vector<NetworkDraft> networks;
};

struct RangeDraft {
  AddressRange range;
  const Node* node = nullptr;
};

struct PoolDraft {
  Pool pool;  // without what it excludes
  const Node* node = nullptr;
  std::vector<RangeDraft> exclude;
};

struct ReservationDraft {
  Reservation reservation;
  const Node* node = nullptr;
  const Node* mac = nullptr;
  const Node* address = nullptr;
};

struct SubnetDraft {
  Subnet subnet;  // without pools and reservations
  const Node* prefix = nullptr;
  const Node* node = nullptr;
  const Node* dhcp = nullptr;
  const Node* identify_by = nullptr;
  std::optional<bool> authoritative;
  bool pools_given = false;  // also if each of them was refused
  bool reservations_given = false;
  std::vector<PoolDraft> pools;
  std::vector<RangeDraft> exclude;  // of all its pools
  std::vector<ReservationDraft> reservations;
};

struct RelaySubnetDraft {
  wire::Ipv4Prefix prefix;
  const Node* node = nullptr;
};

struct RelayDraft {
  wire::Ipv4Address relay;
  const Node* address = nullptr;
  bool subnets_given = false;
  std::vector<RelaySubnetDraft> subnets;
  std::vector<RelaySubnetDraft> link_selection;
  bool leasequery = false;
  std::vector<RelayKey> keys;
};

struct SharedNetworkDraft {
  SharedNetwork network;
  const Node* name = nullptr;
  const Node* node = nullptr;
  std::vector<RelaySubnetDraft> subnets;
};

struct HostPatternDraft {
  std::string pattern;
  const Node* node = nullptr;
};

struct Draft {
  Settings settings;  // complete but for the lists below
  CustomOptions custom_options;
  bool authoritative = false;
  std::vector<PortDraft> ports;
  std::vector<SubnetDraft> subnets;
  std::vector<SharedNetworkDraft> shared_networks;
  std::vector<HostPatternDraft> hosts;
  std::optional<std::vector<RelayDraft>> relays;
};

}  // namespace stentor::config
