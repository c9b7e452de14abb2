// SPDX-License-Identifier: BSD-3-Clause
#include "images_verify.h"

#include <cstdio>

#include "digest/manifest.h"
#include "image/manifest_file.h"
#include "image_folder.h"

namespace stentor::ctl {

namespace {

base::Result<image::ManifestFile> manifest_of(const VerifyCommand& command,
                                              image::LoadOptions options, image::Listing& listing,
                                              const image::Tree& tree) {
  if (command.manifest.empty()) {
    options.read_manifest = digest::read_manifest;
    auto found = image::take_manifest(tree, options, listing);
    if (found && found->path.empty())
      return base::failure("'" + command.folder + "' has no manifest (" + options.manifest_file +
                           " or " + image::kChunkManifestFile +
                           "): name one with --manifest, or write one with stentorctl images "
                           "manifest.");
    return found;
  }
  if (auto names = image::take_manifest(tree, options, listing); !names) return names;
  const auto text = read_text(command.manifest);
  if (!text) return tl::make_unexpected(text.error());
  auto verifier = digest::read_manifest(*text);
  if (!verifier)
    return base::failure("The manifest '" + command.manifest +
                         "' is wrong: " + verifier.error().sentence);
  return image::ManifestFile{command.manifest, std::move(*verifier)};
}

}  // namespace

ExitStatus run_verify(const VerifyCommand& command) {
  auto opened = open_folder(command.folder);
  if (!opened) return fail(opened.error());
  const image::LoadOptions options{.root = command.folder};
  const auto manifest = manifest_of(command, options, opened->listing, opened->tree);
  if (!manifest) return fail(manifest.error());

  std::size_t verified = 0;
  std::size_t bad = 0;
  std::size_t unlisted = 0;
  const auto name_bad = [&](const std::string& path, const std::string& reason) {
    std::printf("%s: %s\n", path.c_str(), reason.c_str());
    ++bad;
  };
  FolderReader reader(*opened);
  reader.for_each([&](const std::string& path, base::Bytes bytes) {
    const image::Verification result = manifest->verifier->verify(path, bytes);
    if (result.verdict == image::Verdict::verified) ++verified;
    if (result.verdict == image::Verdict::unlisted) ++unlisted;
    if (result.verdict == image::Verdict::bad) name_bad(image::printable(path), result.reason);
  });
  for (const image::Rejected& each : reader.rejected()) name_bad(each.path, each.reason);
  for (const image::Rejected& each : image::missing_files(
           options, *manifest->verifier, opened->listing.files, opened->listing.rejected))
    name_bad(each.path, each.reason);
  std::printf("%zu verified, %zu bad, %zu unlisted (%s)\n", verified, bad, unlisted,
              manifest->path.c_str());
  return bad == 0 ? ExitStatus::all_right : ExitStatus::failed;
}

}  // namespace stentor::ctl
