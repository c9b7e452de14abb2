// SPDX-License-Identifier: BSD-3-Clause
#include "store/database_check.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/big_endian.h"
#include "base/bytes.h"
#include "base/descriptor.h"
#include "store/schema.h"

namespace stentor::store {

namespace {

std::string foreign_sentence(const std::string& path) {
  return path + " is not a lease database of stentord. Name another file, or move this one away.";
}

// The first page of a SQLite file (https://www.sqlite.org/fileformat.html section 1.3).
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

}  // namespace

std::string version_sentence(const std::string& path, std::int64_t version) {
  return "the lease database " + path + " has version " + std::to_string(version) +
         ", and this stentord knows " + std::to_string(schema_version()) +
         " at most: a newer one wrote it. Start that one, or name another database.";
}

base::Result<bool> check_database_file(const std::string& path) {
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return false;
  std::array<std::uint8_t, kHeaderBytes> header{};
  const ssize_t length = file ? ::read(file.number(), header.data(), header.size()) : -1;
  if (length < 0) {
    return base::failure("cannot read the lease database " + path + ": " +
                         base::system_reason(errno) + ". Let stentord read and write it.");
  }
  if (length == 0) return false;
  const auto number = [&](std::size_t at) {
    return std::int64_t{base::load_big_endian<std::uint32_t>(&header[at])};
  };
  const bool is_ours = length == kHeaderBytes &&
                       base::as_text(header).substr(0, kMagic.size()) == kMagic &&
                       number(kApplicationIdAt) == kApplicationId;
  if (!is_ours) return base::failure(foreign_sentence(path));
  if (number(kUserVersionAt) > schema_version()) {
    return base::failure(version_sentence(path, number(kUserVersionAt)));
  }
  return true;
}

}  // namespace stentor::store
