// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The DHCP part of a configuration, compiled for the data path: networks, subnets with their pools
// and pre-encoded options, reservations by MAC, relays, boot rules. Immutable; one a snapshot.
//
// Made on the control thread (policy_setup.cc), read by every worker (policy.cc). A shared network
// is one subnet today: clients are keyed by its index, so that several subnets can become one.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hmac_key.h"
#include "base/siphash.h"
#include "config/limit.h"
#include "config/settings.h"
#include "dhcp/boot_menu.h"
#include "dhcp/boot_target.h"
#include "dhcp/class_rules.h"
#include "dhcp/option_set.h"
#include "dhcp/quirks.h"
#include "dhcp/relay_guard.h"
#include "dhcp/reservation_index.h"
#include "lease/plan.h"
#include "lease/table.h"
#include "wire/address.h"

namespace stentor::dhcp {

using NetworkIndex = std::uint16_t;
using SubnetIndex = std::uint16_t;
using SharedNetworkIndex = std::uint16_t;
// Of a host without an address: in every network. No shared network has this index.
inline constexpr SharedNetworkIndex kAnywhere = 0xffff;

struct Network {
  OwnAddress own;
  config::DhcpMode mode = config::DhcpMode::none;
  std::optional<SubnetIndex> subnet;  // the one that holds our address
  std::size_t reply_bytes_max = 0;    // UDP payload that leaves unfragmented
  wire::Ipv4Prefix prefix{};
};

struct BootRule {
  std::optional<std::uint16_t> condition;  // of class_rules(); absent: every client
  BootTarget target;
};

// What a machine gets. Views and pointers are into the policy.
struct Reservation {
  std::optional<wire::Ipv4Address> address;
  const OptionSet* options = nullptr;  // null: none
  std::string_view hostname;           // empty: none
  const BootTarget* boot = nullptr;    // null: what the boot rules say
  ClassMask classes = 0;
  // Of a machine's several Ethernet addresses the first. Its lease is kept under this one,
  // whichever it sends.
  std::optional<wire::MacAddress> owner;
  bool boots_locally = false;  // it is told no boot file, whatever the boot rules say
};

// What a client says of itself, and a relay agent that counts says of it, besides its MAC address.
struct ClientNames {
  base::Bytes client_identifier{};
  base::Bytes uuid{};  // 16 bytes, or none
  base::Bytes circuit_id{};
  base::Bytes remote_id{};
};

// One of the lease plan's pools, by its PoolId.
struct Pool {
  SubnetIndex subnet = 0;
  std::optional<ClassMask> classes;    // only clients of one of them; absent: anybody
  const OptionSet* options = nullptr;  // the policy's; null: none
};

struct Subnet {
  wire::Ipv4Prefix prefix;
  SharedNetworkIndex shared_network = 0;  // clients of all its subnets are clients of each
  std::uint32_t owner_network = 0;        // what its leases are kept under
  bool authoritative = false;
  bool by_client_identifier = false;        // what leases are kept under, where clients send one
  std::optional<config::DhcpMode> relayed;  // absent: the mode of the network that they come by
  std::vector<lease::PoolId> pools;         // of the shared network, its own before the others'
  bool has_class_pools = false;             // some of them are not for everybody
  OptionSet options;                        // with all that is wider; always a subnet mask
};

struct Relay {
  wire::Ipv4Address address;
  std::optional<SubnetIndex> subnet;  // where its clients are, if it does not say so itself
  // Of the subnets that it may choose besides, in a list of the policy's.
  std::uint32_t first_link = 0;
  std::uint32_t links = 0;
  bool may_query = false;  // RFC 4388
  // Those that its messages must be authentic by, in a list of the policy's (RFC 4030).
  std::uint32_t first_key = 0;
  std::uint32_t keys = 0;
  ReplayFilter* filter = nullptr;  // the guard's; null: no keys, or no guard
};

// A secret that a relay agent and we know.
struct RelayKey {
  std::uint32_t id = 0;
  base::HmacKey hmac;
};

struct LeaseSeconds {
  std::uint32_t standard = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::uint32_t firmware = 0;  // for clients that are still in firmware
};

class Policy {
 public:
  // Networks are numbered over all ports: ports[0].networks[0], ports[0].networks[1], ports[1]...
  // `owner_key` is the process's secret for lease owners. Without a guard, which outlives the
  // policy, nothing that a relay agent with keys sends is authentic.
  Policy(const config::Settings& settings, const base::HashKey& owner_key,
         RelayGuard* guard = nullptr);
  // Reservations point into it.
  Policy(Policy&&) = default;
  Policy(const Policy&) = delete;

