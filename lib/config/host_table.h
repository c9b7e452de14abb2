// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The hosts of dhcp.hosts: a million of them, so in few pieces of memory, with numbers for
// pointers.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "config/client_match.h"
#include "config/name_kind.h"
#include "wire/address.h"

namespace stentor::config {

struct HostTable {
  struct Host {
    wire::Ipv4Address address;         // zero: one from the pools
    std::uint32_t hostname_at = 0;     // in `text`
    std::uint16_t hostname_bytes = 0;  // 0: none
    std::uint16_t file = 0;            // in `files`; for messages
    std::uint32_t line = 0;
    std::uint32_t boot = 0;        // in `boot_files`, plus one; 0: what the boot rules say
    std::uint32_t first_name = 0;  // in `names`, where the next host's begin
    ClassMask classes = 0;         // besides those that it matches
  };
  // What a host is known by (name_kind.h).
  struct Name {
    std::uint32_t at = 0;  // in `text`
    std::uint16_t bytes = 0;
    std::uint8_t kind = 0;
  };

  std::vector<Host> hosts;
  std::vector<Name> names;
  std::vector<char> text;
  std::vector<std::string> boot_files;  // each once
  std::vector<std::string> files;

  [[nodiscard]] std::span<const Name> names_of(std::size_t host) const {
    const std::size_t end = host + 1 < hosts.size() ? hosts[host + 1].first_name : names.size();
    return std::span(names).subspan(hosts[host].first_name, end - hosts[host].first_name);
  }
  [[nodiscard]] base::Bytes bytes_of(const Name& name) const {
    return base::as_bytes({text.data() + name.at, name.bytes});
  }
};

}  // namespace stentor::config
