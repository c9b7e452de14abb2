// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a client's newest answered DHCP message said, as far as TFTP is to know it.

#include <cstdint>
#include <optional>

#include "wire/address.h"

namespace stentor::lease {

struct ClientFacts {
  std::uint64_t classes = 0;  // a bit each; means something only beside `class_list`
  // Which list of classes the bits are about (dhcp::Policy::class_list()).
  std::uint32_t class_list = 0;
  std::optional<std::uint32_t> serial{};
  std::optional<wire::MacAddress> mac{};
  // The directory of the boot file that it was told (dhcp::Policy::find_directory()); 0: none.
  std::uint64_t boot_directory = 0;

  friend bool operator==(const ClientFacts&, const ClientFacts&) = default;
};

}  // namespace stentor::lease
