// SPDX-License-Identifier: BSD-3-Clause
#include "control_surface.h"

#include <fmt/format.h>
#include <new>

#include "control/log.h"
#include "control/tcp_listener.h"
#include "control/tls_identity.h"

namespace stentor {

namespace {

// A line of the log, however many try.
constexpr base::Duration kTellsEach = std::chrono::minutes{1};

}  // namespace

base::Result<ControlSurface> ControlSurface::open(const config::Control& settings) {
  ControlSurface surface;
  if (settings.http) {
    auto http = control::listen_on(settings.http->address, "control.http.address");
    if (!http) return tl::unexpected(std::move(http).error());
    surface.http_ = *std::move(http);
    // Served later, but who has a bad certificate should not wait for that.
    if (auto sound = control::check_identity(settings); !sound) {
      return tl::unexpected(std::move(sound).error());
    }
  }
  if (settings.metrics) {
    auto metrics = control::listen_on(*settings.metrics, "control.metrics.address");
    if (!metrics) return tl::unexpected(std::move(metrics).error());
    surface.metrics_ = *std::move(metrics);
  }
  if (!settings.socket) return surface;
  auto socket = control::ControlSocket::open(*settings.socket);
  if (socket) {
    surface.socket_ = *std::move(socket);
  } else if (settings.socket->is_configured) {
    return tl::unexpected(std::move(socket).error());
  } else {
    control::log_warning(
        fmt::format("stentorctl cannot reach this stentord: {}", socket.error().sentence));
  }
  return surface;
}

void ControlSurface::close() const {
  if (socket_) socket_->remove();
}

base::Result<std::unique_ptr<ControlService>> ControlService::start(const ControlSurface& surface,
                                                                    Appliance& appliance,
                                                                    control::StateLock& lock,
                                                                    control::ReloadDesk& reloads) {
  std::unique_ptr<ControlService> service(new ControlService(appliance, lock, reloads));
  std::vector<control::HttpServer::Listener> listeners;
  if (surface.socket_) {
    listeners.push_back({surface.socket_->descriptor(),
                         [api = &service->api_](const control::HttpRequest& request) {
                           return api->answer(request);
                         }});
  }
  if (surface.http_) {
    service->shown_ = appliance.settings().control.http->tls;
    service->http_ = listeners.size();
    listeners.push_back({surface.http_.number(),
                         [self = service.get()](const control::HttpRequest& request) {
                           return self->answer_over_tcp(request);
                         },
                         service->shown_ ? &*service->shown_ : nullptr});
  }
  if (surface.metrics_) {
    listeners.push_back(
        {surface.metrics_.number(), [api = &service->api_](const control::HttpRequest& request) {
           return api->answer_metrics(request);
         }});
  }
  if (listeners.empty()) return service;
  auto server = control::HttpServer::start(std::move(listeners), {}, appliance.events().news());
  if (!server) return tl::unexpected(std::move(server).error());
  service->server_ = *std::move(server);
  return service;
}

std::optional<std::string> ControlService::take(const config::Control& settings) {
  gate_.set(settings.tokens);
  if (!shown_ || settings.http->tls == shown_ || show(*settings.http->tls)) return std::nullopt;
  return "control.http: there is not enough memory, or no file descriptor left, to show the "
         "renewed certificate; the one of before is shown until another reload";
}

// It fits its key, or the reload had been refused.
bool ControlService::show(const config::TlsIdentity& identity) {
  try {
    config::TlsIdentity shown = identity;
    if (!server_->renew(http_, identity)) return false;
    shown_ = std::move(shown);
  } catch (const std::bad_alloc&) {
    return false;
  }
  control::log_info(fmt::format("control.http: shows {} as it is now", shown_->certificate_file));
  return true;
}

control::HttpReply ControlService::answer_over_tcp(const control::HttpRequest& request) {
  const std::uint64_t wrong = gate_.refusals().wrong_token;
  if (auto refusal = gate_.refusal(request)) {
    if (gate_.refusals().wrong_token != wrong) warn_of_wrong_tokens(request.peer);
    return *std::move(refusal);
  }
  return gate_.guard(request, api_.answer(request));
}

void ControlService::warn_of_wrong_tokens(const std::string& peer) {
  const std::uint64_t refused = gate_.refusals().wrong_token;
  const base::Time now = base::MonotonicClock::now();
  if (now < tells_from_) return;
  control::log_warning(fmt::format(
      "control.http: {} request{} with a token that is none of control.tokens, the last from {}",
      refused - told_of_, refused - told_of_ == 1 ? "" : "s", peer));
  told_of_ = refused;
  tells_from_ = now + kTellsEach;
}

}  // namespace stentor
