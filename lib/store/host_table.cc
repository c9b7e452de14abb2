// SPDX-License-Identifier: BSD-3-Clause
#include "store/host_table.h"

#include <string>

namespace stentor::store {

namespace {

constexpr const char* kUpsert =
    "INSERT OR REPLACE INTO host (mac, address, hostname, classes, boot_file, is_local, boot_once, "
    "is_for_ipxe) VALUES (?1, ?2, CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS TEXT), ?6, "
    "CAST(?7 AS TEXT), ?8)";
constexpr const char* kSelect =
    "SELECT mac, address, hostname, classes, boot_file, is_local, boot_once, is_for_ipxe FROM host";

// As config::names_in() has them.
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

}  // namespace

HostTable::HostTable(Connection& connection)
    : upsert_(connection, kUpsert), erase_(connection, "DELETE FROM host WHERE mac = ?1") {}

bool HostTable::put(const HostChange& change) {
  const auto mac = static_cast<std::int64_t>(change.mac.number());
  if (!change.host) {
    erase_.bind(1, mac);
    return erase_.run();
  }
  const config::RunTimeHost& host = *change.host;
  const std::string classes = joined(host.classes);
  upsert_.bind(1, mac);
  upsert_.bind(2, host.address ? std::optional(std::int64_t{host.address->host()}) : std::nullopt);
  upsert_.bind(3, base::as_bytes(host.hostname));
  upsert_.bind(4, base::as_bytes(classes));
  upsert_.bind(5, base::as_bytes(host.boot_file));
  upsert_.bind(6, std::int64_t{host.is_local});
  upsert_.bind(7, base::as_bytes(host.boot_once));
  upsert_.bind(8, std::int64_t{host.is_for_ipxe});
  return upsert_.run();
}

bool for_each_host(Connection& connection,
                   const std::function<void(const config::RunTimeHost&)>& visit) {
  Statement rows(connection, kSelect);
  const auto text = [&rows](int column) { return std::string(base::as_text(rows.bytes(column))); };
  while (rows.step()) {
    config::RunTimeHost host{
        .mac = wire::MacAddress::of_number(static_cast<std::uint64_t>(rows.number(0))),
        .hostname = text(2),
        .classes = config::names_in(text(3)),
        .boot_file = text(4),
        .is_local = rows.number(5) != 0,
        .boot_once = text(6),
        .is_for_ipxe = rows.number(7) != 0};
    if (const auto address = rows.number_or_null(1)) {
      host.address = wire::Ipv4Address{static_cast<std::uint32_t>(*address)};
    }
    visit(host);
  }
  return rows.ok();
}

}  // namespace stentor::store
