// SPDX-License-Identifier: BSD-3-Clause
#include "images_manifest.h"

#include <cstdio>
#include <sys/stat.h>

#include "digest/chunk_manifest.h"
#include "digest/file_hasher.h"
#include "digest/sha256sums.h"
#include "image/manifest_file.h"
#include "image_folder.h"
#include "output_file.h"

namespace stentor::ctl {

namespace {

struct Written {
  std::string text;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

Written write_chunks(FolderReader& reader) {
  Written written;
  digest::ChunkManifestWriter writer;
  reader.for_each([&](const std::string& path, base::Bytes bytes) {
    writer.add(path, bytes);
    ++written.files;
    written.bytes += bytes.size();
  });
  written.text = writer.finish();
  return written;
}

Written write_sha256sums(FolderReader& reader) {
  Written written;
  reader.for_each([&](const std::string& path, base::Bytes bytes) {
    written.text += digest::sha256sums_line(path, digest::sha256_of(bytes));
    ++written.files;
    written.bytes += bytes.size();
  });
  return written;
}

// A manifest under another name in the same folder must not list its own last version.
void leave_out_output(const std::string& output, image::Listing& listing) {
  struct stat status {};
  if (::stat(output.c_str(), &status) != 0) return;
  std::erase_if(listing.files, [&](const image::FileEntry& file) {
    return file.device == status.st_dev && file.inode == status.st_ino;
  });
}

// stentord uses one manifest: tell whoever has just written the other.
void tell_if_unused(const ManifestCommand& command, const std::string& output) {
  const std::string first = command.folder + "/" + image::LoadOptions{}.manifest_file;
  if (output != command.folder + "/" + image::kChunkManifestFile) return;
  struct stat status {};
  if (::stat(first.c_str(), &status) == 0)
    std::fprintf(stderr,
                 "stentorctl: note: '%s' is there too, and stentord reads that one first: remove "
                 "it, or set images.manifest.file to %s.\n",
                 first.c_str(), image::kChunkManifestFile);
}

}  // namespace

ExitStatus run_manifest(const ManifestCommand& command) {
  const bool chunks = command.format == "chunks";
  const std::string name = chunks ? image::kChunkManifestFile : image::LoadOptions{}.manifest_file;
  const std::string output = command.output.empty() ? command.folder + "/" + name : command.output;
  auto opened = open_folder(command.folder);
  if (!opened) return fail(opened.error());
  // Neither manifest is an image; without a reader this only takes their names out.
  if (const auto names = image::take_manifest(opened->tree, {}, opened->listing); !names)
    return fail(names.error());
  leave_out_output(output, opened->listing);

  FolderReader reader(*opened);
  const Written written = chunks ? write_chunks(reader) : write_sha256sums(reader);
  for (const image::Rejected& rejected : reader.rejected())
    std::fprintf(stderr, "stentorctl: left out '%s': %s\n", rejected.path.c_str(),
                 rejected.reason.c_str());
  if (written.files == 0)
    return fail({"'" + command.folder + "' has no file to list: nothing was written."});
  // Asked beforehand: what is renamed over it is another file.
  const bool summary = !is_standard_output(output);
  if (const auto done = write_output(output, written.text); !done) return fail(done.error());
  if (summary) {
    std::printf("%s: %zu files, %.1f MiB\n", output.c_str(), written.files,
                static_cast<double>(written.bytes) / (1 << 20));
    tell_if_unused(command, output);
  }
  return reader.rejected().empty() ? ExitStatus::all_right : ExitStatus::failed;
}

}  // namespace stentor::ctl
