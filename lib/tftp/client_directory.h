// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A path inside a folder that differs from client to client. No allocation.

#include <optional>
#include <string_view>

#include "base/path.h"
#include "config/client_template.h"
#include "tftp/client_context.h"

namespace stentor::tftp {

// nullopt: a word of the template is not known of the client, or the path is too long. The view
// lies in `buffer`.
[[nodiscard]] std::optional<std::string_view> path_inside(const config::ClientTemplate& directory,
                                                          const ClientContext& client,
                                                          std::string_view path,
                                                          base::PathBuffer& buffer);

}  // namespace stentor::tftp
