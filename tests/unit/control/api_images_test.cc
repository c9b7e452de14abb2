// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is served is listed by path, page by page, and what is not is named with its reason.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;
using Parameters = std::vector<std::pair<std::string, std::string>>;
using Paths = std::vector<std::string>;

class ApiImagesTest : public ApiFixture {
 protected:
  Json page(const Parameters& parameters) {
    const HttpReply reply =
        api.answer({.method = "GET", .path = "/v1/images", .query = parameters});
    EXPECT_EQ(reply.status, 200u) << reply.body;
    return Json::parse(reply.body);
  }
  Paths paths(const Parameters& parameters) {
    Paths paths;
    const Json listed = page(parameters);
    for (const Json& row : listed.at("images")) paths.push_back(row.at("path"));
    return paths;
  }
};

TEST_F(ApiImagesTest, ListsByPath) {
  report.serve(7, {"grub/b", "a", "grub/a", "z"});
  const Json all = page({});
  EXPECT_EQ(all.at("generation"), 7);
  EXPECT_EQ(all.at("served"), 4);
  EXPECT_EQ(all.at("images").at(0), Json({{"path", "a"}, {"bytes", 1}}));
  EXPECT_TRUE(all.at("next").is_null());
  EXPECT_EQ(paths({}), (Paths{"a", "grub/a", "grub/b", "z"}));
  EXPECT_EQ(paths({{"prefix", "grub/"}}), (Paths{"grub/a", "grub/b"}));
  EXPECT_EQ(paths({{"prefix", "h"}}), Paths{});
}

TEST_F(ApiImagesTest, GoesOnBehindAPage) {
  report.serve(1, {"a", "b", "c", "d", "e"});
  const Json first = page({{"limit", "2"}});
  EXPECT_EQ(first.at("next"), "b");
  EXPECT_EQ(paths({{"limit", "2"}, {"after", "b"}}), (Paths{"c", "d"}));
  EXPECT_EQ(paths({{"limit", "2"}, {"after", "d"}}), Paths{"e"});
  EXPECT_TRUE(page({{"limit", "3"}, {"after", "b"}}).at("next").is_null());
  EXPECT_EQ(paths({{"after", "bb"}, {"prefix", "a"}}), Paths{});
}

TEST_F(ApiImagesTest, FollowsWhatIsServed) {
  report.serve(1, {"a"});
  EXPECT_EQ(paths({}), Paths{"a"});
  report.serve(2, {"b", "c"});
  EXPECT_EQ(paths({}), (Paths{"b", "c"}));
}

TEST_F(ApiImagesTest, NamesWhatIsNotServed) {
  report.rejected = {.rows = {{"bad", "its hash is wrong"}}, .count = 12};
  const Json all = page({});
  EXPECT_EQ(all.at("rejected_count"), 12);
  EXPECT_EQ(all.at("rejected"), Json::parse(R"([{"path": "bad", "reason": "its hash is wrong"}])"));
}

TEST_F(ApiImagesTest, LetsGoOfWhatItHasBorrowed) {
  report.serve(1, {"a"});
  page({});
  EXPECT_EQ(report.generation.use_count(), 1);
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiImagesTest, RefusesWhatIsNoPage) {
  for (const auto& [name, value] :
       Parameters{{"limit", "0"}, {"limit", "many"}, {"prefix", std::string(256, 'a')}}) {
    const HttpReply reply =
        api.answer({.method = "GET", .path = "/v1/images", .query = {{name, value}}});
    EXPECT_EQ(reply.status, 400u) << name;
  }
}

}  // namespace
}  // namespace stentor::control
