// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A ClientTemplate, filled in for one client. Any thread; no allocation.

#include <optional>
#include <span>
#include <string_view>

#include "config/client_template.h"
#include "wire/address.h"

namespace stentor::config {

// What stands in the place of words: of one client, as far as it is known.
struct ClientValues {
  std::optional<wire::MacAddress> mac{};
  std::optional<wire::Ipv4Address> address{};
  std::optional<std::uint32_t> serial{};
  // Empty: not known.
  std::string_view uuid{};
  std::string_view architecture{};
  std::string_view hostname{};
};

// nullopt: a word is not known, or the text is longer than `buffer`, in which it lies.
std::optional<std::string_view> write_client_text(const ClientTemplate& text,
                                                  const ClientValues& values,
                                                  std::span<char> buffer);

}  // namespace stentor::config
