// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Boot files: as the configuration has them, compiled, and as one client is told.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/siphash.h"
#include "config/client_template.h"
#include "wire/address.h"

namespace stentor::config {
struct BootTarget;
}

namespace stentor::dhcp {

// One of our addresses, or of another server, and its dotted form for `sname` and option 66.
struct OwnAddress {
  wire::Ipv4Address address;
  wire::ShortText<15> text = address.text();
};

struct BootMenu;

struct BootTarget {
  std::optional<std::uint16_t> menu;  // Policy::boot_menu(); then the rest says nothing
  bool is_url = false;
  config::ClientTemplate file;       // its path, or the URL; without a NUL
  std::vector<char> catalogue_path;  // of a file of ours without words; normalised
  std::optional<OwnAddress> server;  // absent: the address that the client reached us at
  bool is_ours = false;              // it is looked for in the catalogue
  // Its directory's number (Policy::find_directory()); 0: one that TFTP cannot know. Where that
  // depends on the architecture, one for each of config::kArchitectures. Empty: the root, or not
  // ours.
  std::vector<std::uint64_t> directories;
};

// A folder of boot files, for what their loaders ask for beside themselves. The number is the same
// wherever the key and the folder are.
struct BootDirectory {
  std::uint64_t number = 0;
  config::ClientTemplate path;  // of words that TFTP knows
};

// Control: compiles a file or a URL that has been parsed before; `directories` gets those that it
// names. `is_ours`: it is looked for in the catalogue, if it is a file.
BootTarget make_boot_target(const config::BootTarget& target, bool is_ours,
                            const base::HashKey& owner_key,
                            std::vector<BootDirectory>& directories);

// What one client is told. The views lie in its BootTarget or its BootChoice.
struct BootFile {
  const BootMenu* menu = nullptr;  // to choose from; then there is no name yet
  bool is_url = false;
  std::string_view name{};
  std::string_view catalogue_path{};   // empty: not ours
  const OwnAddress* server = nullptr;  // null: the address that the client reached us at
  std::uint64_t directory = 0;         // 0: the root, not ours, or not known
};

}  // namespace stentor::dhcp
