// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/path.h"
#include "config/architecture.h"
#include "config/settings.h"
#include "dhcp/boot_target.h"

namespace stentor::dhcp {

using config::ClientTemplate;
using config::ClientWord;

namespace {

std::uint64_t add_directory(const ClientTemplate& directory, const base::HashKey& owner_key,
                            std::vector<BootDirectory>& directories) {
  if (!directory.lasts()) return 0;
  const std::string text = directory.written();
  const std::uint64_t number =
      std::max<std::uint64_t>(base::siphash64(owner_key, base::as_bytes(text)), 1);
  directories.push_back({number, directory});
  return number;
}

std::vector<std::uint64_t> add_directories(const ClientTemplate& directory,
                                           const base::HashKey& owner_key,
                                           std::vector<BootDirectory>& directories) {
  const bool has_architecture =
      std::ranges::find(directory.pieces, ClientWord::architecture, &ClientTemplate::Piece::word) !=
      directory.pieces.end();
  if (!has_architecture) return {add_directory(directory, owner_key, directories)};
  std::vector<std::uint64_t> numbers;
  numbers.reserve(config::kArchitectures.size());
  for (const config::Architecture& known : config::kArchitectures) {
    numbers.push_back(add_directory(directory.with(ClientWord::architecture, known.name), owner_key,
                                    directories));
  }
  return numbers;
}

}  // namespace

BootTarget make_boot_target(const config::BootTarget& target, bool is_ours,
                            const base::HashKey& owner_key,
                            std::vector<BootDirectory>& directories) {
  BootTarget made;
  made.is_url = !target.url.empty();
  const auto file = ClientTemplate::parse(made.is_url ? target.url : target.file);
  CHECK(file.has_value());
  made.file = *file;
  if (made.is_url) return made;
  if (target.server) made.server = OwnAddress{*target.server};
  made.is_ours = is_ours;
  if (!made.is_ours) return made;
  base::PathBuffer buffer;
  const auto path = ClientTemplate::parse(base::normalised_path(target.file, buffer).value_or(""));
  CHECK(path.has_value());
  if (path->pieces.empty()) made.catalogue_path = {path->end.begin(), path->end.end()};
  if (const auto directory = path->directory()) {
    made.directories = add_directories(*directory, owner_key, directories);
  }
  return made;
}

}  // namespace stentor::dhcp
