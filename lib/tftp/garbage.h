// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What some ROMs leave behind the file name of a request: they take DHCP's option 67 for a text
// that ends with a NUL, and ask for the bytes behind it too (0xFF, which ends the options), or for
// the NUL itself (FEATURES c1, quirk 2, and c2, quirk 35).

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace stentor::tftp {

// RFC 2347: a request is never longer.
using RequestBuffer = std::array<std::uint8_t, 512>;

// An RRQ without the bytes 0xFF and NUL that stand behind its file name, but for the NUL that ends
// it: made in `buffer` if there are any. All else comes back as it is, a request that is too long
// for `buffer` too.
[[nodiscard]] base::Bytes without_garbage(base::Bytes datagram, RequestBuffer& buffer);

}  // namespace stentor::tftp
