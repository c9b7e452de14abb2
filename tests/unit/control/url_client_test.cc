// SPDX-License-Identifier: BSD-3-Clause
// Goal: who asks over TCP gets the whole answer, or learns which kind of nothing it got; and a
// token goes to nobody whom it is not for.
#include "control/url_client.h"

#include <atomic>
#include <gtest/gtest.h>

#include "tls_fixture.h"

namespace stentor::control {
namespace {

using Kind = HttpFailure::Kind;

class UrlClientTest : public TlsFixture {
 protected:
  static Kind kind_of(const UrlServer& server) {
    const auto answer = ask(server, "GET", "/", std::chrono::seconds{1});
    EXPECT_FALSE(answer) << server.url;
    if (answer) return {};
    EXPECT_EQ(answer.error().sentence.find(kToken), std::string::npos);
    EXPECT_NE(answer.error().sentence.find(server.url), std::string::npos)
        << answer.error().sentence;
    return answer.error().kind;
  }
};

HttpReply echo_to_client(const HttpRequest& request) {
  return {.status = 418,
          .body = request.method + " " + request.path + " " + request.authorization +
                  (request.has_body ? " a body" : "") + std::string(3 << 20, 'x')};
}

TEST_F(UrlClientTest, AsksByTls) {
  serve(echo_to_client, &identity);
  const auto answer = ask(secure(), "DELETE", "/v1/a%20b");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_EQ(answer->status, 418u);
  EXPECT_EQ(answer->body, "DELETE /v1/a b Bearer a-token" + std::string(3 << 20, 'x'));
}

TEST_F(UrlClientTest, AsksInTheClearOnLoopback) {
  serve(echo_to_client, nullptr);
  UrlServer there = in_the_clear();
  there.url += "/";
  const auto answer = ask(there, "GET", "/here");
  ASSERT_TRUE(answer) << answer.error().sentence;
  EXPECT_TRUE(answer->body.starts_with("GET /here Bearer a-token"));
}

TEST_F(UrlClientTest, TellsNoTokenToWhomNobodyVouchesFor) {
  std::atomic<int> asked = 0;
  serve(
      [&](const HttpRequest&) {
        ++asked;
        return HttpReply{};
      },
      &identity);
  UrlServer there = secure();
  there.ca_file.clear();
  EXPECT_EQ(kind_of(there), Kind::refused) << "a certificate that this host does not believe";
  there = secure();
  there.url.replace(there.url.find("127.0.0.1"), 9, "127.0.0.2");
  // Nobody listens there: the certificate's name is compared where somebody does.
  EXPECT_EQ(kind_of(there), Kind::unreachable);
  there = secure();
  trust("no certificate");
  const auto answer = ask(there, "GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::refused);
  EXPECT_NE(answer.error().sentence.find("ca.pem"), std::string::npos) << answer.error().sentence;
  EXPECT_EQ(asked.load(), 0);
}

TEST_F(UrlClientTest, SaysThatNobodyIsThere) {
  listen();
  EXPECT_EQ(kind_of(secure()), Kind::unreachable) << "somebody who says nothing";
  listening = base::Descriptor();
  EXPECT_EQ(kind_of(secure()), Kind::unreachable);
  EXPECT_EQ(kind_of(in_the_clear()), Kind::unreachable);
}

TEST_F(UrlClientTest, KnowsWhatIsNoServer) {
  for (const char* url :
       {"", "stentor", "ftp://127.0.0.1:1", "file:///etc/passwd", "https://", "https://a:b:c",
        "https://127.0.0.1:1/path", "https://127.0.0.1:1?a=b", "https://127.0.0.1:1#a",
        "https://user@127.0.0.1:1", "http://192.0.2.1:8067", "http://stentor:8067"}) {
    EXPECT_EQ(kind_of({url, kToken}), Kind::refused) << url;
  }
}

}  // namespace
}  // namespace stentor::control
