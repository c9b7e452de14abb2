// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A server on a TCP port of loopback, by TLS or in the clear, and where curl finds it.

#include <fstream>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "control/http_server.h"
#include "control/tcp_listener.h"
#include "control/url_client.h"
#include "socket_fixture.h"
#include "tls_sample.h"

namespace stentor::control {

inline constexpr const char* kToken = "a-token";

class TlsFixture : public SocketFixture {
 protected:
  TlsFixture() { trust(kCertificate); }

  // The only certificate that secure() believes.
  void trust(const char* certificate) { std::ofstream(at("ca.pem")) << certificate; }
  // Listens on a port of loopback that is free.
  void listen() {
    listening = *control::listen_on({wire::Ipv4Address{0x7f000001}, 0}, "a key");
    sockaddr_in name{};
    socklen_t length = sizeof name;
    ::getsockname(listening.number(), reinterpret_cast<sockaddr*>(&name), &length);
    place = "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
  }
  void serve(const HttpHandler& handler, const config::TlsIdentity* shown) {
    listen();
    server = *HttpServer::start({{listening.number(), handler, shown}});
  }
  [[nodiscard]] UrlServer secure() const { return {"https://" + place, kToken, at("ca.pem")}; }
  [[nodiscard]] UrlServer in_the_clear() const { return {"http://" + place, kToken}; }

  const config::TlsIdentity identity = test_identity();
  std::string place;
  base::Descriptor listening;
  std::unique_ptr<HttpServer> server;
};

}  // namespace stentor::control
