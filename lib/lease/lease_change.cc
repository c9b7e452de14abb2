// SPDX-License-Identifier: BSD-3-Clause
#include "lease/lease_change.h"

#include <string_view>

namespace stentor::lease {

void LeaseChange::assign_details(const LeaseChange& from) {
  htype = from.htype;
  hardware.assign(from.hardware.view());
  client_id.assign(from.client_id.view());
  hostname.assign(from.hostname.view());
  circuit_id.assign(from.circuit_id.view());
  remote_id.assign(from.remote_id.view());
}

void assign_hostname(LeaseChange& change, base::Bytes name) {
  constexpr std::size_t kLimit = decltype(change.hostname)::kBytesMax;
  std::size_t length = name.size();
  if (length > kLimit) {
    // The dot may stand right behind the last byte that fits.
    const std::size_t dot = base::as_text(name.first(kLimit + 1)).rfind('.');
    length = dot == std::string_view::npos || dot == 0 ? kLimit : dot;
    const auto continues = [&](std::size_t at) { return (name[at] & 0xc0) == 0x80; };
    while (length > 0 && continues(length)) --length;
  }
  change.hostname.assign(name.first(length));
}

}  // namespace stentor::lease
