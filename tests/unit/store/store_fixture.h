// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A folder of its own for each test, clocks that stand still, and changes made of a few numbers.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "store/database.h"

namespace stentor::store {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "stentor-store-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::string database() const { return at("leases.db"); }

 private:
  std::string path_;
};

// The machine has run for 1,000 s, and it is the year 2026.
inline constexpr UtcSecond kUtcStart = 1'780'000'000;

inline ClockPair clocks_after(base::Duration elapsed) {
  return {base::Time{std::chrono::seconds{1'000}} + elapsed,
          UtcTime{std::chrono::seconds{kUtcStart}} + elapsed};
}
inline constexpr base::Duration kHour = std::chrono::hours{1};

// Different for each address and version, so that a record says which change it is of.
inline lease::Owner owner_for(std::uint32_t address, std::uint32_t version) {
  return {{(std::uint64_t{address} << 32 | version) * 0x9e3779b97f4a7c15U, version}};
}

// Bound for an hour from the start of the clocks.
inline lease::LeaseChange bound(std::uint32_t address, std::uint32_t version) {
  lease::LeaseChange change;
  change.address = wire::Ipv4Address{address};
  change.version = version;
  change.expiry = clocks_after(kHour).monotonic;
  change.owner = owner_for(address, version);
  change.state = lease::State::bound;
  return change;
}

inline lease::LeaseChange with_details(lease::LeaseChange change, std::string_view hostname) {
  const std::array<std::uint8_t, 6> mac{0x52, 0x54, 0, 0, 0, 7};
  change.htype = 1;
  change.hardware.assign(mac);
  change.client_id.assign(base::as_bytes("\x01id"));
  change.circuit_id.assign(base::as_bytes("port 7"));
  change.remote_id.assign(base::as_bytes("rack 3"));
  lease::assign_hostname(change, base::as_bytes(hostname));
  return change;
}

inline std::unique_ptr<Database> open_or_die(const DatabaseFile& file, base::Duration after = {}) {
  auto opened = Database::open(file, clocks_after(after));
  if (!opened) throw std::runtime_error(opened.error().sentence);
  return std::move(opened->database);
}

// Address to version: what a database has.
inline std::map<std::uint32_t, std::uint32_t> versions_in(Database& database) {
  std::map<std::uint32_t, std::uint32_t> versions;
  const auto loaded = database.load(clocks_after({}), [&](const StoredLease& stored) {
    versions[stored.lease.address.host()] = stored.lease.version;
  });
  if (!loaded) throw std::runtime_error(loaded.error().sentence);
  return versions;
}

using Versions = std::map<std::uint32_t, std::uint32_t>;

// 52:54:00:00:00:00 and so many.
inline wire::MacAddress host_mac(std::uint32_t number) {
  return wire::MacAddress::of_number(0x525400000000U + number);
}

// Of which something is said, another thing in each version.
inline config::RunTimeHost named_host(std::uint32_t number, std::uint32_t version) {
  return {.mac = host_mac(number),
          .hostname = "node" + std::to_string(number) + "-" + std::to_string(version)};
}

using Hosts = std::map<wire::MacAddress, config::RunTimeHost>;

// What a database has.
inline Hosts hosts_in(Database& database) {
  Hosts hosts;
  const auto loaded =
      database.load_hosts([&](const config::RunTimeHost& host) { hosts[host.mac] = host; });
  if (!loaded) throw std::runtime_error(loaded.error().sentence);
  return hosts;
}

inline Hosts hosts_of(const std::vector<config::RunTimeHost>& each) {
  Hosts hosts;
  for (const config::RunTimeHost& host : each) hosts[host.mac] = host;
  return hosts;
}

}  // namespace stentor::store
