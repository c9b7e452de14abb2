// SPDX-License-Identifier: BSD-3-Clause
// Goal: nobody passes without a token, nobody changes anything with the read token, and no reply
// tells what a token is.
#include "control/token_gate.h"

#include <gtest/gtest.h>

namespace stentor::control {
namespace {

constexpr const char* kRead = "read-token-0123456789-0123456789";
constexpr const char* kWrite = "write-token-0123456789-0123456789";

class TokenGateTest : public testing::Test {
 protected:
  // 200: it passes.
  unsigned status(const char* method, const std::string& authorization) {
    const auto refusal =
        gate.refusal({.method = method, .path = "/", .authorization = authorization});
    if (!refusal) return 200;
    EXPECT_TRUE(refusal->authenticate.starts_with("Bearer realm=")) << refusal->authenticate;
    for (const std::string& said : {refusal->body, refusal->authenticate}) {
      EXPECT_EQ(said.find("0123456789"), std::string::npos) << said;
    }
    return refusal->status;
  }
  unsigned status_of(const char* method, const std::string& token) {
    return status(method, "Bearer " + token);
  }

  TokenGate gate{{kRead, kWrite}, std::equal_to<>()};
};

TEST_F(TokenGateTest, LetsReadersAsk) {
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_EQ(status_of(method, kRead), 200u);
    EXPECT_EQ(status_of(method, kWrite), 200u);
  }
}

TEST_F(TokenGateTest, LetsWritersAloneChangeAnything) {
  for (const char* method : {"PUT", "POST", "DELETE", "PATCH", "get", ""}) {
    EXPECT_EQ(status_of(method, kRead), 403u) << method;
    EXPECT_EQ(status_of(method, kWrite), 200u) << method;
  }
}

TEST_F(TokenGateTest, LetsWritersAloneSeeFrames) {
  for (const char* method : {"GET", "HEAD"}) {
    const HttpRequest request{.method = method, .path = "/v1/capture"};
    for (const auto& [token, expected] : {std::pair{kRead, 403u}, std::pair{kWrite, 200u}}) {
      HttpRequest with_token = request;
      with_token.authorization = std::string("Bearer ") + token;
      const auto refusal = gate.refusal(with_token);
      EXPECT_EQ(refusal ? refusal->status : 200u, expected) << method;
    }
  }
}

// A capture's is asked often, or it loses frames.
TEST_F(TokenGateTest, AsksAStreamAsOftenAsItWants) {
  class Often final : public HttpStream {
   public:
    std::string next(base::Time /*now*/) override { return {}; }
    [[nodiscard]] std::optional<base::Duration> period() const override {
      return std::chrono::milliseconds{7};
    }
  };
  const HttpRequest request{.method = "GET", .path = "/"};
  const HttpReply guarded = gate.guard(request, {.stream = std::make_shared<Often>()});
  EXPECT_EQ(guarded.stream->period(), std::chrono::milliseconds{7});
}

TEST_F(TokenGateTest, RefusesWhatIsNoToken) {
  const std::string token(kWrite);
  for (const std::string& authorization :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Bearer    "),
        "Basic " + token, token, "Bearer" + token, "Bearer " + token + "x",
        "Bearer " + token.substr(1), "Bearer " + token + " " + token, "Bearer x" + token,
        " Bearer " + token}) {
    for (const char* method : {"GET", "DELETE"}) {
      EXPECT_EQ(status(method, authorization), 401u) << authorization;
    }
  }
}

TEST_F(TokenGateTest, TakesTheSchemeInAnyCase) {
  // Goal: RFC 9110 section 11.1; RFC 6750 section 2.1 has one blank, some send more.
  EXPECT_EQ(status("GET", std::string("bearer ") + kRead), 200u);
  EXPECT_EQ(status("GET", std::string("BEARER   ") + kRead + " "), 200u);
}