  // The addresses that a lease table for this policy manages.
  [[nodiscard]] const lease::Plan& plan() const { return plan_; }
  [[nodiscard]] const base::HashKey& owner_key() const { return owner_key_; }
  [[nodiscard]] const LeaseSeconds& lease_seconds() const { return lease_seconds_; }
  [[nodiscard]] base::Duration offer_hold() const { return offer_hold_; }
  [[nodiscard]] base::Duration decline_hold() const { return decline_hold_; }
  [[nodiscard]] bool rapid_commit() const { return rapid_commit_; }
  // Whether BOOTP clients without a reserved address get one.
  [[nodiscard]] bool bootp_dynamic() const { return bootp_dynamic_; }
  // What boot ROMs begin option 60 with besides "PXEClient".
  [[nodiscard]] std::span<const std::string_view> pxe_classes() const { return pxe_classes_; }
  // Who has asked for fewer seconds is another server's.
  [[nodiscard]] std::uint16_t min_secs() const { return min_secs_; }
  // A second; 0: any number.
  [[nodiscard]] std::uint32_t discovers_per_client() const { return discovers_per_client_; }
  // Whether who has neither a reservation nor a class is answered.
  [[nodiscard]] bool serves_unknown() const { return serves_unknown_; }
  [[nodiscard]] const config::ConflictCheck& conflict_check() const { return conflict_check_; }

  [[nodiscard]] std::size_t networks() const { return networks_.size(); }
  [[nodiscard]] const Network& network(NetworkIndex index) const { return networks_[index]; }
  [[nodiscard]] const Subnet& subnet(SubnetIndex index) const { return subnets_[index]; }
  // Whether a network where DHCP is off may carry relayed messages that are answered.
  [[nodiscard]] bool has_relayed_modes() const { return has_relayed_modes_; }
  [[nodiscard]] std::span<const BootRule> boot_rules() const { return boot_rules_; }

  [[nodiscard]] const BootMenu& boot_menu(std::size_t index) const { return boot_menus_[index]; }

  [[nodiscard]] const ClassRules& class_rules() const { return class_rules_; }
  // Of a class, by its bit; without options of its own it is not among classes_with_options().
  [[nodiscard]] const OptionSet& class_options(std::size_t bit) const {
    return class_options_[bit];
  }
  [[nodiscard]] ClassMask classes_with_options() const { return classes_with_options_; }
  [[nodiscard]] bool has_pool_options() const { return has_pool_options_; }
  [[nodiscard]] Quirks quirks_of(ClassMask classes) const { return quirk_profiles_.of(classes); }
  // Tells whether a ClassMask was made by a policy with the same classes, by name and place.
  [[nodiscard]] std::uint32_t class_list() const { return class_list_; }
  // The directory of boot files that a BootFile names; null if no boot file of this policy is in
  // such a directory. The number is the same in every policy with the same key.
  [[nodiscard]] const config::ClientTemplate* find_directory(std::uint64_t number) const;

  // Our own address of this value, on whichever network; null if it is not ours.
  [[nodiscard]] const OwnAddress* find_own(wire::Ipv4Address address) const;

  [[nodiscard]] std::optional<SubnetIndex> find_subnet(wire::Ipv4Address address) const;

  [[nodiscard]] bool share_network(SubnetIndex a, std::optional<SubnetIndex> b) const {
    return b && subnets_[a].shared_network == subnets_[*b].shared_network;
  }

  // Whether dhcp.relays lists who is trusted: then what they say besides giaddr counts too.
  [[nodiscard]] bool lists_relays() const { return relays_.has_value(); }

  // Where the clients of a relay are; null if its giaddr does not count. Without a list of relays
  // any giaddr inside a configured subnet counts.
  [[nodiscard]] std::optional<Relay> find_relay(wire::Ipv4Address giaddr) const;

  // Whether any relay has keys, and what proves its messages then.
  [[nodiscard]] bool has_relay_keys() const { return !relay_keys_.empty(); }
  [[nodiscard]] RelayGuard* guard() const { return guard_; }
  [[nodiscard]] std::span<const RelayKey> relay_keys_of(const Relay& relay) const {
    return std::span(relay_keys_).subspan(relay.first_key, relay.keys);
  }

  // The subnets that a listed relay may choose besides that of its clients.
  [[nodiscard]] std::span<const SubnetIndex> links_of(const Relay& relay) const {
    return std::span(relay_links_).subspan(relay.first_link, relay.links);
  }
  // The subnet of `address`, if `relay` may choose it for a client.
  [[nodiscard]] std::optional<SubnetIndex> find_link(const Relay& relay,
                                                     wire::Ipv4Address address) const;

  // Reservations count in the whole shared network, hosts without an address everywhere. By the
  // whole MAC address; null: none.
  [[nodiscard]] const Reservation* find_reservation(SubnetIndex subnet,
                                                    const wire::MacAddress& mac) const;
  // By anything else, in this order: client identifier, UUID, circuit and remote ID, one of both
  // alone, a part of the MAC address. Only if has_named_hosts().
  [[nodiscard]] const Reservation* find_reservation(SubnetIndex subnet,
                                                    const std::optional<wire::MacAddress>& mac,
                                                    const ClientNames& names) const;
  [[nodiscard]] bool has_named_hosts() const { return named_kinds_ != 0 || !wildcards_.empty(); }
  // Whether `address` is reserved for a machine that is known by what it may not say each time: an
  // operating system sends no UUID, and renews past its relay agent.
  [[nodiscard]] bool is_reserved_by_name(wire::Ipv4Address address) const;

