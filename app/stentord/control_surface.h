// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How operators reach a stentord: the sockets of its control API, and who serves them.
//
// Sockets are opened before anything that takes long, so that what is wrong with them is said at
// once; they are served once there is something to tell, until the appliance ends.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "appliance_report.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/random.h"
#include "config/settings.h"
#include "control/api.h"
#include "control/boot_session_table.h"
#include "control/capture_desk.h"
#include "control/client_watch.h"
#include "control/control_socket.h"
#include "control/http_server.h"
#include "control/token_gate.h"
#include "digest/secret_match.h"

namespace stentor {

class ControlSurface {
 public:
  // An error is one sentence. A socket that the configuration does not mention, and that cannot be
  // made, is a warning: a machine without /run, or with two stentords, serves all the same.
  static base::Result<ControlSurface> open(const config::Control& settings);

  // Files of sockets go. Any thread: for a process that ends without returning, too.
  void close() const;

 private:
  friend class ControlService;

  ControlSurface() = default;

  std::unique_ptr<control::ControlSocket> socket_;  // null: there is none
  base::Descriptor http_;                           // likewise
  base::Descriptor metrics_;                        // as http_
};

// Who follows clients, and who answers operators. Control thread. Ends before the appliance does.
class ControlService {
 public:
  static base::Result<std::unique_ptr<ControlService>> start(const ControlSurface& surface,
                                                             Appliance& appliance,
                                                             control::StateLock& lock,
                                                             control::ReloadDesk& reloads);
  // A reload has read the files anew: from now on these tokens are asked for, and who connects is
  // shown this certificate. What of it cannot be done is the sentence: another reload tries again.
  std::optional<std::string> take(const config::Control& settings);

 private:
  ControlService(Appliance& appliance, control::StateLock& lock, control::ReloadDesk& reloads)
      : gate_(appliance.settings().control.tokens, std::cref(is_secret_)),
        report_(appliance, lock, gate_),
        watch_(appliance.sightings(), sessions_, transfers_, appliance.events(),
               [&appliance](const sighting::Sighting& seen) { appliance.note_completed(seen); }),
        captures_(appliance.taps(), appliance.port_names()),
        api_(report_, lock, reloads, sessions_, transfers_, appliance.events(), captures_) {}

  [[nodiscard]] control::HttpReply answer_over_tcp(const control::HttpRequest& request);
  void warn_of_wrong_tokens(const std::string& peer);
  bool show(const config::TlsIdentity& identity);

  // Destroyed from the last to the first: the server asks the gate and the API.
  const digest::SecretMatch is_secret_;
  control::TokenGate gate_;
  ApplianceReport report_;
  control::BootSessionTable sessions_{base::random_key()};
  control::TransferList transfers_;
  control::ClientWatch watch_;
  control::CaptureDesk captures_;
  control::Api api_;
  // Wrong tokens that the log has told of, and from when on it tells of more. API's thread.
  std::uint64_t told_of_ = 0;
  base::Time tells_from_{};
  std::optional<config::TlsIdentity> shown_;  // over TCP
  std::size_t http_ = 0;                      // the server's listener that shows it
  std::unique_ptr<control::HttpServer> server_;
};

}  // namespace stentor
