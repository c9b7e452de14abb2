// SPDX-License-Identifier: BSD-3-Clause
#include "store/lease_reader.h"

#include <utility>

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
