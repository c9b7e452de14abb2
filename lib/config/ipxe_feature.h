// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a build of iPXE can do, as it says in option 175: each feature is a sub-option there
// (ipxe.org/howto/dhcpd, "iPXE-specific options").

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stentor::config {

struct IpxeFeature {
  std::string_view name;
  std::uint8_t code;
};

std::span<const IpxeFeature> ipxe_features();

std::optional<std::uint8_t> find_ipxe_feature(std::string_view name);

}  // namespace stentor::config
