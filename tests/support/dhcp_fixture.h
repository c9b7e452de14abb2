// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A whole DHCP server in memory for tests: a policy made from settings, a real lease table, boot
// files by name and size. The settings are those of the example network:
//
//   network 0  10.20.0.2/16, server       pool 10.20.16.10 to .19, routers, DNS, a private option
//   network 1  10.120.0.2/16, ProxyDHCP   no subnet
//   network 2  10.130.0.2/16, DHCP off
//   relayed    10.21.0.0/16, authoritative   pool 10.21.16.10 to .19, the mode of the network
//   relayed    10.23.0.0/16, server          pool 10.23.16.10 to .19
//   relayed    10.24.0.0/16, ProxyDHCP; 10.25.0.0/16, DHCP off
//
// Reservations: 52:54:00:00:00:09 has 10.20.1.9, a name and a boot file of its own;
// 52:54:00:00:00:15 has 10.20.16.15, inside the pool. Boot rules: iPXE, BIOS, UEFI x64, UEFI ARM64.

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dhcp/journal.h"
#include "dhcp/server.h"
#include "support/dhcp_builder.h"

namespace stentor::support {

inline wire::Ipv4Address address(std::string_view text) {
  return wire::Ipv4Address{address_number(text)};
}

inline config::ClientTest user_class_is(std::string_view text) {
  return {.kind = config::ClientTest::Kind::user_class,
          .value = {config::ValueTest::Kind::glob, std::string(text)}};
}
inline config::ClientTest architecture_is(std::uint16_t code) {
  return {.kind = config::ClientTest::Kind::architecture, .architecture = code};
}
inline config::ClientMatch match_any(const std::vector<config::ClientTest>& tests) {
  config::ClientMatch match{.kind = config::ClientMatch::Kind::any};
  for (const config::ClientTest& test : tests) {
    match.children.push_back({.kind = config::ClientMatch::Kind::test, .test = test});
  }
  return match;
}

inline config::Settings example_settings() {
  using namespace std::chrono_literals;
  const auto prefix = [](std::string_view text, std::uint8_t length) {
    return wire::Ipv4Prefix{address(text), length};
  };
  config::Settings settings;
  config::Port& port = settings.ports.emplace_back();
  const auto add_network = [&](std::string_view own, config::DhcpMode mode) {
    config::Network network;
    network.address = prefix(own, 16);
    network.dhcp = mode;
    port.networks.push_back(network);
  };
  add_network("10.20.0.2", config::DhcpMode::server);
  add_network("10.120.0.2", config::DhcpMode::proxy);
  add_network("10.130.0.2", config::DhcpMode::none);

  config::Subnet local;
  local.prefix = prefix("10.20.0.0", 16);
  local.pools = {{.range = {address("10.20.16.10"), address("10.20.16.19")}}};
  local.options = {{3, address_value("10.20.0.1"), false},
                   {6, address_value("10.0.0.53"), true},
                   {224, DhcpBytes(300, 0x2a), false}};
  const auto reserved = [](std::uint8_t last) {
    config::Reservation reservation;
    reservation.host.macs = {config::pattern_of({{0x52, 0x54, 0, 0, 0, last}})};
    return reservation;
  };
  config::Reservation node9 = reserved(9);
  node9.address = address("10.20.1.9");
  node9.hostname = "node9";
  node9.boot = config::BootTarget{"rescue.ipxe", {}};
  config::Reservation inside = reserved(0x15);
  inside.address = address("10.20.16.15");
  local.reservations = {node9, inside};
  config::Subnet relayed;
  relayed.prefix = prefix("10.21.0.0", 16);
  relayed.pools = {{.range = {address("10.21.16.10"), address("10.21.16.19")}}};
  relayed.authoritative = true;
  config::Subnet relayed_server;
  relayed_server.prefix = prefix("10.23.0.0", 16);
  relayed_server.pools = {{.range = {address("10.23.16.10"), address("10.23.16.19")}}};
  relayed_server.relayed = config::DhcpMode::server;
  config::Subnet relayed_proxy;
  relayed_proxy.prefix = prefix("10.24.0.0", 16);
  relayed_proxy.relayed = config::DhcpMode::proxy;
  config::Subnet relayed_none;
  relayed_none.prefix = prefix("10.25.0.0", 16);
  relayed_none.relayed = config::DhcpMode::none;
  settings.dhcp.subnets = {local, relayed, relayed_server, relayed_proxy, relayed_none};

  settings.boot_rules = {
      {match_any({user_class_is("iPXE")}), {"boot.ipxe", {}}},
      {match_any({architecture_is(0)}), {"bios\\\\undionly.kpxe", {}}},
      {match_any({architecture_is(7), architecture_is(9)}), {"shimx64.efi", address("10.20.0.77")}},
      {match_any({architecture_is(11)}), {"/snponly-arm64.efi", {}}},
  };
  return settings;
}

struct FileSizes {
  std::map<std::string, std::uint64_t, std::less<>> sizes{{"boot.ipxe", 1},
                                                          {"bios/undionly.kpxe", 70001},
                                                          {"snponly-arm64.efi", 33553921},
                                                          {"rescue.ipxe", 33553920},
                                                          {"own/525400aa0001", 1300}};

