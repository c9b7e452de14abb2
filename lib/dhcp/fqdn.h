// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The client's name in DNS, option 81 (RFC 4702): we update no DNS, and say so.

#include "dhcp/reply_writer.h"

namespace stentor::dhcp {

// Answers the client's option 81, if it sent one that is well formed and the answer has room.
void write_fqdn(ReplyWriter& writer, const Options& options);

// The name in it; empty where it is not text, but in the wire format of DNS.
base::Bytes fqdn_text(const Options& options);

}  // namespace stentor::dhcp
