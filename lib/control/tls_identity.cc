// SPDX-License-Identifier: BSD-3-Clause
#include "control/tls_identity.h"

#include "control/http_daemon.h"

namespace stentor::control {

base::Result<void> check_identity(const config::TlsIdentity& identity) {
  const auto never = [](void*, MHD_Connection*, const char*, const char*, const char*, const char*,
                        std::size_t*, void**) { return MHD_NO; };
  const auto daemon = HttpDaemon::start(
      {.on_target = [](void*, const char*, MHD_Connection*) -> void* { return nullptr; },
       .on_request = never,
       .on_connection = nullptr,
       .on_reply_end = nullptr,
       .context = nullptr,
       .connections = 1,
       .identity = &identity});
  if (!daemon) return tl::unexpected(daemon.error());
  return {};
}

base::Result<void> check_identity(const config::Control& settings) {
  if (!settings.http || !settings.http->tls) return {};
  return check_identity(*settings.http->tls);
}

}  // namespace stentor::control
