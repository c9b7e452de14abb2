// SPDX-License-Identifier: BSD-3-Clause
#include "store/rebuild.h"

#include "store/host_table.h"
#include "store/replacement.h"
#include "store/schema.h"

namespace stentor::store {

namespace {

// The old database's records, walked along with ascending addresses.
class OldRecords {
 public:
  explicit OldRecords(Connection* old) {
    if (old != nullptr) rows_ = Statement(*old, kSelectRecords);
    advance();
  }

  // What is known of a lease, with the details of its record if it has none of its own, and since
  // when.
  struct Completed {
    lease::LeaseChange change;
    UtcSecond changed;
  };
  Completed complete(const lease::LeaseChange& lease, const ClockPair& clocks) {
    while (has_row_ && rows_.number(0) < std::int64_t{lease.address.host()}) advance();
    Completed completed{lease, clocks.second()};
    if (!has_row_ || rows_.number(0) != std::int64_t{lease.address.host()}) return completed;
    const StoredRecord record = read_record(rows_, clocks);
    if (record.change.owner != lease.owner) return completed;
    if (!lease.has_details()) completed.change.assign_details(record.change);
    if (record.change.version == lease.version) completed.changed = record.changed;
    return completed;
  }

 private:
  void advance() { has_row_ = rows_.step(); }

  Statement rows_;
  bool has_row_ = false;
};

bool fill(Connection& connection, const Meta& meta, const Source& source, const HostSource& hosts,
          Connection* old, const ClockPair& clocks) {
  RecordTable table(connection);
  OldRecords records(old);
  if (!connection.run("BEGIN IMMEDIATE") || !make_meta(connection, meta)) return false;
  bool is_good = true;
  source([&](const lease::LeaseChange& lease) {
    if (!is_good) return;
    const auto completed = records.complete(lease, clocks);
    is_good = table.put(completed.change, completed.changed, clocks);
  });
  HostTable host_table(connection);
  if (hosts) {
    hosts([&](const config::RunTimeHost& host) {
      is_good = is_good && host_table.put({host.mac, host});
    });
  }
  return is_good && connection.run("COMMIT");
}

// The identity is in the file's first page, whatever becomes of a log beside it.
bool prepare(Connection& connection) {
  const std::string identity = "PRAGMA application_id = " + std::to_string(kApplicationId);
  return connection.run("PRAGMA journal_mode = MEMORY") &&
         connection.run("PRAGMA synchronous = FULL") && connection.run(identity.c_str());
}

Outcome<void> write_whole(Connection& connection, const Meta& meta, const Source& source,
                          const HostSource& hosts, Connection* old, const ClockPair& clocks) {
  if (!prepare(connection)) return tl::unexpected(connection.failure("create"));
  if (auto migrated = migrate(connection); !migrated) return migrated;
  if (fill(connection, meta, source, hosts, old, clocks) &&
      connection.run("PRAGMA journal_mode = WAL")) {
    return {};
  }
  return tl::unexpected(connection.failure("create"));
}

}  // namespace

Outcome<void> rebuild(const DatabaseFile& file, const Meta& meta, const Source& source,
                      const HostSource& hosts, Connection* old, const ClockPair& clocks) {
  const auto name = begin_replacement(file.path, *file.folder);
  if (!name) return tl::unexpected(name.error());
  {
    auto connection = Connection::open(*name, file.vfs);
    if (!connection) return tl::unexpected(connection.error());
    auto written = write_whole(*connection, meta, source, hosts, old, clocks);
    if (!written) return written;
  }
  return commit_replacement(file.path, *file.folder);
}

}  // namespace stentor::store
