// SPDX-License-Identifier: BSD-3-Clause
#include "file_advice.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <set>

#include "base/glob.h"
#include "config/boot_targets.h"
#include "image/generation_builder.h"
#include "image/manifest_file.h"
#include "image/tree.h"
#include "tftp/lookup.h"

namespace stentor {

namespace {

using OpenedTree = base::Result<image::Tree>;

bool is_own_address(const config::Settings& settings, wire::Ipv4Address address) {
  for (const config::Port& port : settings.ports) {
    for (const config::Network& network : port.networks) {
      if (network.address.address == address) return true;
    }
  }
  return false;
}

// The catalogue that a load would make, of names alone.
std::unique_ptr<const image::Generation> names_under(const OpenedTree& tree,
                                                     const config::Images& settings,
                                                     image::Memory& memory) {
  image::GenerationBuilder names(memory, 0);
  image::Listing listing;
  if (tree)
    listing =
        tree->list({.ignored = image::Ignored(settings.watch.ignore)}).value_or(image::Listing{});
  image::leave_out_manifests({.manifest_file = settings.manifest_file}, listing);
  for (const image::FileEntry& file : listing.files) {
    if (!names.add_copy(file.path, {})) break;
  }
  return names.build(0, settings.path_case);
}

bool is_there(const tftp::Lookup& names, const OpenedTree& tree, std::string_view path) {
  base::PathBuffer buffer;
  const auto normalised = base::normalised_path(path, buffer);
  const image::Image* image = normalised ? names.find(*normalised) : nullptr;
  // As the loader opens it: a file that is closed to us serves nothing.
  return image != nullptr && tree->open_file(std::string(image->path));
}

// Whether it would be found, but for images.watch.ignore.
bool is_ignored(const config::Images& images, const OpenedTree& tree, std::string_view path) {
  base::PathBuffer buffer;
  const auto normalised = base::normalised_path(path, buffer);
  return normalised && tree && image::Ignored(images.watch.ignore).matches_any_part(*normalised) &&
         tree->open_file(std::string(*normalised));
}

std::string why_missing(const config::Images& images, const OpenedTree& tree,
                        std::string_view path) {
  if (is_ignored(images, tree, path)) return "is there, but images.watch.ignore leaves it out";
  return "is not under " + images.root;
}

// Whether a client may find it in a folder of its own, or beside its boot file: which client has
// which, only its messages say.
bool is_in_a_folder(const image::Generation& names, std::string_view path) {
  base::PathBuffer buffer;
  const std::string end = "/" + std::string(base::normalised_path(path, buffer).value_or(""));
  return std::ranges::any_of(names.images(),
                             [&](const image::Image* image) { return image->path.ends_with(end); });
}

bool matches_a_file(const image::Generation& names, const config::AccessRule& rule,
                    base::PathCase path_case) {
  const auto glob = base::Glob::parse(rule.files, path_case);
  return glob && std::ranges::any_of(names.images(), [&glob](const image::Image* image) {
           return glob->match(image->path).has_value();
         });
}

// Whether there is a file that a client could be told. Words may stand for anything but '/'; '*'
// for that too: then nothing is said.
bool may_be_there(const image::Generation& names, const config::ClientTemplate& file,
                  base::PathCase path_case) {
  std::string pattern;
  for (const config::ClientTemplate::Piece& piece : file.pieces) pattern += piece.text + "*";
  base::PathBuffer buffer;
  const auto glob =
      base::Glob::parse(base::normalised_path(pattern + file.end, buffer).value_or("*"), path_case);
  return !glob || std::ranges::any_of(names.images(), [&glob](const image::Image* image) {
    return glob->match(image->path).has_value();
  });
}

// The boot files that we are to serve, as they are written.
std::set<std::string> boot_files(const config::Settings& settings) {
  std::set<std::string> files;
  config::for_each_boot_target(settings, [&](const config::BootTarget& target) {
    const bool is_ours = !target.server || is_own_address(settings, *target.server);
    if (is_ours && !target.file.empty()) files.insert(target.file);
  });
  return files;
}

// The path that an alias leads to, if it is the same for all requests; else empty.
std::string fixed_target(const config::Alias& alias) {
  const auto target = base::PathTemplate::parse(alias.to, base::kGlobCapturesMax);
  if (!target || !target->is_fixed()) return {};
  base::PathBuffer buffer;
  return std::string(target->write({}, {}, buffer).value_or(""));
}

}  // namespace

std::string clash_advice(const image::CaseClash& clash) {
  return fmt::format(
      "images.case-insensitive: '{}' and '{}' differ in case alone, and a request in a third way "
      "gets the first; rename one of them",
      clash.found, clash.hidden);
}

std::vector<std::string> file_advice(const config::Settings& settings) {
  const std::string& root = settings.images.root;
  const OpenedTree tree = image::Tree::open(root);
  const auto memory = image::make_page_memory();
  const auto names = names_under(tree, settings.images, *memory);
  const image::CurrentGeneration current(*names);
  std::vector<std::string> sentences;
  const tftp::Lookup lookup(settings.images, current);
  const bool has_own_folders = !settings.images.client_directories.empty();
  const bool has_folders = has_own_folders || settings.images.beside_boot_file;
  for (const std::string& file : boot_files(settings)) {
    const config::ClientTemplate name = *config::ClientTemplate::parse(file);
    if (!name.pieces.empty()) {
      if (may_be_there(*names, name, settings.images.path_case)) continue;
      sentences.push_back(fmt::format(
          "boot file '{}': no file under {} has such a name; machines that are sent to it will not "
          "boot",
          file, root));
      continue;
    }
    if (is_there(lookup, tree, name.end)) continue;
    if (has_own_folders && is_in_a_folder(*names, name.end)) continue;
    sentences.push_back(fmt::format("boot file '{}' {}; machines that are sent to it will not boot",
                                    file, why_missing(settings.images, tree, name.end)));
  }
  config::Images unaliased = settings.images;
  unaliased.aliases.clear();  // no alias leads to another
  const tftp::Lookup targets(unaliased, current);
  for (const config::Alias& alias : settings.images.aliases) {
    const std::string target = fixed_target(alias);
    if (target.empty() || is_there(targets, tree, target)) continue;
    if (has_folders && is_in_a_folder(*names, target)) continue;
    sentences.push_back(
        fmt::format("images.aliases: '{}', the target of '{}', {}; who asks for it gets nothing",
                    alias.to, alias.from, why_missing(settings.images, tree, target)));
  }
  for (const config::AccessRule& rule : settings.images.access) {
    if (matches_a_file(*names, rule, settings.images.path_case)) continue;
    sentences.push_back(
        fmt::format("images.access: '{}' matches no file under {}", rule.files, root));
  }
  for (const image::CaseClash& clash : image::case_clashes(*names)) {
    sentences.push_back(clash_advice(clash));
  }
  return sentences;
}

}  // namespace stentor
