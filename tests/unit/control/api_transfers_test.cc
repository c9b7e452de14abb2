// SPDX-License-Identifier: BSD-3-Clause
// Goal: /v1/transfers tells of each transfer that runs what is known, page by page.
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

class ApiTransfersTest : public ApiFixture {
 protected:
  // A hundred seconds ago; 90 seconds later 900 bytes had arrived.
  void run_transfer(std::uint16_t port) {
    const base::Time now = base::MonotonicClock::now();
    for (auto seen :
         {transfer_at(0s, Seen::begun, "vmlinuz"), transfer_at(90s, Seen::progressed, "", 900)}) {
      seen.at += now - 100s - kDawn;
      seen.port = port;
      seen.glimpse.mac = kMachine;
      transfers.take({&seen, 1}, now);
    }
  }
  Json ask(const Query& query, unsigned status = 200) {
    const HttpReply reply = api.answer({.method = "GET", .path = "/v1/transfers", .query = query});
    EXPECT_EQ(reply.status, status) << reply.body;
    return Json::parse(reply.body);
  }
};

TEST_F(ApiTransfersTest, TellsWhatIsKnown) {
  run_transfer(2070);
  Json row = ask({}).at("transfers").at(0);
  EXPECT_EQ(row.at("began").get<std::string>().size(),
            std::string_view("2026-11-27T21:03:04Z").size());
  row.erase("began");
  EXPECT_EQ(row, (Json{{"address", "10.0.0.5"},
                       {"port", 2070},
                       {"mac", "52:54:00:00:00:01"},
                       {"network", "boot0 10.0.0.1/24 vlan 7"},
                       {"path", "vmlinuz"},
                       {"bytes", 1000},
                       {"bytes_acknowledged", 900},
                       {"bytes_per_second", 10},
                       {"blocks_resent", 0},
                       {"seconds", 90},
                       {"silent_seconds", 10}}));
}

TEST_F(ApiTransfersTest, ComesInPages) {
  for (std::uint16_t port = 1; port <= 3; ++port) run_transfer(port);
  Json page = ask({{"limit", "2"}});
  EXPECT_EQ(page.at("transfers").size(), 2u);
  EXPECT_EQ(page.at("next"), "10.0.0.5:2");
  page = ask({{"limit", "2"}, {"after", "10.0.0.5:2"}});
  EXPECT_EQ(page.at("transfers").at(0).at("port"), 3);
  EXPECT_EQ(page.at("next"), nullptr);
  EXPECT_EQ(ask({{"limit", "3"}}).at("next"), nullptr) << "a page that is just full is the last";
}

TEST_F(ApiTransfersTest, FindsAClient) {
  run_transfer(1);
  EXPECT_EQ(ask({{"address", "10.0.0.5"}}).at("transfers").size(), 1u);
  EXPECT_TRUE(ask({{"address", "10.0.0.6"}}).at("transfers").empty());
}

TEST_F(ApiTransfersTest, RefusesWhatIsNoParameter) {
  EXPECT_EQ(ask({{"address", "10.0.0"}}, 400).at("error"),
            "parameter 'address': '10.0.0' is not what it takes; expected an IPv4 address like "
            "10.20.0.7");
  EXPECT_EQ(ask({{"after", "10.0.0.5"}}, 400).at("error"),
            "parameter 'after': '10.0.0.5' is not what it takes; expected a client's address and "
            "port, like 10.20.0.7:2070, behind which the page begins");
  ask({{"limit", "1001"}}, 400);
}

}  // namespace
}  // namespace stentor::control
