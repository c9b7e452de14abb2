// SPDX-License-Identifier: BSD-3-Clause
#include "control/http_daemon.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <vector>

namespace stentor::control {

namespace {

// A request's head, and what is read of it; more is answered by 431 (RFC 6585).
constexpr std::size_t kRequestBytesMax = std::size_t{16} << 10;
// GnuTLS's own choice of ciphers, ours before the client's, under the versions that are not broken
// (RFC 8996).
constexpr const char* kTlsPriorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"
    "%SERVER_PRECEDENCE";

// The first: it says what is wrong with a certificate, and those behind it what follows from that.
// While connections are served, strangers cause them at will, and they go nowhere.
void note_complaint(void* complaint, const char* format, va_list arguments) {
  auto& text = *static_cast<std::string*>(complaint);
  if (!text.empty()) return;
  std::array<char, 256> buffer;
  std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
  text = buffer.data();
  while (text.ends_with('\n') || text.ends_with('.')) text.pop_back();
}

unsigned flags_of(const HttpDaemon::Setup& setup) {
  return MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
         (setup.identity != nullptr ? MHD_USE_TLS : MHD_NO_FLAG);
}

// As MHD_OPTION_ARRAY takes them, with an end.
std::vector<MHD_OptionItem> tls_options(const config::TlsIdentity* identity) {
  std::vector<MHD_OptionItem> options;
  const auto add = [&](MHD_OPTION option, const char* text) {
    options.push_back({option, 0, const_cast<char*>(text)});
  };
  if (identity != nullptr) {
    add(MHD_OPTION_HTTPS_MEM_CERT, identity->certificate.c_str());
    add(MHD_OPTION_HTTPS_MEM_KEY, identity->key.c_str());
    add(MHD_OPTION_HTTPS_PRIORITIES, kTlsPriorities);
  }
  options.push_back({MHD_OPTION_END, 0, nullptr});
  return options;
}

base::Error refusal(const config::TlsIdentity* identity, const std::string& complaint) {
  // With a sound certificate it complains of what the process lacks, in words of its own.
  if (identity != nullptr && complaint.find("x509") != std::string::npos) {
    return {"control.http.tls: " + identity->certificate_file + " and " + identity->key_file +
            " are no certificate with its private key (" + complaint +
            "). Both must be PEM, the key without a pass phrase, and the server's own certificate "
            "the first of its file"};
  }
  return {
      "cannot serve the control API: no memory or no file descriptor is left. Raise the limit of "
      "open files (ulimit -n) and start again."};
}

}  // namespace

base::Result<HttpDaemon> HttpDaemon::start(const Setup& setup) {
  HttpDaemon made;
  if (setup.identity != nullptr) {
    made.identity_ = std::make_unique<const config::TlsIdentity>(*setup.identity);
  }
  std::vector<MHD_OptionItem> tls = tls_options(made.identity_.get());
  made.daemon_.reset(MHD_start_daemon(
      flags_of(setup), 0, nullptr, nullptr, setup.on_request, setup.context,
      MHD_OPTION_EXTERNAL_LOGGER, &note_complaint, made.complaint_.get(),
      MHD_OPTION_URI_LOG_CALLBACK, setup.on_target, setup.context, MHD_OPTION_NOTIFY_CONNECTION,
      setup.on_connection, setup.context, MHD_OPTION_NOTIFY_COMPLETED, setup.on_reply_end,
      setup.context, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kRequestBytesMax,
      // We cut by a clock that no dripping byte winds up.
      MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_CONNECTION_LIMIT,
      static_cast<unsigned>(setup.connections), MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END));
  if (made.daemon_ == nullptr) return tl::unexpected(refusal(setup.identity, *made.complaint_));
  const auto* info = MHD_get_daemon_info(made.daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD);
  if (info == nullptr) return tl::unexpected(refusal(nullptr, {}));
  made.descriptor_ = info->epoll_fd;
  made.complaint_->clear();
  return made;
}

bool HttpDaemon::has_connections() const {
  const auto* info = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
  return info != nullptr && info->num_connections != 0;
}

}  // namespace stentor::control
