// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a whole new database takes an old one's place. Two files have to change at once, the database
// and its write-ahead log: an old log beside a new database would be played into it. So there is a
// moment between them that a crash may fall into, and a name that says it:
//
//   PATH.new          is being written; worth nothing
//   PATH.replacement  is whole and on disk: from now on the truth, whatever lies at PATH
//   PATH-wal, -shm    go, which is synced
//   PATH              is what PATH.replacement was
//
// Each step can be made again. Who opens a database finishes what was begun (finish_replacement()).

#include <string>

#include "store/failure.h"
#include "store/folder.h"

namespace stentor::store {

// The folder that a path is in.
std::string folder_of(const std::string& path);

// Makes PATH.new, empty and for our eyes only (mode 0600), whatever was left of an earlier one.
Outcome<std::string> begin_replacement(const std::string& path, Folder& folder);

// PATH.new is whole and synced: it is PATH when this succeeds, and may be, now or at the next
// finish_replacement(), when it fails.
Outcome<void> commit_replacement(const std::string& path, Folder& folder);

// No connection may be opened to the database before; one that is open is of use only for reading.
Outcome<void> finish_replacement(const std::string& path, Folder& folder);

}  // namespace stentor::store
