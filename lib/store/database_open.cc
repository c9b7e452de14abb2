// SPDX-License-Identifier: BSD-3-Clause
// How a database is opened: what must be so before SQLite sees the file.

#include <cerrno>
#include <sys/stat.h>

#include "base/random.h"
#include "store/database.h"
#include "store/database_check.h"
#include "store/replacement.h"
#include "store/schema.h"

namespace stentor::store {

namespace {

base::Result<void> check_folder(const std::string& path) {
  const std::string folder = folder_of(path);
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) != 0) {
    return base::failure("cannot find " + folder + ", the folder of the lease database: " +
                         base::system_reason(errno) + ". Make it, for stentord to write.");
  }
  if (!S_ISDIR(facts.st_mode)) {
    return base::failure(folder + ", where the lease database " + path +
                         " should be, is not a folder. Name another path.");
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return base::failure("everybody may write " + folder +
                         ", the folder of the lease database, and so forge leases. Take that "
                         "right away (chmod o-w), or name another folder.");
  }
  return {};
}

}  // namespace

Database::Database(DatabaseFile file, LockFile lock)
    : file_(std::move(file)), lock_(std::move(lock)) {}

Outcome<void> Database::create(const ClockPair& clocks) {
  const Meta meta{base::random_key(), clocks.second(), true};
  return rebuild(
      file_, meta, [](const VisitChange&) {}, {}, nullptr, clocks);
}

// The connection is there: its version, what it says of the last run, and that this one began.
Outcome<void> Database::begin_use(const ClockPair& clocks, Opened& opened) {
  const auto version = connection_.number("PRAGMA user_version");
  if (!version) return tl::unexpected(connection_.failure("read"));
  // A log may say more than the header did.
  if (*version > schema_version()) {
    return tl::unexpected(Failure{Trouble::broken, version_sentence(file_.path, *version)});
  }
  if (auto migrated = migrate(connection_); !migrated) return migrated;
  const auto meta = read_meta(connection_);
  if (!meta) {
    return tl::unexpected(
        Failure{Trouble::broken, "the lease database " + file_.path +
                                     " has lost its key, or cannot be read. Put a copy in its "
                                     "place, or move it away to begin without leases."});
  }
  owner_key_ = meta->owner_key;
  opened.was_clean = meta->was_clean;
  if (meta->last_commit > clocks.second()) {
    opened.clock_is_behind_by = std::chrono::seconds{meta->last_commit - clocks.second()};
  }
  statements_.emplace(connection_);
  if (!statements_->table.set_clean(false)) return tl::unexpected(give_up());
  connection_.wait_for_locks(0);
  return {};
}

base::Result<Database::Opened> Database::open(DatabaseFile file, const ClockPair& clocks) {
  if (auto checked = check_folder(file.path); !checked)
    return base::failure(checked.error().sentence);
  auto lock = LockFile::take(file.path);
  if (!lock) return tl::unexpected(lock.error());
  if (auto done = finish_replacement(file.path, *file.folder); !done) {
    return base::failure(done.error().sentence);
  }
  const auto exists = check_database_file(file.path);
  if (!exists) return tl::unexpected(exists.error());
  Opened opened;
  opened.was_created = !*exists;
  opened.database.reset(new Database(std::move(file), std::move(*lock)));
  Database& database = *opened.database;
  auto outcome = *exists ? Outcome<void>{} : database.create(clocks);
  if (outcome) outcome = database.connect();
  if (outcome) outcome = database.begin_use(clocks, opened);
  if (!outcome) return base::failure(outcome.error().sentence);
  return opened;
}

}  // namespace stentor::store
