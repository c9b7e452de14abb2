// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A lease database as the first version of the schema had it, written by its own SQL: what is on
// disks by now does not change with lib/store.

#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "store/connection.h"

namespace stentor::store {

// `user_version` 1 and an end that was clean, with leases of 10.0.0.1 to 10.0.0.200 in all states.
inline constexpr const char* kVersion1 = R"(
PRAGMA application_id = 1400137070;
PRAGMA user_version = 1;
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
INSERT INTO meta VALUES ('owner_key', x'000102030405060708090a0b0c0d0e0f'),
  ('last_commit', 1780000000), ('clean_shutdown', 1);
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 200)
INSERT INTO record SELECT
  167772160 + n,
  n % 3,
  CASE n WHEN 200 THEN 4294967295 ELSE n END,
  CASE n % 7 WHEN 0 THEN NULL ELSE 1780000000 + 60 * n END,
  CAST(printf('owner-%010d', n) AS BLOB),
  1779990000 + n,
  1,
  CAST(printf('mac%03d', n) AS BLOB),
  CASE n % 2 WHEN 0 THEN CAST('id' || n AS BLOB) END,
  CASE n % 5 WHEN 0 THEN NULL ELSE CAST('node' || n AS BLOB) END,
  CAST('port' || n AS BLOB),
  CAST('rack' || n AS BLOB)
FROM number;
)";

// A new file.
inline void make_version_1(const std::string& path) {
  std::ofstream(path).close();
  auto connection = Connection::open(path, {});
  ASSERT_TRUE(connection && connection->run("PRAGMA journal_mode = WAL"));
  ASSERT_TRUE(connection->run(kVersion1)) << connection->failure("make").sentence;
}

// All that it says of leases, as SQL would write it, a record a line.
inline std::string records_of(Connection& connection) {
  Statement rows(connection,
                 "SELECT group_concat(quote(address) || quote(state) || ' ' || quote(version) || "
                 "quote(expiry) || quote(owner) || quote(changed) || quote(htype) || "
                 "quote(hardware) || quote(client_id) || quote(hostname) || quote(circuit_id) || "
                 "quote(remote_id), char(10)) FROM (SELECT * FROM record ORDER BY address)");
  EXPECT_TRUE(rows.step());
  return std::string(base::as_text(rows.bytes(0)));
}

}  // namespace stentor::store
