// SPDX-License-Identifier: BSD-3-Clause
// Goal: an answer without an end is read as it comes, outlives what other answers may take, and
// ends with the server; who does not read it keeps nobody else waiting, nor its place.
#include "control/http_streams.h"

#include <atomic>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <thread>

#include "control/http_client.h"
#include "control/http_server.h"
#include "socket_fixture.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;

// Says "1\n", "2\n" and so on, as far as it may, and counts those that are there.
class Numbers : public HttpStream {
 public:
  Numbers(const std::atomic<int>& upto, std::atomic<int>& alive) : upto_(upto), alive_(alive) {
    ++alive_;
  }
  ~Numbers() override { --alive_; }

  std::string next(base::Time /*now*/) override {
    return said_ < upto_ ? std::to_string(++said_) + "\n" : std::string();
  }
  bool has_ended() override { return upto_ < 0; }

 private:
  const std::atomic<int>& upto_;
  std::atomic<int>& alive_;
  int said_ = 0;
};

// The same, of which nobody tells when there is more.
class Asked final : public Numbers {
 public:
  using Numbers::Numbers;
  [[nodiscard]] std::optional<base::Duration> period() const override { return 5ms; }
};

class HttpStreamsTest : public SocketFixture {
 protected:
  void serve(const HttpLimits& limits = {}) {
    listening = listen_on(at("s"));
    const auto handler = [this](const HttpRequest& request) {
      HttpReply reply{.body = "plain", .type = "text/event-stream"};
      if (request.path == "/asked") reply.stream = std::make_shared<Asked>(upto, alive);
      if (request.path == "/stream") reply.stream = std::make_shared<Numbers>(upto, alive);
      return reply;
    };
    server = *HttpServer::start({{listening.number(), handler}}, limits, news.number());
  }
  void say_upto(int number) {
    upto = number;
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(news.number(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  [[nodiscard]] bool is_soon(int streams) const {
    for (int i = 0; i < 500 && alive != streams; ++i) std::this_thread::sleep_for(10ms);
    return alive == streams;
  }

  std::atomic<int> upto{0};
  std::atomic<int> alive{0};
  base::Descriptor news{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  base::Descriptor listening;
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpStreamsTest, EndWhenTheyHaveNoMoreToSay) {
  serve();
  upto = 1;
  std::string text;
  const auto answer = follow(at("s"), "/stream", [&](std::string_view more) {
    text += more;
    say_upto(-1);
    return true;
  });
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->status, 200u);
  EXPECT_EQ(text, "1\n");
  EXPECT_TRUE(is_soon(0));
}

TEST_F(HttpStreamsTest, AreReadAsTheyCome) {
  serve();
  upto = 1;
  std::string text;
  const auto answer = follow(at("s"), "/stream", [&](std::string_view more) {
    text += more;
    const int number = upto;
    if (text.ends_with(std::to_string(number) + "\n") && number < 3) say_upto(number + 1);
    return !text.ends_with("3\n");
  });
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(text, "1\n2\n3\n");
  say_upto(4);
  EXPECT_TRUE(is_soon(0)) << "who has gone is found out by what comes next";
}

TEST_F(HttpStreamsTest, EndWhenTheirClientHasGoneAlsoWithNothingToSay) {
  serve();
  upto = 1;
  ASSERT_TRUE(follow(at("s"), "/stream", [](std::string_view /*more*/) { return false; }));
  EXPECT_TRUE(is_soon(0));
}

TEST_F(HttpStreamsTest, GoOnForAClientThatHasNothingMoreToAsk) {
  serve();
  const base::Descriptor client = connect_to(at("s"));
  send(client, "GET /stream HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(is_soon(1));
  ASSERT_EQ(::shutdown(client.number(), SHUT_WR), 0);
  std::this_thread::sleep_for(300ms);
  say_upto(1);
  std::string text;
  std::array<char, 512> more;
  while (!text.ends_with("1\n")) {
    const ssize_t count = ::recv(client.number(), more.data(), more.size(), 0);
    ASSERT_GT(count, 0) << text;
    text.append(more.data(), static_cast<std::size_t>(count));
  }
}

TEST_F(HttpStreamsTest, AreAskedAsOftenAsTheyWant) {
  serve();
  upto = 1;
  const base::Time begun = base::MonotonicClock::now();
  const auto answer =
      follow(at("s"), "/asked", [&](std::string_view /*more*/) { return ++upto <= 20; });
  ASSERT_TRUE(answer) << answer.error().sentence;
  // Looked at only as often as at connections, it takes two seconds.
  EXPECT_LT(base::MonotonicClock::now() - begun, 1s);
}

TEST_F(HttpStreamsTest, EndWithTheServer) {
  serve();
  upto = 2;
  const base::Descriptor socket = connect_to(at("s"));
  send(socket, "GET /stream HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(is_soon(1));
  server.reset();
  const std::string answer = receive_all(socket);
  EXPECT_TRUE(answer.starts_with("HTTP/1.")) << answer;
  EXPECT_EQ(alive, 0);
}

TEST_F(HttpStreamsTest, OutliveWhatAnAnswerMayTake) {
  serve({.exchange_time = 300ms, .stream_patience = 30s});
  upto = 1;
  const base::Descriptor socket = connect_to(at("s"));
  send(socket, "GET /stream HTTP/1.0\r\n\r\n");
  std::this_thread::sleep_for(2s);
  say_upto(2);
  std::thread stop([this] {
    std::this_thread::sleep_for(500ms);
    server.reset();
  });
  EXPECT_TRUE(receive_all(socket).ends_with("1\n2\n"));
  stop.join();
}

TEST_F(HttpStreamsTest, AreCutWhereNobodyReadsThem) {
  serve({.exchange_time = 5s, .stream_patience = 300ms});
  upto = 1'000'000'000;
  const base::Descriptor deaf = connect_to(at("s"));
  send(deaf, "GET /stream HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(is_soon(1));
  const auto answer = ask(at("s"), "GET", "/plain");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->body, "plain");
  EXPECT_TRUE(is_soon(0)) << "its place is kept";
}

TEST_F(HttpStreamsTest, HaveNoBodyForHead) {
  serve();
  upto = 1;
  const auto answer = ask(at("s"), "HEAD", "/stream");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->status, 200u);
  EXPECT_EQ(answer->body, "");
  EXPECT_TRUE(is_soon(0));
}

}  // namespace
}  // namespace stentor::control
