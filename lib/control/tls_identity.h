// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a certificate and a key are what a TLS server needs: found out before anything that takes
// long. Control thread or command line.

#include "base/error.h"
#include "config/settings.h"

namespace stentor::control {

// An error is one sentence.
base::Result<void> check_identity(const config::TlsIdentity& identity);
// Of what is served over TCP, if that is by TLS.
base::Result<void> check_identity(const config::Control& settings);

}  // namespace stentor::control
