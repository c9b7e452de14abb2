// SPDX-License-Identifier: BSD-3-Clause
// Goal: a program that asks gets the whole answer, or learns which kind of nothing it got.
#include "control/http_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "control/http_server.h"
#include "socket_fixture.h"

namespace stentor::control {
namespace {

using Kind = HttpFailure::Kind;

class HttpClientTest : public SocketFixture {
 protected:
  // Somebody who says `text` to the first who connects, and closes.
  [[nodiscard]] auto ask_one_who_says(const std::string& text) {
    const base::Descriptor listening = listen_on(at("s"));
    std::thread other([&] {
      pollfd newcomer{listening.number(), POLLIN, 0};
      static_cast<void>(::poll(&newcomer, 1, 10'000));
      const base::Descriptor socket(::accept(listening.number(), nullptr, nullptr));
      std::array<char, 4096> question;
      static_cast<void>(::recv(socket.number(), question.data(), question.size(), 0));
      send(socket, text);
    });
    auto answer = ask(at("s"), "GET", "/");
    other.join();
    return answer;
  }
};

TEST_F(HttpClientTest, GetsALongAnswerWhole) {
  const base::Descriptor listening = listen_on(at("s"));
  const std::string body(3 << 20, 'x');
  const auto server = HttpServer::start({{listening.number(), [&](const HttpRequest& request) {
                                            EXPECT_EQ(request.method, "PUT");
                                            EXPECT_EQ(request.path, "/v1/a b");
                                            EXPECT_FALSE(request.has_body);
                                            return HttpReply{.status = 404, .body = body};
                                          }}});
  const auto answer = ask(at("s"), "PUT", "/v1/" + percent_encoded("a b"));
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->status, 404u);
  EXPECT_EQ(answer->body, body);
}

TEST_F(HttpClientTest, SaysThatNobodyIsThere) {
  for (const std::string& path : {at("absent"), std::string(), "/" + std::string(200, 'a')}) {
    const auto answer = ask(path, "GET", "/");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::unreachable) << answer.error().sentence;
  }
  EXPECT_NE(
      ask(at("absent"), "GET", "/").error().sentence.find("no stentord answers on " + at("absent")),
      std::string::npos);
}

TEST_F(HttpClientTest, SaysThatItWaitedInVain) {
  const base::Descriptor deaf = listen_on(at("s"));
  const auto answer = ask(at("s"), "GET", "/", std::chrono::seconds{1});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unreachable);
  EXPECT_NE(answer.error().sentence.find("nothing came for 1 s"), std::string::npos)
      << answer.error().sentence;
}

TEST_F(HttpClientTest, KnowsWhatIsNoAnswer) {
  for (const char* text : {"", "220 mail.example ESMTP\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nno end of headers"}) {
    std::filesystem::remove(at("s"));
    const auto answer = ask_one_who_says(text);
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().kind, Kind::broken) << text;
  }
}

TEST(PercentEncoded, LeavesWhatIsPlainAlone) {
  EXPECT_EQ(percent_encoded("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encoded("10.0.0.0/8 &=%\xff"), "10.0.0.0%2f8%20%26%3d%25%ff");
}

}  // namespace
}  // namespace stentor::control
