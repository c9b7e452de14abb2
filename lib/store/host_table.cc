// SPDX-License-Identifier: BSD-3-Clause
#include "store/host_table.h"

#include <string>
#include <string_view>

namespace stentor::store {

namespace {

constexpr const char* kUpsert =
    "INSERT OR REPLACE INTO host (mac, address, hostname, classes, boot_file, is_local, boot_once, "
    "is_for_ipxe) VALUES (?1, ?2, CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS TEXT), ?6, "
    "CAST(?7 AS TEXT), ?8)";
constexpr const char* kSelect =
    "SELECT mac, address, hostname, classes, boot_file, is_local, boot_once, is_for_ipxe FROM host";

// No name of a class has a comma in it.
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

wire::MacAddress mac_of(std::int64_t number) {
  wire::MacAddress mac;
  for (std::size_t i = mac.bytes.size(); i-- > 0; number >>= 8) {
    mac.bytes[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return mac;
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
    config::RunTimeHost host{.mac = mac_of(rows.number(0)),
                             .hostname = text(2),
                             .classes = split(text(3)),
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
