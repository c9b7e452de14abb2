// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The socket at which a virtual device listens for its peer: vhost for a guest, memif and
// virtio-user for another process. Control thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::dpdk {

struct ListeningSocket {
  std::string path;
  bool abstract = false;  // unix(7): a name without a file
  bool shared = false;    // several devices of one process may listen there
};

// Where the device `name` with `arguments` will listen; nullopt when it listens nowhere.
[[nodiscard]] std::optional<ListeningSocket> listening_socket(std::string_view name,
                                                              const std::string& arguments);

// Whether it can be made, before a device of ours has. Errors: another process has it, something
// else is at its path, or the folder is absent or closed to us. What a killed server left is none.
base::Result<void> check_listening_socket(const ListeningSocket& socket);

// Removes what a killed server left. Errors: as above, but for a socket that one of ours may have.
base::Result<void> clear_listening_socket(const ListeningSocket& socket);

// Removes the file of one that this process has made, where its driver does not. Any thread.
void abandon_listening_socket(const ListeningSocket& socket);

}  // namespace stentor::dpdk
