// SPDX-License-Identifier: BSD-3-Clause
#include "recording_vfs.h"

#include <map>
#include <memory>
#include <sqlite3.h>

#include "recording_disk.h"

namespace stentor::store {

namespace {

struct RecordingVfs {
  sqlite3_vfs vfs;
  sqlite3_vfs* real;
  RecordingDisk* disk;
  std::string name;
};

// SQLite gives the memory: this, and behind it the real file's.
struct RecordedFile {
  sqlite3_file base;
  RecordingDisk* disk;
  RecordingDisk::FileId id;
  bool is_recorded;  // temporary files are not

  [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

RecordedFile* self(sqlite3_file* file) { return reinterpret_cast<RecordedFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return self(file)->real(); }
RecordingVfs& recording(sqlite3_vfs* vfs) { return *static_cast<RecordingVfs*>(vfs->pAppData); }

int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (self(file)->is_recorded) {
    const auto* begin = static_cast<const std::uint8_t*>(bytes);
    const int code = self(file)->disk->write(self(file)->id, {begin, begin + count},
                                             static_cast<std::size_t>(offset));
    if (code != SQLITE_OK) return code;
  }
  return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (self(file)->is_recorded) {
    const int code = self(file)->disk->truncate(self(file)->id, static_cast<std::size_t>(size));
    if (code != SQLITE_OK) return code;
  }
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  return self(file)->is_recorded ? self(file)->disk->sync_file(self(file)->id) : SQLITE_OK;
}

int lock_memory(sqlite3_file* file, int offset, int count, int flags) {
  const int code = self(file)->disk->failure_of(DiskCall::lock);
  constexpr int kWriteLock = 0;  // WAL_WRITE_LOCK of wal.c
  const bool wants_to_write = offset == kWriteLock && (flags & SQLITE_SHM_LOCK) != 0;
  if (code != SQLITE_OK && wants_to_write) return code;
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

// What changes nothing goes to the real file as it comes.
const sqlite3_io_methods kMethods = {
    2,
    [](sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); },
    [](sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
      return real(file)->pMethods->xRead(real(file), to, count, offset);
    },
    write_file,
    truncate_file,
    sync_file,
    [](sqlite3_file* file, sqlite3_int64* size) {
      return real(file)->pMethods->xFileSize(real(file), size);
    },
    [](sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); },
    [](sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); },
    [](sqlite3_file* file, int* out) {
      return real(file)->pMethods->xCheckReservedLock(real(file), out);
    },
    [](sqlite3_file* file, int code, void* argument) {
      return real(file)->pMethods->xFileControl(real(file), code, argument);
    },
    [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); },
    [](sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); },
    [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
      return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
    },
    lock_memory,
    [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); },
    [](sqlite3_file* file, int remove) {
      return real(file)->pMethods->xShmUnmap(real(file), remove);
    },
    nullptr,
    nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  RecordedFile& made = *self(file);
  made.base.pMethods = nullptr;
  made.disk = recording(vfs).disk;
  made.is_recorded = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) == 0;
  const int code = recording(vfs).real->xOpen(recording(vfs).real, name, made.real(), flags, out);
  if (made.real()->pMethods != nullptr) made.base.pMethods = &kMethods;
  if (code == SQLITE_OK && made.is_recorded) made.id = made.disk->opened(name);
  return code;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  recording(vfs).disk->removed(name, sync_folder != 0);
  return recording(vfs).real->xDelete(recording(vfs).real, name, 0);
}

std::map<std::string, std::unique_ptr<RecordingVfs>>& registered() {
  static std::map<std::string, std::unique_ptr<RecordingVfs>> all;
  return all;
}

}  // namespace

std::string register_recording_vfs(RecordingDisk& disk) {
  static int count = 0;
  auto made = std::make_unique<RecordingVfs>();
  made->real = sqlite3_vfs_find(nullptr);
  made->disk = &disk;
  made->name = "recording" + std::to_string(++count);
  made->vfs = *made->real;
  made->vfs.zName = made->name.c_str();
  made->vfs.pAppData = made.get();
  made->vfs.pNext = nullptr;
  made->vfs.szOsFile = static_cast<int>(sizeof(RecordedFile)) + made->real->szOsFile;
  made->vfs.xOpen = open_file;
  made->vfs.xDelete = delete_file;
  sqlite3_vfs_register(&made->vfs, 0);
  const std::string name = made->name;
  registered()[name] = std::move(made);
  return name;
}

void unregister_recording_vfs(const std::string& name) {
  sqlite3_vfs_unregister(&registered().at(name)->vfs);
  registered().erase(name);
}

}  // namespace stentor::store
