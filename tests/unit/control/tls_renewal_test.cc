// SPDX-License-Identifier: BSD-3-Clause
// Goal: a certificate that is renewed is shown to who connects from then on; who has connected
// before gets the answer that was asked for, to its end.
#include <atomic>
#include <filesystem>
#include <gtest/gtest.h>

#include "tls_fixture.h"

namespace stentor::control {
namespace {

using TlsRenewalTest = TlsFixture;

bool is_soon(const std::atomic<int>& number, int wanted) {
  for (int i = 0; i < 5000 && number != wanted; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return number == wanted;
}

TEST_F(TlsRenewalTest, IsShownToWhoConnectsFromThenOn) {
  serve([](const HttpRequest&) { return HttpReply{.body = "here"}; }, &identity);
  EXPECT_TRUE(ask(secure(), "GET", "/"));
  const auto renewed = server->renew(0, renewed_identity());
  ASSERT_TRUE(renewed) << renewed.error().sentence;
  EXPECT_FALSE(ask(secure(), "GET", "/")) << "the old one is shown";
  trust(kRenewedCertificate);
  const auto answer = ask(secure(), "GET", "/");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->body, "here");
}

TEST_F(TlsRenewalTest, ThatIsNoneChangesNothing) {
  serve([](const HttpRequest&) { return HttpReply{}; }, &identity);
  config::TlsIdentity mixed = renewed_identity();
  mixed.key = identity.key;
  const auto renewed = server->renew(0, mixed);
  ASSERT_FALSE(renewed);
  EXPECT_TRUE(renewed.error().sentence.starts_with("control.http.tls: "))
      << renewed.error().sentence;
  EXPECT_TRUE(ask(secure(), "GET", "/"));
}

// As a reload does that is asked for over TCP.
TEST_F(TlsRenewalTest, LeavesWhoAskedForItItsAnswer) {
  serve(
      [this](const HttpRequest&) {
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(server->renew(0, renewed_identity()));
        return HttpReply{.body = "renewed" + std::string(3 << 20, 'x')};
      },
      &identity);
  const auto answer = ask(secure(), "POST", "/");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_TRUE(answer->body.starts_with("renewed"));
  EXPECT_EQ(answer->body.size(), 7u + (3u << 20));
}

// Waits until somebody else has asked, says so and ends.
class UntilAnother final : public HttpStream {
 public:
  explicit UntilAnother(const std::atomic<int>& others) : others_(others) {}

  std::string next(base::Time /*now*/) override {
    if (others_ == 0) return {};
    has_ended_ = has_said_;  // what was said has been taken
    return std::exchange(has_said_, true) ? "" : "another";
  }
  bool has_ended() override { return has_ended_; }

 private:
  const std::atomic<int>& others_;
  bool has_said_ = false;
  bool has_ended_ = false;
};

TEST_F(TlsRenewalTest, LeavesAStreamToWhoReadsIt) {
  std::atomic<int> readers = 0;
  std::atomic<int> others = 0;
  serve(
      [&](const HttpRequest& request) {
        if (request.path != "/stream") {
          ++others;
          return HttpReply{};
        }
        ++readers;
        return HttpReply{.stream = std::make_shared<UntilAnother>(others)};
      },
      &identity);
  const UrlServer old = secure();
  std::thread reader([&] {
    const auto heard = ask(old, "GET", "/stream", std::chrono::seconds{10});
    ASSERT_TRUE(heard) << heard.error().sentence;
    EXPECT_EQ(heard->body, "another");
  });
  EXPECT_TRUE(is_soon(readers, 1));
  EXPECT_TRUE(server->renew(0, renewed_identity()));
  trust(kRenewedCertificate);
  EXPECT_TRUE(ask(secure(), "GET", "/"));
  reader.join();
  server.reset();
}

TEST_F(TlsRenewalTest, EndsWithStreamsOfSeveralCertificates) {
  const std::atomic<int> never = 0;
  std::atomic<int> readers = 0;
  serve(
      [&](const HttpRequest&) {
        ++readers;
        return HttpReply{.stream = std::make_shared<UntilAnother>(never)};
      },
      &identity);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    trust(i % 2 == 0 ? kCertificate : kRenewedCertificate);
    threads.emplace_back([there = secure()] {
      EXPECT_TRUE(ask(there, "GET", "/", std::chrono::seconds{10})) << "its end is no answer's";
    });
    EXPECT_TRUE(is_soon(readers, i + 1));
    EXPECT_TRUE(server->renew(0, i % 2 == 0 ? renewed_identity() : identity));
  }
  server.reset();
  for (std::thread& thread : threads) thread.join();
}

std::size_t open_files() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

TEST_F(TlsRenewalTest, KeepsNothingOfThoseThatNobodyIsConnectedBy) {
  serve([](const HttpRequest&) { return HttpReply{}; }, &identity);
  const auto renew_and_ask = [this](int times) {
    for (int i = 0; i < times; ++i) {
      EXPECT_TRUE(server->renew(0, identity));
      EXPECT_TRUE(ask(secure(), "GET", "/"));
    }
    return open_files();
  };
  const std::size_t before = renew_and_ask(3);
  EXPECT_LE(renew_and_ask(20), before + 3) << "the last connections may not be at their end";
}

TEST_F(TlsRenewalTest, LeavesTheLimitOfConnectionsToAllOfThem) {
  const std::atomic<int> never = 0;
  std::atomic<int> readers = 0;
  listen();
  const auto handler = [&](const HttpRequest&) {
    ++readers;
    return HttpReply{.stream = std::make_shared<UntilAnother>(never)};
  };
  server = *HttpServer::start({{listening.number(), handler, &identity}}, {.connections = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([there = secure()] { static_cast<void>(ask(there, "GET", "/")); });
    EXPECT_TRUE(is_soon(readers, i + 1));
    EXPECT_TRUE(server->renew(0, identity));
  }
  EXPECT_FALSE(ask(secure(), "GET", "/", std::chrono::seconds{2})) << "a third one";
  EXPECT_EQ(readers, 2);
  server.reset();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace stentor::control
