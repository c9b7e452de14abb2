// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A disk that can lose power and that can fail: SQLite's routines for files and our Folder, which
// pass everything on to the real ones and remember what of it was synced.
//
// Model. What a file had when its sync returned stays. Of writes since, a crash keeps any, in any
// order, and of each any sectors of 512 bytes (SQLite counts on no more: "powersafe overwrite").
// Names are made, changed and removed: a crash keeps those until the last sync of the folder, and
// any of what was done since. One folder, one thread.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "store/folder.h"

namespace stentor::store {

enum class DiskCall : std::uint8_t { write, sync, rename, folder_sync, lock };

class RecordingDisk : public Folder {
 public:
  RecordingDisk();
  RecordingDisk(const RecordingDisk&) = delete;
  RecordingDisk& operator=(const RecordingDisk&) = delete;
  ~RecordingDisk() override;

  // For DatabaseFile::vfs.
  [[nodiscard]] const std::string& name() const { return name_; }

  // From now on these calls fail, with SQLite's code or an errno, whichever they are made by.
  void fail(DiskCall call, int code) { failures_[call] = code; }
  void heal() { failures_.clear(); }

  // Called before each change of the disk: what crash_into() makes then is what would be left.
  void before_each_change(std::function<void()> watch) { watch_ = std::move(watch); }
  // Writes what a crash might leave to another folder.
  void crash_into(const std::string& folder, base::Random& random) const;

  // Changes of names since the last sync of the folder.
  [[nodiscard]] std::size_t unsynced_names() const { return name_changes_.size(); }

  int rename(const std::string& from, const std::string& to) override;
  int remove(const std::string& path) override;
  int sync(const std::string& folder) override;

  // What the file routines report.
  using FileId = std::size_t;
  FileId opened(const std::string& path);
  void removed(const std::string& path, bool is_synced);
  int write(FileId file, std::vector<std::uint8_t> bytes, std::size_t offset);
  int truncate(FileId file, std::size_t size);
  int sync_file(FileId file);
  [[nodiscard]] int failure_of(DiskCall call) const;

 private:
  struct Write {
    std::vector<std::uint8_t> bytes;
    std::size_t offset = 0;
    bool is_truncation = false;  // to `offset`
  };
  struct File {
    std::vector<std::uint8_t> durable;
    std::vector<Write> pending;
    bool names_its_folder = false;  // SQLite syncs the folder with the first sync of a new log
  };
  using Names = std::map<std::string, FileId>;
  using NameChange = std::function<void(Names&)>;

  static void play(std::vector<std::uint8_t>& bytes, const Write& write);
  static void play_torn(std::vector<std::uint8_t>& bytes, const Write& write, base::Random& random);
  void change_names(NameChange change);
  void sync_names();
  void watch();

  std::string name_;
  std::vector<File> files_;
  Names names_;                           // as a process sees them
  Names durable_names_;                   // as of the last sync of the folder
  std::vector<NameChange> name_changes_;  // since
  std::map<DiskCall, int> failures_;
  std::function<void()> watch_;
  bool is_watching_ = false;
};

}  // namespace stentor::store
