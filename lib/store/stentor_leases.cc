// SPDX-License-Identifier: BSD-3-Clause
// Our own leases, as they were exported: columns may stand in any order, and others beside them.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/hex.h"
#include "store/foreign_lease.h"
#include "store/foreign_text.h"
#include "store/lease_csv.h"
#include "store/lease_text.h"

namespace stentor::store {

namespace {

// Values by column.
class Row {
 public:
  Row(const CsvRow& head, const CsvRow& row) {
    for (std::size_t i = 0; i < std::min(head.values.size(), row.values.size()); ++i) {
      values_[head.values[i]] = row.values[i];
    }
  }
  std::string_view operator[](std::string_view column) const {
    const auto at = values_.find(column);
    return at == values_.end() ? std::string_view{} : at->second;
  }

 private:
  std::map<std::string_view, std::string_view> values_;
};

std::optional<std::vector<std::uint8_t>> read_bytes(std::string_view digits) {
  std::vector<std::uint8_t> bytes;
  if (digits.size() % 2 != 0) return std::nullopt;
  for (; !digits.empty(); digits.remove_prefix(2)) {
    const auto byte = base::hex_byte(digits[0], digits[1]);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  return bytes;
}

// What a client has said. False: `column` has something else.
bool read_details(const Row& row, ForeignLease& lease, std::string_view& column) {
  lease.hostname = row["hostname"];
  column = "htype";
  if (!row[column].empty()) {
    const auto htype = read_number<std::uint8_t>(row[column]);
    if (!htype) return false;
    lease.htype = *htype;
  }
  column = "mac";
  auto hardware = read_colon_bytes(row[column]);
  if (!hardware) return false;
  lease.hardware = *std::move(hardware);
  for (const auto& [name, field] : {std::pair{"client_id", &ForeignLease::client_id},
                                    std::pair{"circuit_id", &ForeignLease::circuit_id},
                                    std::pair{"remote_id", &ForeignLease::remote_id}}) {
    column = name;
    auto bytes = read_bytes(row[column]);
    if (!bytes) return false;
    lease.*field = *std::move(bytes);
  }
  return true;
}

// The column that has something else than it should; empty: none.
std::string_view read_row(const Row& row, ForeignLease& lease, wire::Ipv4Address& address) {
  const auto parsed = wire::Ipv4Address::parse(row["address"]);
  if (!parsed) return "address";
  address = *parsed;
  if (row["expires"] != kExpiresNever) {
    lease.expiry = read_utc(row["expires"]);
    if (!lease.expiry) return "expires";
  }
  if (row["state"] != "bound" && row["state"] != "declined") return "state";
  std::string_view column;
  return read_details(row, lease, column) ? std::string_view{} : column;
}

bool names_all_columns(const CsvRow& head) {
  return std::ranges::all_of(kLeaseColumns, [&](std::string_view column) {
    return std::ranges::find(head.values, column) != head.values.end();
  });
}

}  // namespace

tl::expected<ForeignLeases, ForeignFaults> read_stentor_leases(std::string_view text) {
  CsvReader rows(text);
  const auto head = rows.next();
  if (!head || !names_all_columns(*head)) {
    return tl::unexpected(
        ForeignFaults{{1, fmt::format("the first line of leases that stentorctl exported as csv "
                                      "names its columns: {}",
                                      fmt::join(kLeaseColumns, ","))}});
  }
  ForeignLeases leases;
  ForeignFaults faults;
  while (const auto values = rows.next()) {
    if (!values->is_whole || values->values.size() != head->values.size()) {
      faults.push_back({values->line,
                        fmt::format("a lease has {} values, between commas", head->values.size())});
      continue;
    }
    const Row row(*head, *values);
    ForeignLease lease{.line = values->line, .expiry = {}};
    wire::Ipv4Address address;
    const std::string_view wrong = read_row(row, lease, address);
    if (!wrong.empty()) {
      faults.push_back(
          {values->line, fmt::format("'{}' is not what column {} takes", row[wrong], wrong)});
      continue;
    }
    leases[address] = row["state"] == "bound" ? std::optional(std::move(lease)) : std::nullopt;
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return leases;
}

}  // namespace stentor::store
