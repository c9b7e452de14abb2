// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is known of who asks for a file, beyond the request itself. The worker puts it together; see
// worker::client_context().

#include <optional>

#include "config/client_match.h"
#include "config/client_template.h"
#include "wire/address.h"

namespace stentor::tftp {

struct ClientContext {
  config::ClassMask classes = 0;
  std::optional<wire::Ipv4Address> address{};
  std::optional<wire::MacAddress> mac{};
  std::optional<std::uint32_t> serial{};
  // Of the boot file that it was told; null: the root, or not known.
  const config::ClientTemplate* boot_directory = nullptr;
};

}  // namespace stentor::tftp
