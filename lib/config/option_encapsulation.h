// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Options that hold options: those of a vendor (43), iPXE's (175), and those of several vendors by
// their enterprise numbers (125, RFC 3925).

#include "config/cursor.h"
#include "config/option_value.h"

namespace stentor::config {

// {CODE: VALUE}: each by its number, with a value as encode_raw_option() takes it. False if
// something was refused, which is reported.
bool append_sub_options(OptionBytes& bytes, const Cursor& mapping);

// {ENTERPRISE: {CODE: VALUE}}.
bool append_vendor_options(OptionBytes& bytes, const Cursor& mapping);

}  // namespace stentor::config
