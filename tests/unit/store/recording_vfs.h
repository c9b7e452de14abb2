// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SQLite's side of a RecordingDisk: a VFS (https://www.sqlite.org/vfs.html) that tells the disk of
// each change of a file, and otherwise is the default one. Files are not really synced.

#include <string>

namespace stentor::store {

class RecordingDisk;

// Returns its name. `disk` outlives all files that are opened by it.
std::string register_recording_vfs(RecordingDisk& disk);
void unregister_recording_vfs(const std::string& name);

}  // namespace stentor::store
