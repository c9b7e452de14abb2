// SPDX-License-Identifier: BSD-3-Clause
// Goal: of however large a table, a page is made of small pieces and is found whole, once each row.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;
using Parameters = std::vector<std::pair<std::string, std::string>>;
using Addresses = std::vector<std::string>;

class ApiLeasesTest : public ApiFixture {
 protected:
  // 10.0.0.1 is bound, .2 offered, .3 declined, and so on; of 256 addresses, 96 are somebody's.
  ApiLeasesTest() {
    report.records = 256;
    for (std::uint32_t host = 1; host <= 96; ++host) {
      constexpr std::array kStates{lease::State::bound, lease::State::offered,
                                   lease::State::declined};
      report.held[report.first + host] = kStates[(host - 1) % kStates.size()];
    }
  }

  HttpReply get(const Parameters& parameters) {
    return api.answer({.method = "GET", .path = "/v1/leases", .query = parameters});
  }
  Json page(const Parameters& parameters) {
    const HttpReply reply = get(parameters);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    return Json::parse(reply.body);
  }
  static Addresses addresses_in(const Json& page) {
    Addresses addresses;
    for (const Json& row : page.at("leases")) addresses.push_back(row.at("address"));
    return addresses;
  }
  // Page by page, as a client would.
  Addresses all(Parameters parameters) {
    parameters.emplace_back("after", "");
    Addresses found;
    for (Parameters first(parameters.begin(), parameters.end() - 1);;) {
      const Json one = page(found.empty() ? first : parameters);
      const Addresses addresses = addresses_in(one);
      found.insert(found.end(), addresses.begin(), addresses.end());
      if (one.at("next").is_null() || found.size() > 10'000) return found;
      parameters.back().second = one.at("next");
    }
  }
};

TEST_F(ApiLeasesTest, TellsOfALease) {
  const Json row = page({{"address", "10.0.0.1"}}).at("leases").at(0);
  EXPECT_EQ(row.at("address"), "10.0.0.1");
  EXPECT_EQ(row.at("state"), "bound");
  EXPECT_EQ(row.at("hostname"), "node1");
  EXPECT_EQ(row.at("seconds_left"), 60);
  EXPECT_FALSE(row.contains("mac")) << "what was not said is left out";
  EXPECT_EQ(report.pieces, 1u);
  EXPECT_EQ(report.most_slots, 1u) << "one address is one record";
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiLeasesTest, FindsEveryLeaseOnceWhateverThePageHolds) {
  for (const char* limit : {"1", "7", "96", "97", "1000"}) {
    const Addresses found = all({{"limit", limit}});
    EXPECT_EQ(found.size(), 96u) << limit;
    EXPECT_EQ(std::set(found.begin(), found.end()).size(), 96u) << limit;
  }
  EXPECT_EQ(addresses_in(page({})).size(), 96u);
  EXPECT_TRUE(page({{"limit", "96"}}).at("next").is_null()) << "nothing comes behind it";
}

TEST_F(ApiLeasesTest, FiltersByStateAndPlace) {
  EXPECT_EQ(all({{"state", "offered"}, {"limit", "5"}}).size(), 32u);
  EXPECT_EQ(all({{"subnet", "10.0.0.64/27"}}).size(), 32u);
  EXPECT_EQ(all({{"subnet", "10.0.0.64/27"}, {"state", "declined"}, {"limit", "2"}}).size(), 10u);
  EXPECT_TRUE(all({{"subnet", "10.9.0.0/16"}}).empty());
  EXPECT_TRUE(all({{"address", "10.0.0.200"}}).empty());
  EXPECT_EQ(all({{"subnet", "0.0.0.0/0"}}).size(), 96u);
}

TEST_F(ApiLeasesTest, FindsAMachineByItsMacAddress) {
  report.addresses = {wire::Ipv4Address{report.first + 4}, wire::Ipv4Address{report.first + 200}};
  EXPECT_EQ(addresses_in(page({{"mac", "52:54:00:00:00:07"}})), Addresses{"10.0.0.4"})
      << "the other one is nobody's any more";
  EXPECT_TRUE(addresses_in(page({{"mac", "52:54:00:00:00:08"}})).empty());
  EXPECT_TRUE(addresses_in(page({{"mac", "52:54:00:00:00:07"}, {"state", "offered"}})).empty());
}

TEST_F(ApiLeasesTest, LooksAtAManyRecordsInManySmallPieces) {
  report.held.clear();
  report.held[report.first + Api::kSlotsMax + 5] = lease::State::bound;
  report.records = Api::kSlotsMax + 10;
  const Json first = page({});
  EXPECT_TRUE(first.at("leases").empty());
  EXPECT_EQ(report.most_slots, Report::kSlotsAtOnce);
  EXPECT_EQ(report.pieces, Api::kSlotsMax / Report::kSlotsAtOnce);
  EXPECT_FALSE(first.at("next").is_null()) << "the table goes on";
  EXPECT_EQ(addresses_in(page({{"after", first.at("next")}})), Addresses{"10.16.0.5"});
}

TEST_F(ApiLeasesTest, EndsWithTheLastAddressThatThereIs) {
  report.held.clear();
  report.first = 0xffffff00;
  report.held[0xffffffff] = lease::State::bound;
  EXPECT_EQ(all({{"limit", "1"}}), Addresses{"255.255.255.255"});
  EXPECT_TRUE(all({{"after", "255.255.255.255"}}).empty());
}

TEST_F(ApiLeasesTest, RefusesWhatIsNone) {
  for (const auto& [name, value] : Parameters{{"address", "10.0.0"},
                                              {"address", ""},
                                              {"subnet", "10.0.0.0"},
                                              {"subnet", "10.0.0.0/33"},
                                              {"state", "free"},
                                              {"mac", "52:54:00"},
                                              {"after", "x"},
                                              {"limit", "0"},
                                              {"limit", "1001"},
                                              {"limit", "-1"},
                                              {"limit", "99999999999999999999"}}) {
    const HttpReply reply = get({{name, value}});
    EXPECT_EQ(reply.status, 400u) << name << '=' << value;
    const std::string sentence = Json::parse(reply.body).at("error");
    EXPECT_TRUE(sentence.starts_with("parameter '" + name + "': '" + value + "'")) << sentence;
  }
}

}  // namespace
}  // namespace stentor::control
