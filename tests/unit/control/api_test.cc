// SPDX-License-Identifier: BSD-3-Clause
// Goal: each path says what it promises, each mistake gets a sentence; and the control thread is
// asked under its lock alone, and never for long.

#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;

class ApiTest : public ApiFixture {
 protected:
  HttpReply get(const std::string& path,
                std::vector<std::pair<std::string, std::string>> query = {},
                const std::string& method = "GET") {
    return api.answer({.method = method, .path = path, .query = std::move(query)});
  }
  Json json(const std::string& path, std::vector<std::pair<std::string, std::string>> query = {}) {
    const HttpReply reply = get(path, std::move(query));
    EXPECT_EQ(reply.status, 200u) << reply.body;
    EXPECT_EQ(reply.type, "application/json");
    return Json::parse(reply.body);
  }
  std::string error(const HttpReply& reply, unsigned status) {
    EXPECT_EQ(reply.status, status) << reply.body;
    return Json::parse(reply.body).at("error");
  }
};

TEST_F(ApiTest, AnswersEveryPathThatItHas) {
  const wire::MacAddress mac = *wire::MacAddress::parse("52:54:00:00:00:07");
  report.known_hosts[mac] = {.mac = mac, .is_local = true};
  for (const Api::Route& route : Api::routes()) {
    if (route.method != "GET") continue;
    std::string path(route.path);
    if (path.ends_with("{mac}")) path.replace(path.find('{'), 5, mac.text().view());
    for (const char* method : {"GET", "HEAD"}) {
      EXPECT_EQ(get(path, {}, method).status, 200u) << path;
    }
  }
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiTest, KnowsNoOtherPath) {
  for (const char* path :
       {"", "/", "/v1", "/v1/status/", "/v1/Status", "//v1/status", "/v2/status"}) {
    EXPECT_NE(error(get(path), 404).find("openapi.json"), std::string::npos) << path;
  }
}

TEST_F(ApiTest, ChangesNothingWhereItIsOnlyAsked) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "GARBAGE"}) {
    const HttpReply reply = get("/v1/status", {}, method);
    EXPECT_NE(error(reply, 405).find("GET"), std::string::npos);
    EXPECT_EQ(reply.allow, "GET, HEAD");
  }
}

TEST_F(ApiTest, RefusesParametersThatItDoesNotKnow) {
  EXPECT_EQ(error(get("/v1/status", {{"verbose", "1"}}), 400),
            "'verbose' is no parameter of this path; it takes none");
  EXPECT_EQ(error(get("/v1/images", {{"path", "a"}}), 400),
            "'path' is no parameter of this path; it takes: prefix after limit");
  EXPECT_NE(error(get("/v1/images", {{"limit", "1"}, {"limit", "2"}}), 400).find("stands twice"),
            std::string::npos);
}

TEST_F(ApiTest, TakesNoBody) {
  const HttpReply reply = api.answer({.method = "GET", .path = "/v1/status", .has_body = true});
  EXPECT_NE(error(reply, 400).find("no body"), std::string::npos);
}

TEST_F(ApiTest, SaysSoWhenTheControlThreadHasNoTime) {
  const std::unique_lock busy(lock);
  auto reply = std::async(std::launch::async, [this] { return get("/v1/ports"); });
  EXPECT_NE(error(reply.get(), 503).find("busy"), std::string::npos);
}

TEST_F(ApiTest, TellsTheStatus) {
  report.row.problems = {"port boot0: link is down"};
  report.row.uptime = std::chrono::milliseconds{61'900};
  report.row.images_rejected = 2;
  const Json status = json("/v1/status");
  EXPECT_EQ(status.at("uptime_seconds"), 61);
  EXPECT_EQ(status.at("problems"), Json({"port boot0: link is down"}));
  EXPECT_EQ(status.at("images").at("rejected"), 2);
  EXPECT_EQ(status.at("figures").at("frames_received"), 7);
}

TEST_F(ApiTest, CountsTheAddressesOfEachSubnet) {
  report.records = 256;
  report.held[report.first + 1] = lease::State::bound;
  const Json leases = json("/v1/status").at("leases");
  EXPECT_EQ(leases.at("bound"), 1);
  EXPECT_EQ(leases.at("free"), 255);
  EXPECT_EQ(leases.at("subnets").at(0).at("subnet"), "10.0.0.0/24");
  EXPECT_EQ(leases.at("subnets").at(0).at("addresses"), 256);
  EXPECT_NE(get("/metrics").body.find("stentor_leases{subnet=\"10.0.0.0/24\",state=\"bound\"} 1"),
            std::string::npos);
}

TEST_F(ApiTest, TellsEveryReasonWithItsMeaning) {
  report.drop_rows = {{"vlan_unknown", "no network", 3}, {"udp_port_closed", "no service", 0}};
  const Json drops = json("/v1/drops").at("drops");
  ASSERT_EQ(drops.size(), 2u);
  EXPECT_EQ(drops[0], Json({{"reason", "vlan_unknown"}, {"count", 3}, {"meaning", "no network"}}));
  EXPECT_EQ(drops[1].at("count"), 0);
}

TEST_F(ApiTest, TellsOfWorkersAndPorts) {
  const Json worker = json("/v1/workers").at("workers").at(0);
  EXPECT_EQ(worker.at("worker"), 0);
  EXPECT_EQ(worker.at("core"), 5);
  EXPECT_EQ(worker.at("queues"), Json({"boot0/0"}));
  const Json port = json("/v1/ports").at("ports").at(0);
  EXPECT_EQ(port.at("port"), "boot0");
  EXPECT_EQ(port.at("link"), "up");
  EXPECT_EQ(port.at("networks"), Json({"10.0.0.1/24 vlan 7"}));
}

TEST_F(ApiTest, ShowsTheConfigurationAsItWasRead) {
  report.source = {"/etc/stentor.yaml", "ports: []\n# \xff\n"};
  const Json config = json("/v1/config");
  EXPECT_EQ(config.at("origin"), "/etc/stentor.yaml");
  EXPECT_EQ(config.at("text"), "ports: []\n# \xef\xbf\xbd\n") << "what is no UTF-8 is marked";
}

TEST_F(ApiTest, HasFiguresAloneWhereNothingElseIsServed) {
  const HttpReply reply = api.answer_metrics({.method = "GET", .path = "/metrics"});
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(reply.body.find("stentor_images 3\n"), std::string::npos);
  EXPECT_EQ(get("/metrics").body, reply.body);
  for (const char* path : {"/", "/v1/status", "/v1/leases", "/v1/config"}) {
    EXPECT_EQ(api.answer_metrics({.method = "GET", .path = path}).status, 404u) << path;
  }
}

}  // namespace
}  // namespace stentor::control
