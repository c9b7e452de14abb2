// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <fmt/format.h>

#include "store/foreign_lease.h"
#include "store/foreign_text.h"

// A line a change, with columns that the first line names: which there are differs from version to
// version. A comma within a value is written as its character's number.

namespace stentor::store {

namespace {

using Row = std::vector<std::string_view>;

constexpr std::string_view kComma = "&#x2c";
// A lifetime that has no end (RFC 2131 section 3.3).
constexpr std::string_view kInfinite = "4294967295";
// Where the column of states, or a state that is none of `assigned`, is missing: all are.
constexpr std::string_view kAssigned = "0";

Row split(std::string_view line) {
  Row row;
  while (!line.empty()) row.push_back(take_until(line, ','));
  return row;
}

struct Columns {
  explicit Columns(const Row& head)
      : address(find(head, "address")),
        hardware(find(head, "hwaddr")),
        client_id(find(head, "client_id")),
        lifetime(find(head, "valid_lifetime")),
        expire(find(head, "expire")),
        hostname(find(head, "hostname")),
        state(find(head, "state")),
        duid(find(head, "duid")) {}

  [[nodiscard]] bool are_of_version_four() const {
    return address && hardware && client_id && lifetime && expire && !duid;
  }

  std::optional<std::size_t> address, hardware, client_id, lifetime, expire, hostname, state, duid;

 private:
  static std::optional<std::size_t> find(const Row& head, std::string_view name) {
    const auto at = std::ranges::find(head, name);
    if (at == head.end()) return std::nullopt;
    return static_cast<std::size_t>(at - head.begin());
  }
};

// Empty where the row ends before it.
std::string_view value(const Row& row, std::optional<std::size_t> column) {
  return column && *column < row.size() ? row[*column] : std::string_view{};
}

std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool is_comma = text.starts_with(kComma);
    plain += is_comma ? ',' : text.front();
    text.remove_prefix(is_comma ? kComma.size() : 1);
  }
  return plain;
}

// Why the row is no lease; empty: it is one.
std::string read_row(const Row& row, const Columns& columns, ForeignLease& lease,
                     wire::Ipv4Address& address) {
  const auto parsed = wire::Ipv4Address::parse(value(row, columns.address));
  if (!parsed) return fmt::format("'{}' is no IPv4 address", value(row, columns.address));
  address = *parsed;
  if (value(row, columns.lifetime) != kInfinite) {
    lease.expiry = read_number<UtcSecond>(value(row, columns.expire));
    if (!lease.expiry) {
      return fmt::format("'{}' is no time in seconds since 1970", value(row, columns.expire));
    }
  }
  auto hardware = read_colon_bytes(value(row, columns.hardware));
  auto client_id = read_colon_bytes(value(row, columns.client_id));
  if (!hardware) {
    return fmt::format("'{}' is no hardware address", value(row, columns.hardware));
  }
  if (!client_id) {
    return fmt::format("'{}' is no client identifier", value(row, columns.client_id));
  }
  lease.htype = hardware->empty() ? 0 : kEthernet;
  lease.hardware = *std::move(hardware);
  lease.client_id = *std::move(client_id);
  lease.hostname = unescaped(value(row, columns.hostname));
  return {};
}

}  // namespace

tl::expected<ForeignLeases, ForeignFaults> read_kea_leases(std::string_view text) {
  std::string_view rest = text;
  std::string_view first = take_until(rest, '\n');
  if (first.ends_with('\r')) first.remove_suffix(1);
  const Columns columns(split(first));
  if (!columns.are_of_version_four()) {
    return tl::unexpected(ForeignFaults{
        {1,
         "the first line of Kea's file of DHCPv4 leases names its columns, 'address,hwaddr,"
         "client_id,valid_lifetime,expire' among them, and no 'duid'"}});
  }
  ForeignLeases leases;
  ForeignFaults faults;
  for_each_line(rest, [&](std::size_t number, std::string_view line) {
    if (line.empty()) return;
    ForeignLease lease{.line = number + 1, .expiry = {}};
    wire::Ipv4Address address;
    const Row row = split(line);
    std::string fault = read_row(row, columns, lease, address);
    if (!fault.empty()) return faults.push_back({number + 1, std::move(fault)});
    const std::string_view state = value(row, columns.state);
    const bool is_assigned = state.empty() || state == kAssigned;
    // A lease that ends when it begins was given back.
    const bool is_over = value(row, columns.lifetime) == "0";
    leases[address] = is_assigned && !is_over ? std::optional(std::move(lease)) : std::nullopt;
  });
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return leases;
}

}  // namespace stentor::store
