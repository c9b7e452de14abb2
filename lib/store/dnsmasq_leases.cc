// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <fmt/format.h>

#include "store/foreign_lease.h"
#include "store/foreign_text.h"

// A line: when the lease ends, in seconds since 1970 (0: never), hardware address, IP address, host
// name and client identifier, of which the last two may be `*`. A hardware type that is not
// Ethernet's stands before the address, as two digits and a dash.

namespace stentor::store {

namespace {

constexpr std::string_view kExpected =
    "expected: seconds since 1970, hardware address, IPv4 address, host name or *, client "
    "identifier or *";

// False: it is none.
bool read_hardware(std::string_view text, ForeignLease& lease) {
  if (text == "*") return true;
  std::string_view type = text.substr(0, text.find(':'));
  lease.htype = kEthernet;
  if (type.find('-') != std::string_view::npos) {
    text.remove_prefix(type.find('-') + 1);
    const auto number = read_colon_bytes(type.substr(0, type.find('-')));
    if (!number || number->size() != 1) return false;
    lease.htype = number->front();
  }
  auto bytes = read_colon_bytes(text);
  if (!bytes) return false;
  lease.hardware = *std::move(bytes);
  if (lease.hardware.empty()) lease.htype = 0;
  return true;
}

bool read_line(std::string_view line, ForeignLease& lease, wire::Ipv4Address& address) {
  std::array<std::string_view, 5> words;
  for (std::string_view& word : words) word = take_until(line, ' ');
  const auto& [expiry, hardware, ip, hostname, client_id] = words;
  const auto seconds = read_number<UtcSecond>(expiry);
  const auto parsed = wire::Ipv4Address::parse(ip);
  if (!seconds || *seconds < 0 || !parsed || hostname.empty() || client_id.empty()) return false;
  if (*seconds != 0) lease.expiry = *seconds;
  address = *parsed;
  if (hostname != "*") lease.hostname = hostname;
  if (client_id != "*") {
    auto bytes = read_colon_bytes(client_id);
    if (!bytes) return false;
    lease.client_id = *std::move(bytes);
  }
  return line.empty() && read_hardware(hardware, lease);
}

}  // namespace

tl::expected<ForeignLeases, ForeignFaults> read_dnsmasq_leases(std::string_view text) {
  ForeignLeases leases;
  ForeignFaults faults;
  bool is_version_six = false;
  for_each_line(text, [&](std::size_t number, std::string_view line) {
    is_version_six |= line.starts_with("duid ");
    if (is_version_six || line.empty()) return;
    ForeignLease lease{.line = number, .expiry = {}};
    wire::Ipv4Address address;
    if (read_line(line, lease, address)) {
      leases[address] = std::move(lease);
    } else {
      faults.push_back({number, fmt::format("'{}' is no lease of dnsmasq's; {}", line, kExpected)});
    }
  });
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return leases;
}

}  // namespace stentor::store
