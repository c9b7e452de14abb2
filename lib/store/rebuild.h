// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A whole database in a new file, put in the place of what was there: the first one, and the one
// that is made of the table in memory when it is not known any more what an old one has on disk.

#include <functional>
#include <string>

#include "config/run_time_host.h"
#include "store/folder.h"
#include "store/record_table.h"

namespace stentor::store {

struct DatabaseFile {
  std::string path;
  std::string vfs{};                 // SQLite's name of the routines for files; empty: its default
  Folder* folder = &Folder::real();  // outlives whoever has this
  // How long the log grows before it is copied into the file, in pages of 4 KiB: a checkpoint of
  // 4 MiB is some 10 ms in which no lease is committed.
  int log_pages_max = 1'000;
};

using VisitChange = std::function<void(const lease::LeaseChange&)>;
// Calls its argument with every lease that lives, addresses ascending; best with what was given
// back too, as free: without its record, an overtaken change that is still in a lane would be
// taken.
using Source = std::function<void(const VisitChange&)>;

// Calls its argument with every host that was set at run time; empty: there are none.
using VisitHost = std::function<void(const config::RunTimeHost&)>;
using HostSource = std::function<void(const VisitHost&)>;

// `old`: the database until now, for what `source` leaves empty: the details of a lease whose owner
// is the same. It is read as far as that goes; may be null.
Outcome<void> rebuild(const DatabaseFile& file, const Meta& meta, const Source& source,
                      const HostSource& hosts, Connection* old, const ClockPair& clocks);

}  // namespace stentor::store
