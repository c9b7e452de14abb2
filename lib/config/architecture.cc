// SPDX-License-Identifier: BSD-3-Clause
#include "config/architecture.h"

namespace stentor::config {
std::span<const Architecture> architectures() { return kArchitectures; }

std::vector<std::uint16_t> find_architecture(std::string_view name) {
  std::vector<std::uint16_t> codes;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) codes.push_back(architecture.code);
  }
  return codes;
}

}  // namespace stentor::config
