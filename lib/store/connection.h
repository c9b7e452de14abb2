// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SQLite's connection and prepared statement, closed by themselves, with our kinds of failure.
// Private to lib/store, which alone knows sqlite3.h. One thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "store/failure.h"

struct sqlite3;
struct sqlite3_stmt;

namespace stentor::store {

class Connection;

// The steps of one statement. After a failure nothing more is done until reset(). Text and bytes
// that are bound or read stay the caller's or SQLite's: good until the next step() or reset().
class Statement {
 public:
  // Empty: whatever is done fails.
  Statement() = default;
  Statement(Connection& connection, const char* sql);

  void bind(int index, std::int64_t value);
  void bind(int index, std::optional<std::int64_t> value);
  // No bytes are NULL.
  void bind(int index, base::Bytes bytes);

  // True: a row is there. False: done, or failed.
  bool step();
  [[nodiscard]] bool ok() const { return code_ == 0; }
  void reset();
  // step() that wants no row, and reset().
  bool run();

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::optional<std::int64_t> number_or_null(int column) const;
  [[nodiscard]] base::Bytes bytes(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int code_ = 1;  // of the last failure (SQLITE_ERROR as long as there is no statement); 0: none
};

class Connection {
 public:
  Connection() = default;
  // A file that exists. `vfs`: SQLite's name of the routines for files; empty: its default.
  static Outcome<Connection> open(const std::string& path, const std::string& vfs);
  // The same, to read alone.
  static Outcome<Connection> open_to_read(const std::string& path, const std::string& vfs);

  // One or several statements without results.
  bool run(const char* sql);
  // The first column of the first row.
  std::optional<std::int64_t> number(const char* sql);

  // The failure of the last call, whichever object it was made through.
  [[nodiscard]] Failure failure(const std::string& doing) const;
  [[nodiscard]] bool is_in_transaction() const;
  void roll_back();
  // How long a call waits for another program's lock.
  void wait_for_locks(int milliseconds);
  // Closing copies the write-ahead log into the database, or leaves both as they are.
  void checkpoint_on_close(bool wanted);

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };

  static Outcome<Connection> open(const std::string& path, const std::string& vfs, int access);

  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace stentor::store
