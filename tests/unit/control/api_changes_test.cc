// SPDX-License-Identifier: BSD-3-Clause
// Goal: what changes something is done when it is asked for by its method alone, and the answer is
// what became of it.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"
#include "control/log.h"
#include "reload_clerk.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

class ApiChangesTest : public ApiFixture {
 protected:
  ApiChangesTest() : ApiFixture({.begin = 20ms, .end = 20ms}) {}

  HttpReply post(const std::string& path) { return api.answer({.method = "POST", .path = path}); }
};

TEST_F(ApiChangesTest, SaysThatAReloadIsTaken) {
  const ReloadClerk clerk(reloads, [](ReloadKind) {
    return ReloadOutcome{.is_taken = true, .generation = 7, .warnings = {"a pool is small"}};
  });
  const HttpReply reply = post("/v1/config/reload");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(Json::parse(reply.body), Json({{"generation", 7}, {"warnings", {"a pool is small"}}}));
}

TEST_F(ApiChangesTest, SaysEveryReasonWhyAReloadIsRefused) {
  const ReloadClerk clerk(reloads, [](ReloadKind) {
    return ReloadOutcome{.generation = 6, .reasons = {"f:1:2: no", "f:3:4: no"}};
  });
  const HttpReply reply = post("/v1/config/reload");
  EXPECT_EQ(reply.status, 422u);
  const Json json = Json::parse(reply.body);
  EXPECT_EQ(json.at("generation"), 6);
  EXPECT_EQ(json.at("reasons"), Json({"f:1:2: no", "f:3:4: no"}));
  EXPECT_NE(json.at("error").get<std::string>().find("serves on"), std::string::npos);
}

TEST_F(ApiChangesTest, SaysWhatADryRunFinds) {
  bool is_taken = true;
  const ReloadClerk clerk(reloads, [&](ReloadKind kind) {
    EXPECT_EQ(kind, ReloadKind::dry_run);
    using Kind = config::Change::Kind;
    ReloadOutcome outcome{.is_taken = is_taken, .generation = 6};
    outcome.difference = {.changes = {{.path = "a.b", .from = "1", .to = "2"},
                                      {.kind = Kind::added, .path = "c[d]"},
                                      {.kind = Kind::removed, .path = "e", .from = "3"}},
                          .left_out = 4};
    if (!is_taken) outcome.reasons = {"a.b cannot change"};
    return outcome;
  });
  const auto dry_run = [&] {
    return api.answer(
        {.method = "POST", .path = "/v1/config/reload", .query = {{"dry-run", "true"}}});
  };
  const HttpReply good = dry_run();
  EXPECT_EQ(good.status, 200u);
  const Json json = Json::parse(good.body);
  EXPECT_EQ(json.at("changes"), Json::parse(R"([
    {"kind": "changed", "path": "a.b", "from": "1", "to": "2", "text": "~ a.b: 1 -> 2"},
    {"kind": "added", "path": "c[d]", "text": "+ c[d]"},
    {"kind": "removed", "path": "e", "from": "3", "text": "- e: 3"}])"));
  EXPECT_EQ(json.at("changes_left_out"), 4);
  is_taken = false;
  const HttpReply bad = dry_run();
  EXPECT_EQ(bad.status, 422u);
  EXPECT_EQ(Json::parse(bad.body).at("changes"), json.at("changes"));
  EXPECT_EQ(Json::parse(bad.body).at("reasons"), Json({"a.b cannot change"}));
}

TEST_F(ApiChangesTest, TakesNoOtherWordForADryRun) {
  const ReloadClerk clerk(reloads, [](ReloadKind) -> ReloadOutcome {
    ADD_FAILURE() << "it was begun";
    return {};
  });
  for (const char* word : {"", "1", "yes", "True", "true "}) {
    const HttpReply reply =
        api.answer({.method = "POST", .path = "/v1/config/reload", .query = {{"dry-run", word}}});
    EXPECT_EQ(reply.status, 400u) << word;
  }
}

