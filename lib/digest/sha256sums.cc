// SPDX-License-Identifier: BSD-3-Clause
#include "digest/sha256sums.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include "digest/file_hasher.h"
#include "digest/manifest_text.h"

namespace stentor::digest {

namespace {

constexpr std::size_t kHexDigits = 64;

struct Line {
  Sha256 hash;
  std::string path;  // as written, unescaped
};

std::optional<std::string> unescaped(std::string_view written) {
  std::string path;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\') {
      path += written[i];
      continue;
    }
    if (++i == written.size()) return std::nullopt;
    switch (written[i]) {
      case '\\':
        path += '\\';
        break;
      case 'n':
        path += '\n';
        break;
      case 'r':
        path += '\r';
        break;
      default:
        return std::nullopt;
    }
  }
  return path;
}

std::optional<Line> parse_line(std::string_view line) {
  const bool escaped = line.starts_with('\\');
  if (escaped) line.remove_prefix(1);
  if (line.size() <= kHexDigits + 2 || line[kHexDigits] != ' ') return std::nullopt;
  if (line[kHexDigits + 1] != ' ' && line[kHexDigits + 1] != '*') return std::nullopt;
  const auto hash = parse_hex(line.substr(0, kHexDigits));
  const std::string_view written = line.substr(kHexDigits + 2);
  const auto path = escaped ? unescaped(written) : std::string(written);
  if (!hash || !path) return std::nullopt;
  return Line{*hash, *path};
}

class Sha256Sums final : public image::Verifier {
 public:
  // False when the path is listed already with another hash.
  bool add(const std::string& path, const Sha256& hash) {
    const auto [at, added] = hashes_.try_emplace(path, hash);
    if (added) paths_.push_back(path);
    return added || at->second == hash;
  }

  [[nodiscard]] image::Verification verify(std::string_view path,
                                           base::Bytes bytes) const override {
    const auto listed = hashes_.find(std::string(path));
    if (listed == hashes_.end()) return {image::Verdict::unlisted, {}};
    const Sha256 found = sha256_of(bytes);
    if (found == listed->second) return {image::Verdict::verified, {}};
    return {image::Verdict::bad, "Its SHA-256 is " + hex_of(found) + ", the manifest says " +
                                     hex_of(listed->second) + "."};
  }

  [[nodiscard]] std::span<const std::string> paths() const override { return paths_; }

 private:
  std::unordered_map<std::string, Sha256> hashes_;
  std::vector<std::string> paths_;
};

}  // namespace

base::Result<std::unique_ptr<const image::Verifier>> read_sha256sums(std::string_view text) {
  auto sums = std::make_unique<Sha256Sums>();
  LineReader lines(text);
  while (const auto line = lines.next()) {
    if (line->empty() || line->starts_with('#')) continue;
    const auto parsed = parse_line(*line);
    if (!parsed)
      return lines.wrong("expected 64 hexadecimal digits, two spaces and a path (sha256sum FILE)");
    const auto path = catalogue_path(parsed->path);
    if (!path) return lines.wrong("the path must lead to a file beneath the image root");
    if (!sums->add(*path, parsed->hash))
      return lines.wrong("the path is listed before, with another hash");
  }
  return sums;
}

std::string sha256sums_line(std::string_view path, const Sha256& hash) {
  std::string escaped;
  for (const char each : path) {
    switch (each) {
      case '\\':
        escaped += "\\\\";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      default:
        escaped += each;
    }
  }
  return (escaped == path ? "" : "\\") + hex_of(hash) + "  " + escaped + "\n";
}

}  // namespace stentor::digest