  // Whether a client of `subnet` in `classes` may have `address` without a reservation: it is in a
  // pool of the shared network that is for it, and not reserved by the configuration.
  [[nodiscard]] bool allows(const Subnet& subnet, ClassMask classes,
                            wire::Ipv4Address address) const;

  // The pools of `subnet` that a client in `classes` gets addresses from, in `room` if need be.
  using PoolRoom = std::array<lease::PoolId, config::kPoolsBesideClassesMax>;
  [[nodiscard]] std::span<const lease::PoolId> pools_for(const Subnet& subnet, ClassMask classes,
                                                         PoolRoom& room) const;

  // The pool that holds `address`; null: none does, or it is reserved or excluded.
  [[nodiscard]] const Pool* find_pool(wire::Ipv4Address address) const;

  // The subnet of `address`, of those that `place` shares its network with; else `place`.
  [[nodiscard]] const Subnet& subnet_of(const Subnet& place, wire::Ipv4Address address) const;

 private:
  void add_networks(const config::Settings& settings);
  void add_pxe_classes(const config::Settings& settings);
  void add_subnets(const config::Settings& settings);
  void add_pools(const config::Subnet& configured, SubnetIndex index);
  void share_pools();
  void add_relays(const config::Settings& settings);
  void add_relay_keys(const config::Relay& configured, Relay& relay);
  void add_reservations(const config::Settings& settings);
  void add_names(const config::HostIdentifiers& host, SharedNetworkIndex network,
                 std::uint32_t reservation);
  void add_hosts(const config::HostTable& table);
  void add_name(SharedNetworkIndex network, std::uint8_t kind, base::Bytes name,
                std::uint32_t reservation);
  [[nodiscard]] const BootTarget* keep_target(const config::BootTarget& target);
  void add_classes(const config::Settings& settings);
  void add_boot_rules(const config::Settings& settings);
  [[nodiscard]] BootTarget make_target(const config::BootTarget& target);
  void sort_directories();

  struct Wildcard {
    SharedNetworkIndex network = 0;
    config::MacPattern mac;
    std::uint32_t reservation = 0;
  };
  [[nodiscard]] const Reservation* find_name(SharedNetworkIndex network, std::uint8_t kind,
                                             base::Bytes name) const;

  base::HashKey owner_key_;
  RelayGuard* guard_;
  lease::Plan plan_;
  LeaseSeconds lease_seconds_;
  base::Duration offer_hold_;
  base::Duration decline_hold_;
  bool rapid_commit_;
  bool bootp_dynamic_;
  bool serves_unknown_;
  std::uint16_t min_secs_;
  std::uint32_t discovers_per_client_;
  config::ConflictCheck conflict_check_;
  std::vector<char> pxe_class_text_;  // where the next points
  std::vector<std::string_view> pxe_classes_;
  std::vector<Network> networks_;
  std::vector<OwnAddress> own_addresses_;  // by address
  std::vector<Subnet> subnets_;
  bool has_relayed_modes_ = false;
  bool has_pool_options_ = false;
  std::vector<SubnetIndex> subnets_by_address_;  // by first address; subnets are disjoint
  std::optional<std::vector<Relay>> relays_;     // by address
  std::vector<SubnetIndex> relay_links_;         // by relay, and of each by index
  std::vector<RelayKey> relay_keys_;             // by relay, and of each as configured
  std::vector<Reservation> reservations_;
  ReservationIndex reservation_index_;
  std::uint32_t named_kinds_ = 0;    // a bit for each kind of name in the index, but MAC addresses
  std::vector<Wildcard> wildcards_;  // in the order of the configuration
  std::vector<wire::Ipv4Address> addresses_by_name_;  // ascending
  std::deque<std::vector<char>> hostnames_;           // where reservations point
  std::vector<char> host_text_;                       // the same, of files of hosts
  std::deque<BootTarget> host_targets_;               // where reservations point
  std::vector<BootMenu> boot_menus_;
  bool has_hosts_anywhere_ = false;
  std::vector<BootRule> boot_rules_;
  std::vector<Pool> pools_;               // by PoolId
  std::deque<OptionSet> scoped_options_;  // where reservations and pools point
  ClassRules class_rules_;
  std::vector<OptionSet> class_options_;  // by bit
  ClassMask classes_with_options_ = 0;
  QuirkProfiles quirk_profiles_;
  std::uint32_t class_list_ = 0;
  std::vector<BootDirectory> directories_;  // by number
};

}  // namespace stentor::dhcp
