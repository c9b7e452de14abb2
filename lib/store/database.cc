// SPDX-License-Identifier: BSD-3-Clause
#include "store/database.h"

#include <algorithm>
#include <sqlite3.h>

namespace stentor::store {

namespace {

int note_log_pages(void* pages, sqlite3* /*handle*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Database::Statements::Statements(Connection& connection)
    : table(connection),
      hosts(connection),
      begin(connection, "BEGIN IMMEDIATE"),
      commit(connection, "COMMIT"),
      prune_to(connection,
               "SELECT max(address) FROM (SELECT address FROM record WHERE address > ?1 "
               "ORDER BY address LIMIT ?2)"),
      prune(connection,
            "DELETE FROM record WHERE address > ?1 AND address <= ?2 AND expiry < ?3 "
            "AND changed < ?3") {}

Database::~Database() = default;

Outcome<void> Database::connect() {
  auto connection = Connection::open(file_.path, file_.vfs);
  if (!connection) return tl::unexpected(connection.error());
  connection->checkpoint_on_close(false);
  // Whoever reads is not in the way; who writes, or recovers the log, gets a moment.
  constexpr int kPatienceMilliseconds = 1'000;
  connection->wait_for_locks(kPatienceMilliseconds);
  if (!connection->run("PRAGMA journal_mode = WAL") ||
      !connection->run("PRAGMA synchronous = FULL") ||
      // What a checkpoint that was held up leaves is cut to this.
      !connection->run("PRAGMA journal_size_limit = 67108864")) {
    return tl::unexpected(connection->failure("open"));
  }
  connection_ = std::move(*connection);
  log_pages_ = 0;
  log_pages_due_ = file_.log_pages_max;
  sqlite3_wal_hook(connection_.handle(), note_log_pages, &log_pages_);
  return {};
}

Failure Database::give_up() {
  Failure failure = connection_.failure("write");
  connection_.roll_back();
  return failure;
}

Failure Database::superseded() const {
  return {Trouble::broken, "the lease database " + file_.path + " is not whole yet."};
}

Outcome<void> Database::apply(std::span<const lease::LeaseChange> changes,
                              std::span<const HostChange> hosts, const ClockPair& clocks) {
  order_.clear();
  for (const lease::LeaseChange& change : changes) order_.push_back(&change);
  // Neighbours in the tree of the table are written together.
  std::sort(order_.begin(), order_.end(),
            [](const lease::LeaseChange* a, const lease::LeaseChange* b) {
              return a->address.host() < b->address.host();
            });
  if (!statements_) return tl::unexpected(superseded());
  Statements& use = *statements_;
  if (!use.begin.run()) return tl::unexpected(give_up());
  const UtcSecond now = clocks.second();
  for (const lease::LeaseChange* change : order_) {
    if (!use.table.put(*change, now, clocks)) return tl::unexpected(give_up());
  }
  for (const HostChange& change : hosts) {
    if (!use.hosts.put(change)) return tl::unexpected(give_up());
  }
  if (use.table.set_last_commit(now) && use.commit.run()) return {};
  return tl::unexpected(give_up());
}

Outcome<std::size_t> Database::prune(UtcSecond ended_before, std::size_t rows) {
  if (!statements_) return tl::unexpected(superseded());
  Statements& use = *statements_;
  use.prune_to.bind(1, prune_after_);
  use.prune_to.bind(2, static_cast<std::int64_t>(rows));
  const bool found = use.prune_to.step();
  const auto last = found ? use.prune_to.number_or_null(0) : std::nullopt;
  use.prune_to.reset();
  if (!found) return tl::unexpected(give_up());
  if (!last) {
    prune_after_ = -1;
    return 0;
  }
  use.prune.bind(1, prune_after_);
  use.prune.bind(2, *last);
  use.prune.bind(3, ended_before);
  if (!use.prune.run()) return tl::unexpected(give_up());
  prune_after_ = *last;
  return static_cast<std::size_t>(sqlite3_changes(connection_.handle()));
}

Outcome<void> Database::shift(std::int64_t seconds, std::optional<UtcSecond> since) {
  if (!statements_) return tl::unexpected(superseded());
  Statement shift(connection_,
                  "UPDATE record SET expiry = expiry + ?1, changed = changed + ?1 "
                  "WHERE changed >= ?2");
  shift.bind(1, seconds);
  shift.bind(2, since.value_or(INT64_MIN));
  if (!shift.run()) return tl::unexpected(give_up());
  return {};
}

Outcome<void> Database::checkpoint_if_due() {
  if (log_pages_ < log_pages_due_) return {};
  int in_log = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  // A reader that has been reading for long keeps the log growing: not asked at every commit.
  log_pages_due_ = (copied == in_log ? 0 : log_pages_) + file_.log_pages_max;
  // The log takes commits as long as it has room itself: no room in the file is not their failure.
  const int kind = code & 0xff;
  if (kind == SQLITE_OK || kind == SQLITE_BUSY || kind == SQLITE_FULL) return {};
  return tl::unexpected(give_up());
}

Outcome<void> Database::load(const ClockPair& clocks,
                             const std::function<void(const StoredLease&)>& visit) {
  Statement rows(connection_, kSelectLeases);
  while (rows.step()) visit(read_lease(rows, clocks));
  if (!rows.ok()) return tl::unexpected(connection_.failure("read"));
  return {};
}

Outcome<void> Database::for_each(const ClockPair& clocks,
                                 const std::function<void(const StoredRecord&)>& visit) {
  Statement rows(connection_, kSelectRecords);
  while (rows.step()) visit(read_record(rows, clocks));
  if (!rows.ok()) return tl::unexpected(connection_.failure("read"));
  return {};
}

Outcome<void> Database::load_hosts(const VisitHost& visit) {
  if (!for_each_host(connection_, visit)) return tl::unexpected(connection_.failure("read"));
  return {};
}

Outcome<void> Database::rewrite(const Source& source, const HostSource& hosts,
                                const ClockPair& clocks) {
  // From here on the file that the old connection has open may be nobody's. It lasts until there is
  // a new one, to be read.
  statements_.reset();
  const Meta meta{owner_key_, clocks.second(), false};
  auto rebuilt = rebuild(file_, meta, source, hosts, &connection_, clocks);
  if (!rebuilt) return rebuilt;
  auto connected = connect();
  if (!connected) return connected;
  connection_.wait_for_locks(0);
  statements_.emplace(connection_);
  return {};
}

Outcome<void> Database::end_cleanly(const ClockPair& clocks) {
  if (!statements_) return tl::unexpected(superseded());
  Statements& use = *statements_;
  if (!use.begin.run() || !use.table.set_last_commit(clocks.second()) ||
      !use.table.set_clean(true) || !use.commit.run()) {
    return tl::unexpected(give_up());
  }
  sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
  statements_.reset();
  connection_.checkpoint_on_close(true);
  connection_ = Connection();
  return {};
}

}  // namespace stentor::store
