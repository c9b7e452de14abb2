// SPDX-License-Identifier: BSD-3-Clause
// Goal: a reply that is not known yet comes once it is, and keeps nobody else waiting, whatever its
// client does meanwhile.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "control/http_client.h"
#include "control/http_server.h"
#include "tls_fixture.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;

// What becomes known, and how often that was looked for.
struct Fact {
  std::atomic<bool> is_known{false};
  std::atomic<int> looks{0};
  std::atomic<int> known_from_look{INT32_MAX};  // by itself
  std::atomic<int> alive{0};                    // who waits for it
};

class UntilKnown final : public HttpLater {
 public:
  UntilKnown(Fact& fact, std::string body) : fact_(fact), body_(std::move(body)) { ++fact_.alive; }
  ~UntilKnown() override { --fact_.alive; }

  std::optional<HttpReply> look(base::Time /*now*/) override {
    if (++fact_.looks < fact_.known_from_look && !fact_.is_known) return std::nullopt;
    return HttpReply{.status = 201, .body = body_, .type = "text/plain"};
  }

 private:
  Fact& fact_;
  const std::string body_;
};

constexpr std::string_view kPlain = "GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
constexpr std::string_view kFirst = "PUT /first HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kFirstAndLast =
    "PUT /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
constexpr std::string_view kSecondAndLast =
    "PUT /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

