// SPDX-License-Identifier: BSD-3-Clause
// Goal: what an operator releases is nobody's when the answer says so, and no other answer says so.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;

class ApiReleaseTest : public ApiFixture {
 protected:
  ApiReleaseTest() {
    report.held = {{report.first + 1, lease::State::bound},
                   {report.first + 2, lease::State::offered},
                   {report.first + 3, lease::State::declined}};
  }
  HttpReply ask(const std::string& method, const std::string& address) {
    return api.answer({.method = method, .path = "/v1/leases/" + address});
  }
  HttpReply release(const std::string& address) { return ask("DELETE", address); }
};

TEST_F(ApiReleaseTest, SaysWhatAnAddressWas) {
  for (const auto& [address, was] :
       {std::pair{"10.0.0.1", "bound"}, {"10.0.0.2", "offered"}, {"10.0.0.3", "declined"}}) {
    const HttpReply reply = release(address);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    EXPECT_EQ(Json::parse(reply.body), Json({{"address", address}, {"was", was}}));
    EXPECT_EQ(release(address).status, 404u) << "once";
  }
  EXPECT_TRUE(report.held.empty());
  EventLog::Cursor cursor;
  const auto told = events.take(cursor, kAllEvents, 10).events;
  ASSERT_EQ(told.size(), 3u) << "each is an event";
  EXPECT_EQ(told[0].type, EventType::lease);
  EXPECT_EQ(told[0].what, "released");
  EXPECT_EQ(told[0].glimpse.address.text().view(), "10.0.0.1");
}

TEST_F(ApiReleaseTest, IsAskedForByDeleteAlone) {
  for (const char* method : {"GET", "HEAD", "PUT", "POST"}) {
    const HttpReply reply = ask(method, "10.0.0.1");
    EXPECT_EQ(reply.status, 405u) << method;
    EXPECT_EQ(reply.allow, "DELETE");
  }
  EXPECT_EQ(report.held.size(), 3u);
}

TEST_F(ApiReleaseTest, TakesOneAddressAndNothingElse) {
  for (const char* address : {"10.0.0", "10.0.0.256", "node9", "{address}", "10.0.0.1 "}) {
    EXPECT_EQ(release(address).status, 400u) << address;
  }
  for (const char* path : {"", "10.0.0.1/", "10.0.0.1/x", "/10.0.0.1"}) {
    EXPECT_EQ(release(path).status, 404u) << path;
  }
  const HttpReply twice = api.answer(
      {.method = "DELETE", .path = "/v1/leases/10.0.0.1", .query = {{"address", "10.0.0.2"}}});
  EXPECT_EQ(twice.status, 400u) << "in the path alone";
  EXPECT_EQ(report.held.size(), 3u);
}

TEST_F(ApiReleaseTest, SaysThatTheDiskFails) {
  report.release_outcome = Release::not_on_disk;
  const HttpReply reply = release("10.0.0.1");
  EXPECT_EQ(reply.status, 500u);
  EXPECT_NE(reply.body.find("has not reached the disk"), std::string::npos) << reply.body;
}

TEST_F(ApiReleaseTest, ChangesNothingWithoutTheLock) {
  report.release_outcome = Release::busy;
  EXPECT_EQ(release("10.0.0.1").status, 503u);
}

}  // namespace
}  // namespace stentor::control
