// SPDX-License-Identifier: BSD-3-Clause
#include "store/lease_reader.h"

#include <unistd.h>
#include <utility>

#include "store/database_check.h"
#include "store/schema.h"

namespace stentor::store {

LeaseReader::LeaseReader(Connection connection)
    : connection_(std::move(connection)),
      // SQLite takes the condition into the inner question: one row is looked at.
      select_(connection_,
              ("SELECT * FROM (" + std::string(kSelectRecords) + ") WHERE address = ?1").c_str()),
      ok_(select_.ok()) {}

Outcome<LeaseReader> LeaseReader::open(const std::string& path, const std::string& vfs) {
  auto connection = Connection::open_to_read(path, vfs);
  if (!connection) return tl::unexpected(std::move(connection).error());
  // The log is the writer's to copy and to remove.
  connection->checkpoint_on_close(false);
  // A recovery or a rewrite is in the way for as long as this at the most.
  constexpr int kPatienceMilliseconds = 200;
  connection->wait_for_locks(kPatienceMilliseconds);
  return LeaseReader(*std::move(connection));
}

base::Result<LeaseReader> LeaseReader::open_checked(const std::string& path) {
  const std::string replacement = path + ".replacement";
  if (::access(replacement.c_str(), F_OK) == 0) {
    return base::failure(replacement + " is to take the place of " + path +
                         " and has not yet: start stentord, which does that, and ask it.");
  }
  const auto exists = check_database_file(path);
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return base::failure("there is no lease database at " + path + ".");
  auto reader = open(path);
  if (!reader) return base::failure(reader.error().sentence);
  // A log may say more than the file's header did.
  const auto version = reader->connection_.number("PRAGMA user_version");
  if (!version) return base::failure(reader->connection_.failure("read").sentence);
  if (*version > schema_version()) return base::failure(version_sentence(path, *version));
  return *std::move(reader);
}

Outcome<void> LeaseReader::for_each(const ClockPair& clocks,
                                    const std::function<bool(const StoredRecord&)>& visit) {
  Statement rows(connection_, kSelectRecords);
  while (rows.step() && visit(read_record(rows, clocks))) {
  }
  if (!rows.ok()) return tl::unexpected(connection_.failure("read"));
  return {};
}

std::optional<StoredRecord> LeaseReader::find(wire::Ipv4Address address, const ClockPair& clocks) {
  if (!ok_) return std::nullopt;
  select_.bind(1, std::int64_t{address.host()});
  std::optional<StoredRecord> record;
  if (select_.step()) record = read_record(select_, clocks);
  ok_ = select_.ok();
  select_.reset();
  return record;
}

}  // namespace stentor::store