  [[nodiscard]] std::optional<std::uint64_t> size_of(std::string_view path,
                                                     const dhcp::Fetcher& /*fetcher*/) const {
    const auto found = sizes.find(path);
    if (found == sizes.end()) return std::nullopt;
    return found->second;
  }
};

class DhcpFixture {
 public:
  explicit DhcpFixture(const config::Settings& settings = example_settings(),
                       dhcp::RelayGuard* guard = nullptr)
      : guard_(guard),
        policy_(std::in_place, settings, kKey, guard),
        plan_(policy_->plan()),
        memory_(lease::Table::bytes_needed(plan_) / sizeof(CacheLine) + 1),
        leases_(plan_, bytes_of(memory_)),
        client_memory_(std::calloc(1, client_bytes() + sizeof(CacheLine)), &std::free),
        clients_(plan_.slots(), aligned_client_memory(), {3, 4}) {}

  // Network 0, from a client without an address, to everybody.
  static dhcp::Arrival arrival() {
    dhcp::Arrival arrival;
    arrival.source_mac = {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
    arrival.destination = wire::Ipv4Address{0xffffffff};
    arrival.source_port = 68;
    arrival.destination_port = 67;
    arrival.now = base::Time{std::chrono::hours{1}};
    return arrival;
  }

  dhcp::Decision answer(base::Bytes message, const dhcp::Arrival& from) {
    journal_.has_change = false;
    return dhcp::answer(*policy_, {leases_, &clients_, &discovers_, &journal_}, files_, from,
                        message, reply_);
  }

  // The reply's bytes after an answer() that was a Reply.
  [[nodiscard]] std::optional<DhcpReply> read(const dhcp::Reply& reply) const {
    const auto begin = reply_.begin();
    return read_dhcp_reply({begin, begin + static_cast<std::ptrdiff_t>(reply.payload_bytes)});
  }

  [[nodiscard]] const dhcp::Policy& policy() const { return *policy_; }
  // Another policy over the same leases. Of its addresses the table knows those that it began with.
  void reload(const config::Settings& settings) { policy_.emplace(settings, kKey, guard_); }
  [[nodiscard]] lease::Table& leases() { return leases_; }
  [[nodiscard]] lease::ClientStore& clients() { return clients_; }
  // Of the last answer().
  [[nodiscard]] dhcp::Journal& journal() { return journal_; }
  [[nodiscard]] const FileSizes& files() const { return files_; }

 private:
  struct alignas(64) CacheLine {
    std::uint8_t bytes[64];
  };
  static base::MutableBytes bytes_of(std::vector<CacheLine>& lines) {
    return {reinterpret_cast<std::uint8_t*>(lines.data()), lines.size() * sizeof(CacheLine)};
  }

  [[nodiscard]] std::size_t client_bytes() const {
    return lease::ClientStore::bytes_needed(plan_.slots());
  }
  // Of pages that the kernel gives when they are touched: few of them are.
  [[nodiscard]] base::MutableBytes aligned_client_memory() const {
    void* at = client_memory_.get();
    std::size_t room = client_bytes() + sizeof(CacheLine);
    std::align(sizeof(CacheLine), client_bytes(), at, room);
    return {static_cast<std::uint8_t*>(at), client_bytes()};
  }

  static constexpr base::HashKey kKey{1, 2};

  dhcp::RelayGuard* guard_;
  std::optional<dhcp::Policy> policy_;
  const lease::Plan plan_;
  std::vector<CacheLine> memory_;
  lease::Table leases_;
  const std::unique_ptr<void, decltype(&std::free)> client_memory_;
  lease::ClientStore clients_;
  dhcp::Journal journal_{};
  dhcp::DiscoverLimit discovers_;
  FileSizes files_;
  std::vector<std::uint8_t> reply_ = std::vector<std::uint8_t>(dhcp::kReplyBytesMax);
};

}  // namespace stentor::support