TEST_F(TokenGateTest, SaysWhatIsWrong) {
  const auto error_of = [&](const char* method, const char* authorization) {
    return gate.refusal({.method = method, .path = "/", .authorization = authorization})
        ->authenticate;
  };
  // RFC 6750 section 3.1: who shows nothing hears of no error.
  EXPECT_EQ(error_of("GET", ""), "Bearer realm=\"stentor\"");
  EXPECT_NE(error_of("GET", "Bearer x").find("error=\"invalid_token\""), std::string::npos);
  const std::string read = std::string("Bearer ") + kRead;
  EXPECT_NE(error_of("PUT", read.c_str()).find("error=\"insufficient_scope\""), std::string::npos);
}

TEST_F(TokenGateTest, KnowsTheTokensOfAReload) {
  gate.set({"", "another-token"});
  EXPECT_EQ(status_of("GET", kRead), 401u);
  EXPECT_EQ(status_of("PUT", kWrite), 401u);
  EXPECT_EQ(status_of("PUT", "another-token"), 200u);
  gate.set({"a-reader", ""});
  EXPECT_EQ(status_of("GET", "a-reader"), 200u);
  EXPECT_EQ(status_of("PUT", "a-reader"), 403u);
  EXPECT_EQ(status_of("PUT", ""), 401u) << "the token that is not given is nobody's";
}

TEST_F(TokenGateTest, ComparesEachWithBothWhateverTheFirstSays) {
  int compared = 0;
  TokenGate counting({kRead, kWrite}, [&](std::string_view shown, std::string_view secret) {
    ++compared;
    return shown == secret;
  });
  for (const char* token : {kRead, kWrite, "nothing"}) {
    compared = 0;
    static_cast<void>(counting.refusal(
        {.method = "GET", .path = "/", .authorization = std::string("Bearer ") + token}));
    EXPECT_EQ(compared, 2) << token;
  }
}

TEST_F(TokenGateTest, CountsWhatItRefuses) {
  status("GET", "");
  status_of("GET", "wrong");
  status_of("PUT", "wrong");
  status_of("PUT", kRead);
  status_of("GET", kRead);
  EXPECT_EQ(gate.refusals().no_token, 1u);
  EXPECT_EQ(gate.refusals().wrong_token, 2u);
  EXPECT_EQ(gate.refusals().read_only, 1u);
}

// Goal: whose token is taken away hears no more, by a stream that it has open.
TEST_F(TokenGateTest, EndsAStreamWithItsToken) {
  class Endless final : public HttpStream {
    std::string next(base::Time /*now*/) override { return "more"; }
  };
  const auto open = [&](const char* token) {
    const HttpRequest request{
        .method = "GET", .path = "/", .authorization = std::string("Bearer ") + token};
    return gate.guard(request, {.stream = std::make_shared<Endless>()}).stream;
  };
  const auto reader = open(kRead);
  const auto writer = open(kWrite);
  EXPECT_EQ(reader->next({}), "more");
  EXPECT_FALSE(reader->has_ended());
  gate.set({"another-token", kWrite});
  EXPECT_TRUE(reader->has_ended());
  EXPECT_FALSE(writer->has_ended());
  gate.set({kRead, ""});
  EXPECT_TRUE(writer->has_ended());
  gate.set({kRead, kWrite});
  const HttpRequest early{
      .method = "GET", .path = "/", .authorization = std::string("Bearer ") + kRead};
  ASSERT_FALSE(gate.refusal(early));
  gate.set({"", kWrite});
  EXPECT_TRUE(gate.guard(early, {.stream = std::make_shared<Endless>()}).stream->has_ended())
      << "a reload while the answer was made";
  EXPECT_EQ(gate.refusals().wrong_token, 0u) << "no request was refused";
  EXPECT_EQ(gate.guard({}, {.body = "whole"}).stream, nullptr);
}

}  // namespace
}  // namespace stentor::control
