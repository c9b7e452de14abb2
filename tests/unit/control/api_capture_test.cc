// SPDX-License-Identifier: BSD-3-Clause
// Goal: a capture is what was asked for, or a sentence says why there is none.
#include <gtest/gtest.h>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

class ApiCaptureTest : public ApiFixture {
 protected:
  HttpReply open(const Query& query) {
    return api.answer({.method = "GET", .path = "/v1/capture", .query = query});
  }
};

TEST_F(ApiCaptureTest, IsAFileThatGrows) {
  const HttpReply reply = open({{"mac", "52:54:00:12:34:56"},
                                {"address", "10.20.0.7"},
                                {"port", "69"},
                                {"drops", "true"},
                                {"snap", "64"},
                                {"frames", "7"},
                                {"seconds", "9"}});
  ASSERT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(reply.type, "application/x-pcapng");
  ASSERT_NE(reply.stream, nullptr);
  EXPECT_TRUE(reply.stream->next(base::MonotonicClock::now()).starts_with("\n\r\r\n"));
}

TEST_F(ApiCaptureTest, RefusesWhatItCannotTake) {
  for (const auto& [name, value] :
       {std::pair{"mac", "52:54"}, std::pair{"address", "10.20.0.0/16"}, std::pair{"port", "0"},
        std::pair{"port", "65536"}, std::pair{"port", "tftp"}, std::pair{"drops", "yes"},
        std::pair{"snap", "0"}, std::pair{"snap", "16385"}, std::pair{"frames", "0"},
        std::pair{"frames", "1000000001"}, std::pair{"seconds", "0"}, std::pair{"seconds", "86401"},
        std::pair{"ip", "10.20.0.7"}}) {
    const HttpReply reply = open({{name, value}});
    EXPECT_EQ(reply.status, 400u) << name << "=" << value;
    EXPECT_NE(reply.body.find(name), std::string::npos) << reply.body;
    EXPECT_EQ(reply.stream, nullptr);
  }
}

TEST_F(ApiCaptureTest, RunsOneAtATime) {
  {
    const HttpReply first = open({});
    EXPECT_EQ(first.status, 200u);
    const HttpReply second = open({});
    EXPECT_EQ(second.status, 409u);
    EXPECT_NE(second.body.find("a capture runs already"), std::string::npos) << second.body;
  }
  EXPECT_EQ(open({}).status, 200u);
}

}  // namespace
}  // namespace stentor::control
