// SPDX-License-Identifier: BSD-3-Clause
#include "recording_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "recording_vfs.h"

namespace stentor::store {

namespace {

constexpr std::size_t kSectorBytes = 512;

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::vector<std::uint8_t> contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

RecordingDisk::RecordingDisk() : name_(register_recording_vfs(*this)) {}

RecordingDisk::~RecordingDisk() { unregister_recording_vfs(name_); }

int RecordingDisk::failure_of(DiskCall call) const {
  const auto found = failures_.find(call);
  return found == failures_.end() ? 0 : found->second;
}

void RecordingDisk::watch() {
  if (!watch_ || is_watching_) return;
  is_watching_ = true;
  watch_();
  is_watching_ = false;
}

RecordingDisk::FileId RecordingDisk::opened(const std::string& path) {
  const std::string name = file_name(path);
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  const FileId id = files_.size();
  File& file = files_.emplace_back();
  // What was there before the recording began is on disk.
  file.durable = contents_of(path);
  file.names_its_folder = name.ends_with("-wal") || name.ends_with("-journal");
  if (file.durable.empty()) {
    change_names([=](Names& names) { names[name] = id; });
  } else {
    names_[name] = durable_names_[name] = id;
  }
  return id;
}

void RecordingDisk::change_names(NameChange change) {
  watch();
  change(names_);
  name_changes_.push_back(std::move(change));
}

void RecordingDisk::sync_names() {
  watch();
  durable_names_ = names_;
  name_changes_.clear();
}

int RecordingDisk::rename(const std::string& from, const std::string& to) {
  if (const int error = failure_of(DiskCall::rename)) return error;
  change_names([a = file_name(from), b = file_name(to)](Names& names) {
    if (const auto found = names.find(a); found != names.end()) {
      names[b] = found->second;
      names.erase(a);
    }
  });
  return Folder::rename(from, to);
}

void RecordingDisk::removed(const std::string& path, bool is_synced) {
  const std::string name = file_name(path);
  if (names_.contains(name)) {
    change_names([name](Names& names) { names.erase(name); });
  }
  if (is_synced) sync_names();
}

int RecordingDisk::remove(const std::string& path) {
  removed(path, false);
  return Folder::remove(path);
}

int RecordingDisk::sync(const std::string& /*folder*/) {
  if (const int error = failure_of(DiskCall::folder_sync)) return error;
  sync_names();
  return 0;
}

int RecordingDisk::write(FileId file, std::vector<std::uint8_t> bytes, std::size_t offset) {
  watch();
  if (const int code = failure_of(DiskCall::write)) return code;
  files_[file].pending.push_back({std::move(bytes), offset, false});
  return 0;
}

int RecordingDisk::truncate(FileId file, std::size_t size) {
  watch();
  if (const int code = failure_of(DiskCall::write)) return code;
  files_[file].pending.push_back({{}, size, true});
  return 0;
}

int RecordingDisk::sync_file(FileId file) {
  watch();
  if (const int code = failure_of(DiskCall::sync)) {
    // Linux forgets what it could not write: the next sync succeeds, and nothing is there.
    files_[file].pending.clear();
    return code;
  }
  for (const Write& write : files_[file].pending) play(files_[file].durable, write);
  files_[file].pending.clear();
  if (files_[file].names_its_folder) sync_names();
  files_[file].names_its_folder = false;
  return 0;
}

void RecordingDisk::play(std::vector<std::uint8_t>& bytes, const Write& write) {
  if (write.is_truncation) return bytes.resize(write.offset);
  bytes.resize(std::max(bytes.size(), write.offset + write.bytes.size()));
  std::copy(write.bytes.begin(), write.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

void RecordingDisk::play_torn(std::vector<std::uint8_t>& bytes, const Write& write,
                              base::Random& random) {
  for (std::size_t at = 0; at < write.bytes.size();) {
    // Sectors are the disk's: counted from the start of the file.
    const std::size_t end =
        std::min(write.bytes.size(), at + kSectorBytes - (write.offset + at) % kSectorBytes);
    if (random.chance(0.5)) {
      play(bytes, {{write.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    write.bytes.begin() + static_cast<std::ptrdiff_t>(end)},
                   write.offset + at,
                   false});
    }
    at = end;
  }
}

void RecordingDisk::crash_into(const std::string& folder, base::Random& random) const {
  Names names = durable_names_;
  for (const NameChange& change : name_changes_) {
    if (random.chance(0.5)) change(names);
  }
  for (const auto& [name, id] : names) {
    std::vector<std::uint8_t> bytes = files_[id].durable;
    std::vector<const Write*> pending;
    for (const Write& write : files_[id].pending) pending.push_back(&write);
    // Any order half of the time, and from nothing to all of it.
    const double share = static_cast<double>(random.below(5)) / 4;
    for (std::size_t i = pending.size(); i > 1 && random.chance(0.9); --i) {
      std::swap(pending[i - 1], pending[random.below(i)]);
    }
    for (const Write* write : pending) {
      if (!random.chance(share)) continue;
      if (random.chance(0.25)) {
        play_torn(bytes, *write, random);
      } else {
        play(bytes, *write);
      }
    }
    std::ofstream(folder + "/" + name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace stentor::store
