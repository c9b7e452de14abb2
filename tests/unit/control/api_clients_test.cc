// SPDX-License-Identifier: BSD-3-Clause
// Goal: /v1/clients finds the machines that are asked for, page by page, and tells of each what is
// known.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"
#include "sighting_builder.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;
using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;

class ApiClientsTest : public ApiFixture {
 protected:
  // Heard so long ago.
  void see(std::uint32_t machine, Seen seen, base::Duration ago = 0s) {
    sighting::Sighting sighting = seen_at(0s, seen);
    sighting.at = base::MonotonicClock::now() - ago;
    sighting.glimpse.mac = wire::MacAddress::of_number(machine);
    sighting.glimpse.address = wire::Ipv4Address{0x0a000000 + machine};
    sessions.take({&sighting, 1});
  }
  Json ask(const Query& query, unsigned status = 200) {
    const HttpReply reply = api.answer({.method = "GET", .path = "/v1/clients", .query = query});
    EXPECT_EQ(reply.status, status) << reply.body;
    return Json::parse(reply.body);
  }
  std::vector<std::string> addresses(const Query& query) {
    std::vector<std::string> addresses;
    const Json answer = ask(query);
    for (const Json& row : answer.at("clients")) addresses.push_back(row.at("address"));
    return addresses;
  }
};

TEST_F(ApiClientsTest, TellsWhatIsKnownOfAMachine) {
  see(1, Seen::offered, 100s);
  const Json row = ask({{"mac", "00:00:00:00:00:01"}}).at("clients").at(0);
  EXPECT_EQ(row.at("network"), "boot0 10.0.0.1/24 vlan 7");
  EXPECT_EQ(row.at("speaker"), "firmware");
  EXPECT_EQ(row.at("stage"), "offered");
  EXPECT_EQ(row.at("stuck"), true);
  EXPECT_EQ(row.at("where"), "was offered 10.0.0.1 and did not ask for it");
  EXPECT_EQ(row.at("silent_seconds"), 100);
  EXPECT_EQ(row.at("file"), nullptr);
}

TEST_F(ApiClientsTest, FindsByWhatIsAskedFor) {
  see(1, Seen::offered, 100s);
  see(2, Seen::bound, 100s);
  see(3, Seen::bound);
  EXPECT_EQ(addresses({}).size(), 3u);
  EXPECT_EQ(addresses({{"stage", "bound"}}), (std::vector<std::string>{"10.0.0.2", "10.0.0.3"}));
  EXPECT_EQ(addresses({{"stuck", "true"}}), (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_TRUE(addresses({{"stuck", "true"}, {"silent", "101"}}).empty());
  EXPECT_EQ(addresses({{"address", "10.0.0.3"}}), std::vector<std::string>{"10.0.0.3"});
  EXPECT_TRUE(addresses({{"address", "10.0.0.3"}, {"stage", "offered"}}).empty());
  EXPECT_TRUE(addresses({{"address", "10.0.0.3"}, {"mac", "00:00:00:00:00:01"}}).empty());
  EXPECT_TRUE(addresses({{"mac", "00:00:00:00:00:09"}}).empty());
}

TEST_F(ApiClientsTest, ComesInPages) {
  for (std::uint32_t machine = 1; machine <= 5; ++machine) see(machine, Seen::bound);
  Query query{{"limit", "2"}};
  std::size_t rows = 0;
  for (int page = 0; page < 3; ++page) {
    const Json answer = ask(query);
    rows += answer.at("clients").size();
    EXPECT_EQ(answer.at("next").is_null(), page == 2);
    if (page < 2) query = {{"limit", "2"}, {"after", answer.at("next")}};
  }
  EXPECT_EQ(rows, 5u);
}

TEST_F(ApiClientsTest, SaysWhatIsWrongWithAQuestion) {
  for (const auto& [name, value] : Query{{"mac", "x"},
                                         {"address", "x"},
                                         {"stage", "x"},
                                         {"stuck", "x"},
                                         {"silent", "0"},
                                         {"after", "x"},
                                         {"limit", "1001"}}) {
    const Json answer = ask({{name, value}}, 400);
    EXPECT_NE(answer.at("error").get<std::string>().find("'" + name + "'"), std::string::npos);
  }
}

TEST_F(ApiClientsTest, CountsForPrometheus) {
  see(1, Seen::bound);
  const std::string text = api.answer({.method = "GET", .path = "/metrics"}).body;
  EXPECT_NE(text.find("stentor_boot_sessions 1\n"), std::string::npos);
  EXPECT_NE(text.find("stentor_boot_sessions_begun_total 1\n"), std::string::npos);
}

}  // namespace
}  // namespace stentor::control
