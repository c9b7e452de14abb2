// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A machine of which something is said at run time, and the API that is asked about it.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"

namespace stentor::control {

inline constexpr wire::MacAddress kHost{{0x52, 0x54, 0, 0, 0, 7}};
inline constexpr const char* kHostPath = "/v1/hosts/52:54:00:00:00:07";
inline constexpr const char* kUnknownPath = "/v1/hosts/52:54:00:00:00:08";

inline config::RunTimeHost full_host() {
  return {.mac = kHost,
          .address = wire::Ipv4Address{0x0a000007},
          .hostname = "node7",
          .classes = {"lab", "blade"},
          .boot_file = "{mac}/grub.efi",
          .is_local = true,
          .boot_once = "wipe.efi",
          .is_for_ipxe = true};
}

class ApiHostsFixture : public ApiFixture {
 protected:
  using Json = nlohmann::json;
  using Fields = std::vector<std::pair<std::string, std::string>>;
  using Lines = std::vector<std::string>;

  HttpReply request(const std::string& method, const std::string& path, const Fields& fields = {}) {
    return api.answer({.method = method, .path = path, .query = fields});
  }
  HttpReply put(const Fields& fields) { return request("PUT", kHostPath, fields); }
  HttpReply patch(const Fields& fields) { return request("PATCH", kHostPath, fields); }
  // What is known of kHost; empty: nothing.
  config::RunTimeHost known() {
    const auto at = report.known_hosts.find(kHost);
    return at == report.known_hosts.end() ? config::RunTimeHost{.mac = kHost} : at->second;
  }
  void know(const config::RunTimeHost& host) { report.known_hosts[host.mac] = host; }
  static std::string error(const HttpReply& reply, unsigned status) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.later, nullptr);
    return Json::parse(reply.body).at("error");
  }
  static Json good(const HttpReply& reply) {
    EXPECT_EQ(reply.status, 200u) << reply.body;
    EXPECT_EQ(reply.later, nullptr);
    return Json::parse(reply.body);
  }
  // Those of hosts, as "set 52:54:00:00:00:07 wipe.efi".
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const Event& event : events.take(cursor, kAllEvents, 100).events) {
      EXPECT_EQ(event.type, EventType::host);
      EXPECT_GT(event.utc_ms, 0);
      lines.push_back(std::string(event.what) + " " + std::string(event.glimpse.mac.text().view()) +
                      (event.file.empty() ? "" : " " + event.file));
    }
    return lines;
  }

  EventLog::Cursor cursor;
};

}  // namespace stentor::control