TEST_F(ApiChangesTest, SaysWhenItHasNoOutcome) {
  const HttpReply not_begun = post("/v1/config/reload");
  EXPECT_EQ(not_begun.status, 503u);
  EXPECT_NE(not_begun.body.find("nothing was read"), std::string::npos) << not_begun.body;
  const ReloadClerk slow(reloads, [](ReloadKind) {
    std::this_thread::sleep_for(200ms);
    return ReloadOutcome{};
  });
  const HttpReply not_decided = post("/v1/config/reload");
  EXPECT_EQ(not_decided.status, 503u);
  EXPECT_NE(not_decided.body.find("the log will say"), std::string::npos) << not_decided.body;
}

TEST_F(ApiChangesTest, SaysWhenADryRunLastsTooLong) {
  const ReloadClerk slow(reloads, [](ReloadKind) {
    std::this_thread::sleep_for(200ms);
    return ReloadOutcome{};
  });
  const HttpReply reply =
      api.answer({.method = "POST", .path = "/v1/config/reload", .query = {{"dry-run", "true"}}});
  EXPECT_EQ(reply.status, 503u);
  EXPECT_NE(reply.body.find("outcome is lost"), std::string::npos) << reply.body;
}

TEST_F(ApiChangesTest, BeginsAndEndsADrain) {
  const auto put = [&](const char* state) {
    return api.answer({.method = "PUT", .path = "/v1/drain", .query = {{"state", state}}});
  };
  for (const char* state : {"", "On", "true"}) EXPECT_EQ(put(state).status, 400u) << state;
  EXPECT_FALSE(reloads.wants_drain());
  EXPECT_EQ(Json::parse(put("on").body), Json({{"draining", true}}));
  EXPECT_TRUE(reloads.wants_drain());
  EXPECT_EQ(Json::parse(put("off").body), Json({{"draining", false}}));
  EXPECT_FALSE(reloads.wants_drain());
}

TEST_F(ApiChangesTest, SetsTheLevelOfTheLog) {
  const auto put = [&](std::vector<std::pair<std::string, std::string>> query) {
    return api.answer({.method = "PUT", .path = "/v1/log-level", .query = std::move(query)});
  };
  for (const char* level : {"error", "debug", "warning", "info"}) {
    const HttpReply reply = put({{"level", level}});
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(Json::parse(reply.body), Json({{"level", level}}));
    EXPECT_EQ(name_of(log_level()), level);
    EXPECT_EQ(api.answer({.method = "GET", .path = "/v1/log-level"}).body, reply.body);
  }
  for (const char* level : {"", "INFO", "trace", "info "}) {
    EXPECT_EQ(put({{"level", level}}).status, 400u) << level;
  }
  EXPECT_EQ(put({}).status, 400u);
  EXPECT_EQ(name_of(log_level()), "info") << "mistakes change nothing";
}

TEST_F(ApiChangesTest, DoesNothingWhenItIsAskedOtherwise) {
  const ReloadClerk clerk(reloads, [](ReloadKind) -> ReloadOutcome {
    ADD_FAILURE() << "there was a reload";
    return {};
  });
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "post"}) {
    const HttpReply reply = api.answer({.method = method, .path = "/v1/config/reload"});
    EXPECT_EQ(reply.status, 405u) << method;
    EXPECT_EQ(reply.allow, "POST");
  }
  EXPECT_EQ(
      api.answer({.method = "POST", .path = "/v1/config/reload", .query = {{"now", ""}}}).status,
      400u);
  EXPECT_EQ(api.answer({.method = "POST", .path = "/v1/config/reload", .has_body = true}).status,
            400u);
  EXPECT_EQ(api.answer_metrics({.method = "POST", .path = "/v1/config/reload"}).status, 404u);
}

}  // namespace
}  // namespace stentor::control
