// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which boot file a client is told, and how it is told.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// The reservation's file, else that of the first boot rule that matches; null if there is none.
const BootTarget* find_boot_target(const Exchange& exchange);

// `siaddr`, `sname` and `file`, which shim and old ROMs read alone.
void write_boot_fields(Header& reply, const BootTarget& target, const OwnAddress& self);

// Options 67, 66 and 13, which UEFI prefers. Option 13 saves it from asking TFTP for the size; it
// is sent only for a file of ours whose size it can express.
void write_boot_options(ReplyWriter& writer, const Exchange& exchange, const BootTarget& target);

}  // namespace stentor::dhcp
