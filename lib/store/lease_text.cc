// SPDX-License-Identifier: BSD-3-Clause
#include "store/lease_text.h"

#include <fmt/chrono.h>

#include "base/hex_text.h"
#include "store/foreign_text.h"

namespace stentor::store {

std::string utc_text(UtcSecond second) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(second)));
}

std::optional<UtcSecond> read_utc(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  const std::string_view date = take_until(text, 'T');
  return read_date_and_time(date, '-', text);
}

LeaseText::LeaseText(const lease::LeaseChange& said)
    : mac(base::hex_text(said.hardware.view(), ":")),
      hostname(base::as_text(said.hostname.view())),
      client_id(base::hex_text(said.client_id.view())),
      circuit_id(base::hex_text(said.circuit_id.view())),
      remote_id(base::hex_text(said.remote_id.view())) {}

}  // namespace stentor::store
