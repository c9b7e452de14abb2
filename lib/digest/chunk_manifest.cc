// SPDX-License-Identifier: BSD-3-Clause
#include "digest/chunk_manifest.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <vector>

#include "digest/manifest_text.h"

namespace stentor::digest {

namespace {

constexpr std::string_view kFirstLine = "stentor-manifest 1 sha256 32768";
static_assert(kChunkBytes == 32768 && kFirstLine.starts_with(kChunkManifestMark));

struct ListedFile {
  std::uint64_t bytes;
  std::vector<Sha256> hashes;
};

class ChunkManifest final : public image::Verifier {
 public:
  // False when the path is listed already.
  bool add(const std::string& path, ListedFile&& file) {
    if (!files_.try_emplace(path, std::move(file)).second) return false;
    paths_.push_back(path);
    return true;
  }

  [[nodiscard]] image::Verification verify(std::string_view path,
                                           base::Bytes bytes) const override {
    const auto listed = files_.find(std::string(path));
    if (listed == files_.end()) return {image::Verdict::unlisted, {}};
    const ListedFile& file = listed->second;
    if (bytes.size() != file.bytes)
      return {image::Verdict::bad, "It has " + std::to_string(bytes.size()) +
                                       " bytes, the manifest says " + std::to_string(file.bytes) +
                                       "."};
    // Making lanes costs some 300 us: once a helper thread, not once a file.
    thread_local ChunkHasher hasher;
    const std::vector<Sha256> hashes = hasher.hash(bytes);
    const auto [found, expected] = std::ranges::mismatch(hashes, file.hashes);
    if (found == hashes.end()) return {image::Verdict::verified, {}};
    const std::size_t from = static_cast<std::size_t>(found - hashes.begin()) * kChunkBytes;
    const std::size_t last = std::min(from + kChunkBytes, bytes.size()) - 1;
    return {image::Verdict::bad, "Its bytes " + std::to_string(from) + " to " +
                                     std::to_string(last) + " differ from the manifest."};
  }

  [[nodiscard]] std::span<const std::string> paths() const override { return paths_; }

 private:
  std::unordered_map<std::string, ListedFile> files_;
  std::vector<std::string> paths_;
};

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (error != std::errc{} || end != digits.end()) return std::nullopt;
  return number;
}

// The text before the next space, which is taken off `line` with it.
std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// `line`: what follows "file ". Takes the file's chunk hashes from `lines`.
tl::expected<void, base::Error> read_file(std::string_view line, LineReader& lines,
                                          std::size_t text_bytes, ChunkManifest& manifest) {
  const auto bytes = parse_number(take_word(line));
  const auto list = parse_hex(take_word(line));
  const auto path = catalogue_path(line);
  if (!bytes || !list || !path) return lines.wrong("expected 'file SIZE LISTHASH PATH'");
  // A size that the text cannot have hashes for must not reserve memory.
  if (*bytes / kChunkBytes > text_bytes / (2 * sizeof(Sha256)))
    return lines.wrong("the file has fewer chunk hashes than its size asks for");
  ListedFile file{*bytes, std::vector<Sha256>(chunk_count(*bytes))};
  for (Sha256& hash : file.hashes) {
    const auto digits = lines.next();
    const auto parsed = digits ? parse_hex(*digits) : std::nullopt;
    if (!parsed) return lines.wrong("expected the 64 hexadecimal digits of a chunk's SHA-256");
    hash = *parsed;
  }
  if (list_hash(file.hashes) != *list)
    return lines.wrong("the chunk hashes do not have the LISTHASH of their file: write it anew");
  if (!manifest.add(*path, std::move(file))) return lines.wrong("the path is listed before");
  return {};
}

}  // namespace

base::Result<std::unique_ptr<const image::Verifier>> read_chunk_manifest(std::string_view text) {
  auto manifest = std::make_unique<ChunkManifest>();
  LineReader lines(text);
  if (lines.next() != kFirstLine)
    return lines.wrong("expected '" + std::string(kFirstLine) + "': written by a later version?");
  while (auto line = lines.next()) {
    const std::string_view word = take_word(*line);
    if (word == "end") {
      if (parse_number(*line) != manifest->paths().size() || lines.next())
        return lines.wrong("'end COUNT' must be the last line and count the files");
      return manifest;
    }
    if (word != "file") return lines.wrong("expected 'file SIZE LISTHASH PATH' or 'end COUNT'");
    if (auto read = read_file(*line, lines, text.size(), *manifest); !read)
      return tl::make_unexpected(read.error());
  }
  return lines.wrong("the manifest is cut off: it has no 'end COUNT'; write it anew");
}

ChunkManifestWriter::ChunkManifestWriter() : text_(std::string(kFirstLine) + "\n") {}

void ChunkManifestWriter::add(std::string_view path, base::Bytes bytes) {
  const std::vector<Sha256> hashes = hasher_.hash(bytes);
  text_ += "file " + std::to_string(bytes.size()) + " " + hex_of(list_hash(hashes)) + " ";
  text_ += path;
  text_ += '\n';
  for (const Sha256& hash : hashes) text_ += hex_of(hash) + "\n";
  ++files_;
}

std::string ChunkManifestWriter::finish() {
  text_ += "end " + std::to_string(files_) + "\n";
  return std::move(text_);
}

}  // namespace stentor::digest
