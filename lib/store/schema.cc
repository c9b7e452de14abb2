// SPDX-License-Identifier: BSD-3-Clause
#include "store/schema.h"

#include <array>
#include <string>

namespace stentor::store {

namespace {

// A step each from version n to n + 1, n its place. What was ever released is not changed.
constexpr std::array kSteps = {
    // Numbers first: a scan for the table in memory reads no further than `owner`.
    R"(
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE record (
  address INTEGER PRIMARY KEY CHECK (address BETWEEN 0 AND 4294967295),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  version INTEGER NOT NULL CHECK (version BETWEEN 0 AND 4294967295),
  expiry INTEGER,
  owner BLOB NOT NULL CHECK (length(owner) = 16),
  changed INTEGER NOT NULL,
  htype INTEGER NOT NULL,
  hardware BLOB,
  client_id BLOB,
  hostname BLOB,
  circuit_id BLOB,
  remote_id BLOB
) STRICT;
CREATE VIEW lease AS SELECT
  (address >> 24) || '.' || (address >> 16 & 255) || '.' || (address >> 8 & 255) || '.' ||
    (address & 255) AS ip,
  CASE state WHEN 0 THEN 'free' WHEN 1 THEN 'bound' ELSE 'declined' END AS state,
  coalesce(datetime(expiry, 'unixepoch'), 'never') AS expiry_utc,
  htype,
  lower(hex(hardware)) AS hardware,
  lower(hex(client_id)) AS client_id,
  CASE WHEN CAST(hostname AS TEXT) GLOB '*[^!-~]*' OR instr(hostname, x'00')
    THEN 'hex:' || lower(hex(hostname)) ELSE CAST(hostname AS TEXT) END AS hostname,
  lower(hex(circuit_id)) AS circuit_id,
  lower(hex(remote_id)) AS remote_id,
  datetime(changed, 'unixepoch') AS changed_utc,
  version,
  lower(hex(owner)) AS owner,
  address,
  expiry,
  changed
FROM record;
)",
    // Hosts that are set at run time.
    R"(
CREATE TABLE host (
  mac INTEGER PRIMARY KEY CHECK (mac BETWEEN 1 AND 281474976710655),
  address INTEGER CHECK (address BETWEEN 0 AND 4294967295),
  hostname TEXT,
  classes TEXT,
  boot_file TEXT,
  is_local INTEGER NOT NULL CHECK (is_local IN (0, 1)),
  boot_once TEXT,
  is_for_ipxe INTEGER NOT NULL CHECK (is_for_ipxe IN (0, 1))
) STRICT;
CREATE VIEW run_time_host AS SELECT
  printf('%02x:%02x:%02x:%02x:%02x:%02x', mac >> 40, mac >> 32 & 255, mac >> 24 & 255,
    mac >> 16 & 255, mac >> 8 & 255, mac & 255) AS mac,
  (address >> 24) || '.' || (address >> 16 & 255) || '.' || (address >> 8 & 255) || '.' ||
    (address & 255) AS ip,
  hostname, classes, boot_file, is_local, boot_once, is_for_ipxe
FROM host;
)",
};

bool take_step(Connection& connection, std::int64_t version) {
  const std::string numbered = "PRAGMA user_version = " + std::to_string(version + 1);
  return connection.run("BEGIN IMMEDIATE") &&
         connection.run(kSteps[static_cast<std::size_t>(version)]) &&
         connection.run(numbered.c_str()) && connection.run("COMMIT");
}

}  // namespace

std::int64_t schema_version() { return std::int64_t{kSteps.size()}; }

Outcome<void> migrate(Connection& connection) {
  const auto version = connection.number("PRAGMA user_version");
  if (!version) return tl::unexpected(connection.failure("read"));
  for (std::int64_t each = *version; each < schema_version(); ++each) {
    if (take_step(connection, each)) continue;
    Failure failure = connection.failure("convert");
    connection.roll_back();
    return tl::unexpected(std::move(failure));
  }
  return {};
}

}  // namespace stentor::store
