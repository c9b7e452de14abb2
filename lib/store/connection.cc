// SPDX-License-Identifier: BSD-3-Clause
#include "store/connection.h"

#include <sqlite3.h>

#include "base/error.h"

namespace stentor::store {

namespace {

Trouble trouble_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Trouble::locked;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Trouble::full;
    default:
      return Trouble::broken;
  }
}

const char* advice(Trouble trouble) {
  switch (trouble) {
    case Trouble::locked:
      return "Another program has it locked: end that one.";
    case Trouble::full:
      return "Make room for it.";
    case Trouble::broken:
      return "Look at the disk and at the system's log.";
  }
  return "";
}

}  // namespace

Statement::Statement(Connection& connection, const char* sql) {
  sqlite3_stmt* made = nullptr;
  code_ =
      sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  statement_.reset(made);
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::bind(int index, std::int64_t value) {
  if (ok()) code_ = sqlite3_bind_int64(statement_.get(), index, value);
}

void Statement::bind(int index, std::optional<std::int64_t> value) {
  if (value) return bind(index, *value);
  if (ok()) code_ = sqlite3_bind_null(statement_.get(), index);
}

void Statement::bind(int index, base::Bytes bytes) {
  if (!ok()) return;
  code_ = bytes.empty() ? sqlite3_bind_null(statement_.get(), index)
                        : sqlite3_bind_blob(statement_.get(), index, bytes.data(),
                                            static_cast<int>(bytes.size()), SQLITE_STATIC);
}

bool Statement::step() {
  if (!ok()) return false;
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) code_ = code;
  return code == SQLITE_ROW;
}

void Statement::reset() {
  if (!statement_) return;
  sqlite3_reset(statement_.get());
  code_ = 0;
}

bool Statement::run() {
  step();
  const bool done = ok();
  // What is wrong stays to be asked: the connection remembers it, reset() repeats it.
  reset();
  return done;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::number_or_null(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

base::Bytes Statement::bytes(int column) const {
  const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return at == nullptr ? base::Bytes{} : base::Bytes{at, static_cast<std::size_t>(size)};
}

Outcome<Connection> Connection::open(const std::string& path, const std::string& vfs) {
  return open(path, vfs, SQLITE_OPEN_READWRITE);
}

Outcome<Connection> Connection::open_to_read(const std::string& path, const std::string& vfs) {
  return open(path, vfs, SQLITE_OPEN_READONLY);
}

Outcome<Connection> Connection::open(const std::string& path, const std::string& vfs, int access) {
  // One thread uses it: no mutex of SQLite's.
  const int flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  Connection connection;
  connection.path_ = path;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  connection.handle_.reset(handle);
  if (code != SQLITE_OK) return tl::unexpected(connection.failure("open"));
  return connection;
}

void Connection::Closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

bool Connection::run(const char* sql) {
  return sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::optional<std::int64_t> Connection::number(const char* sql) {
  Statement statement(*this, sql);
  if (!statement.step()) return std::nullopt;
  return statement.number(0);
}

Failure Connection::failure(const std::string& doing) const {
  if (!handle_) return {Trouble::full, "cannot " + doing + " the lease database: out of memory."};
  const Trouble trouble = trouble_of(sqlite3_extended_errcode(handle_.get()));
  std::string why = sqlite3_errmsg(handle_.get());
  // Of the last failed system call, which other codes are not about.
  const int number = sqlite3_system_errno(handle_.get());
  const int code = sqlite3_errcode(handle_.get()) & 0xff;
  if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && number != 0)
    why += " (" + base::system_reason(number) + ")";
  return {trouble,
          "cannot " + doing + " the lease database " + path_ + ": " + why + ". " + advice(trouble)};
}

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Connection::roll_back() {
  if (is_in_transaction()) run("ROLLBACK");
}

void Connection::wait_for_locks(int milliseconds) {
  sqlite3_busy_timeout(handle_.get(), milliseconds);
}

void Connection::checkpoint_on_close(bool wanted) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

}  // namespace stentor::store
