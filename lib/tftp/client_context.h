// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is known of who asks for a file, beyond the request itself. The worker puts it together; see
// worker::client_context().

#include <optional>
#include <string_view>

#include "config/client_match.h"
#include "wire/address.h"

namespace stentor::tftp {

struct ClientContext {
  config::ClassMask classes = 0;
  std::optional<wire::Ipv4Address> address{};
  std::optional<wire::MacAddress> mac{};
  std::optional<std::uint32_t> serial{};
  std::string_view boot_directory{};  // of the boot file that it was told; empty: the root, or none
};

}  // namespace stentor::tftp
