// SPDX-License-Identifier: BSD-3-Clause
#include "store/record_table.h"

#include <bit>
#include <cstring>

#include "base/check.h"

namespace stentor::store {

namespace {

// Serial numbers: RFC 1982 section 3.2, with 32 bits.
constexpr const char* kUpsert = R"(
INSERT INTO record (address, state, version, expiry, owner, changed, htype, hardware, client_id,
                    hostname, circuit_id, remote_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (address) DO UPDATE SET state = ?2, version = ?3, expiry = ?4, owner = ?5,
  changed = ?6, htype = ?7, hardware = ?8, client_id = ?9, hostname = ?10, circuit_id = ?11,
  remote_id = ?12
WHERE (?3 - record.version & 4294967295) BETWEEN 1 AND 2147483647
)";

// The numbers of a state on disk, which outlive the order of an enum.
std::int64_t number_of(lease::State state) {
  CHECK(state != lease::State::offered);  // An offer is not stored.
  switch (state) {
    case lease::State::free:
      return 0;
    case lease::State::bound:
      return 1;
    case lease::State::declined:
      return 2;
    case lease::State::offered:
      break;
  }
  return 0;
}

lease::State state_of(std::int64_t number) {
  if (number == 1) return lease::State::bound;
  return number == 2 ? lease::State::declined : lease::State::free;
}

// Both halves as this machine has them: a database stays on one kind of machine.
using OwnerBytes = std::array<std::uint8_t, sizeof(lease::Owner)>;

template <typename T>
T read_whole(base::Bytes bytes) {
  T value{};
  if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

RecordTable::RecordTable(Connection& connection)
    : upsert_(connection, kUpsert),
      last_commit_(connection, "UPDATE meta SET value = ?1 WHERE key = 'last_commit'"),
      clean_(connection, "UPDATE meta SET value = ?1 WHERE key = 'clean_shutdown'") {}

bool RecordTable::put(const lease::LeaseChange& change, UtcSecond changed,
                      const ClockPair& clocks) {
  const auto owner = std::bit_cast<OwnerBytes>(change.owner);
  // A free address ended when it was given back.
  const auto expiry =
      change.state == lease::State::free ? std::optional{changed} : clocks.second_of(change.expiry);
  upsert_.bind(1, std::int64_t{change.address.host()});
  upsert_.bind(2, number_of(change.state));
  upsert_.bind(3, std::int64_t{change.version});
  upsert_.bind(4, expiry);
  upsert_.bind(5, base::Bytes{owner});
  upsert_.bind(6, changed);
  upsert_.bind(7, std::int64_t{change.htype});
  upsert_.bind(8, change.hardware.view());
  upsert_.bind(9, change.client_id.view());
  upsert_.bind(10, change.hostname.view());
  upsert_.bind(11, change.circuit_id.view());
  upsert_.bind(12, change.remote_id.view());
  return upsert_.run();
}

bool RecordTable::set_last_commit(UtcSecond second) {
  last_commit_.bind(1, second);
  return last_commit_.run();
}

bool RecordTable::set_clean(bool clean) {
  clean_.bind(1, std::int64_t{clean});
  return clean_.run();
}

bool make_meta(Connection& connection, const Meta& meta) {
  const auto key = std::bit_cast<std::array<std::uint8_t, sizeof meta.owner_key>>(meta.owner_key);
  Statement insert(connection,
                   "INSERT INTO meta (key, value) VALUES ('owner_key', ?1), ('last_commit', ?2), "
                   "('clean_shutdown', ?3)");
  insert.bind(1, base::Bytes{key});
  insert.bind(2, meta.last_commit);
  insert.bind(3, std::int64_t{meta.was_clean});
  return insert.run();
}

std::optional<Meta> read_meta(Connection& connection) {
  Statement select(connection,
                   "SELECT (SELECT value FROM meta WHERE key = 'owner_key'), "
                   "(SELECT value FROM meta WHERE key = 'last_commit'), "
                   "(SELECT value FROM meta WHERE key = 'clean_shutdown')");
  if (!select.step() || select.bytes(0).size() != sizeof(base::HashKey)) return std::nullopt;
  return Meta{read_whole<base::HashKey>(select.bytes(0)), select.number(1), select.number(2) != 0};
}

StoredLease read_lease(const Statement& row, const ClockPair& clocks) {
  const wire::Ipv4Address address{static_cast<std::uint32_t>(row.number(0))};
  return {{address, state_of(row.number(1)), static_cast<std::uint32_t>(row.number(2)),
           clocks.time_of(row.number_or_null(3))},
          read_whole<lease::Owner>(row.bytes(4)),
          row.number(5)};
}

StoredRecord read_record(const Statement& row, const ClockPair& clocks) {
  const StoredLease stored = read_lease(row, clocks);
  StoredRecord record;
  record.change.address = stored.lease.address;
  record.change.version = stored.lease.version;
  record.change.expiry = stored.lease.expiry;
  record.change.owner = stored.owner;
  record.change.state = stored.lease.state;
  record.expiry = row.number_or_null(3);
  record.changed = stored.changed;
  record.change.htype = static_cast<std::uint8_t>(row.number(6));
  record.change.hardware.assign(row.bytes(7));
  record.change.client_id.assign(row.bytes(8));
  record.change.hostname.assign(row.bytes(9));
  record.change.circuit_id.assign(row.bytes(10));
  record.change.remote_id.assign(row.bytes(11));
  return record;
}

}  // namespace stentor::store
