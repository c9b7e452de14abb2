// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/file_text.h"
#include "storm/reference.h"
#include "storm/reference_walk.h"

namespace stentor::storm {
namespace {

// A million lines with names of sixty characters.
constexpr std::size_t kSumsBytesMax = std::size_t{128} << 20;

bool is_slash(char character) { return character == '/' || character == '\\'; }

std::string_view without_leading_slashes(std::string_view name) {
  while (!name.empty() && is_slash(name.front())) name.remove_prefix(1);
  return name;
}

std::optional<Sha256> parse_sum(std::string_view digits) {
  Sha256 sum{};
  for (std::size_t i = 0; i < 2 * sum.size(); ++i) {
    const char digit = digits[i];
    const int value = digit >= '0' && digit <= '9'   ? digit - '0'
                      : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                      : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                     : -1;
    if (value < 0) return std::nullopt;
    sum[i / 2] = static_cast<std::uint8_t>(sum[i / 2] << 4 | value);
  }
  return sum;
}

// As sha256sum(1) escapes names in lines that begin with a backslash.
std::string unescaped(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\' || i + 1 == name.size()) {
      text += name[i];
      continue;
    }
    ++i;
    text += name[i] == 'n' ? '\n' : name[i] == 'r' ? '\r' : name[i];
  }
  return text;
}

}  // namespace

bool Reference::ByName::operator()(std::string_view left, std::string_view right) const {
  const auto character = [](char c) { return c == '\\' ? '/' : c; };
  left = without_leading_slashes(left);
  right = without_leading_slashes(right);
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      [&](char a, char b) { return character(a) < character(b); });
}

Reference::~Reference() {
  for (const Mapping& mapping : mappings_) ::munmap(mapping.address, mapping.bytes);
}

base::Result<std::unique_ptr<Reference>> Reference::open(const std::string& folder,
                                                         const std::string& sums_file) {
  auto reference = std::make_unique<Reference>();
  if (!folder.empty()) {
    if (auto mapped = reference->map_folder(folder); !mapped) {
      return tl::unexpected(mapped.error());
    }
  }
  if (!sums_file.empty()) {
    if (auto read = reference->read_sums(sums_file); !read) return tl::unexpected(read.error());
  }
  return reference;
}

void Reference::add(std::string_view name, base::Bytes bytes) {
  ReferenceFile& file = files_[std::string(name)];
  file.bytes = bytes;
  file.has_bytes = true;
}

const ReferenceFile* Reference::find(std::string_view name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

base::Result<void> Reference::map_folder(const std::string& folder) {
  auto found = walk_reference(folder, kFilesMax);
  if (!found) return tl::unexpected(found.error());
  for (const FoundFile& file : found->files) {
    if (auto mapped = map_file(file.path, file.name); !mapped) return mapped;
  }
  left_out_ = std::move(found->left_out);
  return {};
}

base::Result<void> Reference::map_file(const std::string& path, const std::string& name) {
  const auto cannot = [&path](const char* what) {
    return base::failure("verify.reference: " + path + " cannot be " + what + ": " +
                         base::system_reason(errno) +
                         "; make it readable, or take it out of the folder");
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return cannot("opened");
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    ::close(descriptor);
    return cannot("examined");
  }
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes == 0) {
    ::close(descriptor);
    add(name, {});
    return {};
  }
  void* address = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (address == MAP_FAILED) return cannot("mapped");
  mappings_.push_back({address, bytes});
  add(name, {static_cast<const std::uint8_t*>(address), bytes});
  return {};
}

base::Result<void> Reference::read_sums(const std::string& sums_file) {
  constexpr std::size_t kDigits = 64;
  auto text = config::read_file_text(sums_file, "file that sha256sum has written", kSumsBytesMax);
  if (!text) return base::failure("verify.sums: " + sums_file + " " + text.error().sentence);
  if (text->size() > kSumsBytesMax) {
    return base::failure("verify.sums: " + sums_file + " is over " +
                         std::to_string(kSumsBytesMax >> 20) +
                         " MiB, the most a file of sums may have");
  }
  std::string_view rest = *text;
  for (int number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    const bool is_escaped = line.front() == '\\';
    if (is_escaped) line.remove_prefix(1);
    const auto sum = line.size() > kDigits + 2 ? parse_sum(line) : std::nullopt;
    const bool has_mark =
        sum && line[kDigits] == ' ' && (line[kDigits + 1] == ' ' || line[kDigits + 1] == '*');
    if (!has_mark) {
      return base::failure(sums_file + ":" + std::to_string(number) +
                           ": not a line of sha256sum: 64 hexadecimal digits, two spaces, a name");
    }
    std::string name(line.substr(kDigits + 2));
    if (is_escaped) name = unescaped(name);
    if (name.starts_with("./")) name.erase(0, 2);
    files_[name].sum = *sum;
  }
  if (files_.empty()) {
    return base::failure("verify.sums: " + sums_file +
                         " has no sum; make it with sha256sum, of the files that machines fetch");
  }
  return {};
}

}  // namespace stentor::storm
