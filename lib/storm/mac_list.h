// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A file of MAC addresses: one a line, at its begin; what follows a comma or a blank is left alone,
// so that an inventory's CSV will do. '#' begins a comment, empty lines count nothing.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/address.h"

namespace stentor::storm {

// Errors name the line. At most kMachinesMax addresses.
base::Result<std::vector<wire::MacAddress>> parse_mac_list(std::string_view text,
                                                           std::string_view file_name);
base::Result<std::vector<wire::MacAddress>> read_mac_file(const std::string& path);

}  // namespace stentor::storm