class HttpLaterTest : public TlsFixture {
 protected:
  HttpReply answer(const HttpRequest& request) {
    ++requests;
    if (request.path == "/first") {
      return {.later = std::make_shared<UntilKnown>(first, "the first")};
    }
    if (request.path == "/second") {
      return {.later = std::make_shared<UntilKnown>(second, "the second")};
    }
    return {.body = "plain", .type = "text/plain"};
  }
  [[nodiscard]] HttpHandler handler() {
    return [this](const HttpRequest& request) { return answer(request); };
  }
  void serve_here(const HttpLimits& limits = {}) {
    listening = SocketFixture::listen_on(at("s"));
    server = *HttpServer::start({{listening.number(), handler()}}, limits);
  }
  // On a connection of its own.
  [[nodiscard]] base::Descriptor begin(std::string_view request) const {
    base::Descriptor socket = connect_to(at("s"));
    send(socket, request);
    return socket;
  }
  [[nodiscard]] bool is_served() const {
    return receive_all(begin(kPlain)).ends_with("\r\n\r\nplain");
  }
  static bool is_soon(const std::atomic<int>& number, int wanted) {
    for (int i = 0; i < 5000 && number != wanted; ++i) std::this_thread::sleep_for(1ms);
    return number == wanted;
  }
  // Longer than it takes to be looked for once.
  static bool is_looked_for(const Fact& fact) {
    for (int i = 0; i < 5000 && fact.looks < 3; ++i) std::this_thread::sleep_for(1ms);
    return fact.looks >= 3;
  }
  static bool has_heard(const base::Descriptor& socket) {
    pollfd wait{socket.number(), POLLIN, 0};
    return ::poll(&wait, 1, 0) == 1;
  }
  // Of a connection that goes on.
  static std::string receive_until(const base::Descriptor& socket, std::string_view end) {
    std::string text;
    std::array<char, 512> more;
    pollfd wait{socket.number(), POLLIN, 0};
    while (!text.ends_with(end) && ::poll(&wait, 1, 10'000) == 1) {
      const ssize_t count = ::recv(socket.number(), more.data(), more.size(), 0);
      if (count <= 0) break;
      text.append(more.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  ~HttpLaterTest() override { server.reset(); }

  Fact first;
  Fact second;
  std::atomic<int> requests{0};
};

TEST_F(HttpLaterTest, ComesOnceItIsKnownWhileOthersAreAnswered) {
  serve_here();
  const base::Descriptor waiting = begin(kFirstAndLast);
  ASSERT_TRUE(is_looked_for(first));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_served());
  EXPECT_FALSE(has_heard(waiting));
  first.is_known = true;
  const std::string answer = receive_all(waiting);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/plain\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nthe first")) << answer;
  EXPECT_EQ(requests, 4) << "each was handed on once";
  EXPECT_TRUE(is_soon(first.alive, 0));
}

TEST_F(HttpLaterTest, ComesAtOnceWhereItIsKnown) {
  serve_here();
  first.is_known = true;
  EXPECT_TRUE(receive_all(begin(kFirstAndLast)).ends_with("\r\n\r\nthe first"));
  EXPECT_EQ(first.looks, 1);
}

// Every half second, as at idle connections, it takes a minute.
TEST_F(HttpLaterTest, IsLookedForEachMillisecondOrSo) {
  serve_here();
  first.known_from_look = 120;
  const base::Time begun = base::MonotonicClock::now();
  EXPECT_TRUE(receive_all(begin(kFirstAndLast), 20'000).ends_with("\r\n\r\nthe first"));
  EXPECT_LT(base::MonotonicClock::now() - begun, 10s);
}

TEST_F(HttpLaterTest, OfEachComesWhenItsOwnIsKnown) {
  serve_here();
  const base::Descriptor one = begin(kFirstAndLast);
  const base::Descriptor other = begin(kSecondAndLast);
  ASSERT_TRUE(is_looked_for(first) && is_looked_for(second));
  second.is_known = true;
  EXPECT_TRUE(receive_all(other).ends_with("\r\n\r\nthe second"));
  EXPECT_FALSE(has_heard(one));
  first.is_known = true;
  EXPECT_TRUE(receive_all(one).ends_with("\r\n\r\nthe first"));
}

TEST_F(HttpLaterTest, ComesToSeveralWhoWaitForTheSame) {
  serve_here();
  std::vector<base::Descriptor> all;
  for (int i = 0; i < 20; ++i) all.push_back(begin(kFirstAndLast));
  ASSERT_TRUE(is_soon(first.alive, 20));
  first.is_known = true;
  for (const base::Descriptor& each : all) {
    EXPECT_TRUE(receive_all(each).ends_with("\r\n\r\nthe first"));
  }
}

TEST_F(HttpLaterTest, LeavesTheConnectionToTheNextRequest) {
  serve_here();
  const base::Descriptor socket = begin(kFirst);
  ASSERT_TRUE(is_looked_for(first));
  first.is_known = true;
  EXPECT_TRUE(receive_until(socket, "the first").ends_with("\r\n\r\nthe first"));
  // Another one that is waited for, and one that is not.
  first.is_known = false;
  first.looks = 0;
  send(socket, kFirst);
  ASSERT_TRUE(is_looked_for(first));
  EXPECT_FALSE(has_heard(socket)) << "it is not the reply of the one before";
  first.is_known = true;
  EXPECT_TRUE(receive_until(socket, "the first").ends_with("\r\n\r\nthe first"));
  send(socket, kPlain);
  EXPECT_TRUE(receive_all(socket).ends_with("\r\n\r\nplain"));
  EXPECT_EQ(requests, 3);
}

TEST_F(HttpLaterTest, IsBeforeWhatWasAskedBehindIt) {
  serve_here();
  const base::Descriptor socket = begin(kFirst);
  send(socket, kPlain);
  ASSERT_TRUE(is_looked_for(first));
  EXPECT_FALSE(has_heard(socket));
  first.is_known = true;
  const std::string answers = receive_all(socket);
  EXPECT_LT(answers.find("the first"), answers.find("HTTP/1.1 200")) << answers;
  EXPECT_TRUE(answers.ends_with("\r\n\r\nplain")) << answers;
}

TEST_F(HttpLaterTest, ComesToWhoSentABodyThatNobodyReads) {
  serve_here();
  const base::Descriptor socket =
      begin("PUT /first HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_TRUE(is_looked_for(first));
  first.is_known = true;
  EXPECT_TRUE(receive_all(socket).ends_with("\r\n\r\nthe first"));
  EXPECT_EQ(requests, 1);
}

TEST_F(HttpLaterTest, IsNobodysWhenItsClientHasGone) {
  serve_here({.connections = 2});
  {
    const base::Descriptor impatient = begin(kFirst);
    ASSERT_TRUE(is_looked_for(first));
  }
  EXPECT_TRUE(is_served());
  first.is_known = true;
  EXPECT_TRUE(is_soon(first.alive, 0)) << "it is kept";
  // Its place is free: two others wait at the same time.
  first.is_known = false;
  const base::Descriptor one = begin(kFirstAndLast);
  ASSERT_TRUE(is_soon(first.alive, 1));
  const base::Descriptor other = begin(kSecondAndLast);
  ASSERT_TRUE(is_soon(second.alive, 1));
  first.is_known = true;
  second.is_known = true;
  EXPECT_TRUE(receive_all(one).ends_with("\r\n\r\nthe first"));
  EXPECT_TRUE(receive_all(other).ends_with("\r\n\r\nthe second"));
}

TEST_F(HttpLaterTest, IsNotWaitedForLongerThanAnExchangeMayTake) {
  serve_here({.exchange_time = 300ms});
  const base::Descriptor socket = begin(kFirst);
  EXPECT_EQ(receive_all(socket), "") << "it was cut";
  first.is_known = true;
  EXPECT_TRUE(is_soon(first.alive, 0));
  EXPECT_TRUE(is_served());
}

TEST_F(HttpLaterTest, EndsWithTheServer) {
  serve_here();
  const base::Descriptor one = begin(kFirst);
  const base::Descriptor other = begin(kFirstAndLast);
  ASSERT_TRUE(is_soon(first.alive, 2));
  const base::Time begun = base::MonotonicClock::now();
  server.reset();
  EXPECT_LT(base::MonotonicClock::now() - begun, 5s);
  EXPECT_EQ(first.alive, 0);
  for (const base::Descriptor* each : {&one, &other}) {
    const std::string answer = receive_all(*each);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_TRUE(answer.ends_with("{\"error\": \"stentord ends\"}\n")) << answer;
  }
}

TEST_F(HttpLaterTest, ComesByTlsAlsoWhenTheCertificateIsRenewedMeanwhile) {
  serve(handler(), &identity);
  const UrlServer old = secure();
  std::thread waiting([&] {
    const auto heard = ask(old, "PUT", "/first", 10s);
    ASSERT_TRUE(heard) << heard.error().sentence;
    EXPECT_EQ(heard->body, "the first");
    EXPECT_EQ(heard->status, 201u);
  });
  EXPECT_TRUE(is_looked_for(first));
  EXPECT_TRUE(server->renew(0, renewed_identity()));
  trust(kRenewedCertificate);
  const auto other = ask(secure(), "GET", "/plain");
  EXPECT_TRUE(other);
  first.is_known = true;
  waiting.join();
  EXPECT_TRUE(is_soon(first.alive, 0));
}

}  // namespace
}  // namespace stentor::control
