// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/client_directory.h"

#include <algorithm>

#include "config/client_text.h"

namespace stentor::tftp {

std::optional<std::string_view> path_inside(const config::ClientTemplate& directory,
                                            const ClientContext& client, std::string_view path,
                                            base::PathBuffer& buffer) {
  const auto folder = config::write_client_text(
      directory, {.mac = client.mac, .address = client.address, .serial = client.serial}, buffer);
  if (!folder || path.size() >= buffer.size() - folder->size()) return std::nullopt;
  char* at = buffer.data() + folder->size();
  *at++ = '/';
  at = std::ranges::copy(path, at).out;
  return std::string_view{buffer.data(), static_cast<std::size_t>(at - buffer.data())};
}

}  // namespace stentor::tftp
