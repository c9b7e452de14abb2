// SPDX-License-Identifier: BSD-3-Clause
// Goal: who asks is answered; and nobody who asks badly, slowly, too much or in a crowd keeps
// others from an answer.
#include "control/http_server.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/resource.h>
#include <vector>

#include "socket_fixture.h"
#include "tls_sample.h"

namespace stentor::control {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

class HttpServerTest : public SocketFixture {
 protected:
  void serve(const HttpHandler& handler, const HttpLimits& limits = {},
             const config::TlsIdentity* identity = nullptr) {
    listening = listen_on(at("s"));
    server = *HttpServer::start({{listening.number(), handler, identity}}, limits);
  }
  [[nodiscard]] base::Descriptor connect() const { return connect_to(at("s")); }
  [[nodiscard]] std::string ask(std::string_view request) const {
    const base::Descriptor socket = connect();
    send(socket, request);
    return receive_all(socket);
  }

  // A place is free once the server has looked at the connection that it cut.
  [[nodiscard]] bool is_served_soon() const {
    for (int tries = 0; tries < 100; ++tries) {
      const base::Descriptor socket = connect();
      // Who is refused may hear so, and find the connection closed, before it has asked.
      if (can_send(socket, kGet) && receive_all(socket).starts_with("HTTP/1.1 200")) return true;
      std::this_thread::sleep_for(milliseconds{100});
    }
    return false;
  }

  base::Descriptor listening;
  std::unique_ptr<HttpServer> server;
};

HttpReply echo(const HttpRequest& request) {
  std::string body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) body += " " + name + "=" + value;
  return {.body = body, .type = "text/plain"};
}

TEST_F(HttpServerTest, HandsARequestOnAndAnAnswerBack) {
  serve(echo);
  const std::string answer =
      ask("GET /a%20b?c=d%26&e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/plain\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /a b c=d& e=")) << answer;
}

TEST_F(HttpServerTest, AnswersSeveralRequestsOfAConnection) {
  serve(echo);
  const base::Descriptor socket = connect();
  send(socket, "GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  send(socket, kGet);
  const std::string answers = receive_all(socket);
  EXPECT_LT(answers.find("GET /first"), answers.find("GET /second")) << answers;
  EXPECT_TRUE(answers.ends_with("GET /here")) << answers;
}

TEST_F(HttpServerTest, SaysTheHeadAloneToHead) {
  serve(echo);
  const std::string answer = ask("HEAD /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, SaysWhatIsAllowed) {
  serve([](const HttpRequest&) { return HttpReply{.status = 405, .allow = "GET, HEAD"}; });
  const std::string answer = ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 ")) << answer;
  EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, OutlivesAHandlerThatThrows) {
  serve([](const HttpRequest&) -> HttpReply { throw std::runtime_error("no"); });
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 500 "));
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, RefusesGarbage) {
  serve(echo, {.exchange_time = milliseconds{500}});
  const std::string long_path(100'000, 'a');
  for (const std::string& garbage :
       {std::string("\r\n\r\n\r\n\r\n"), std::string("\x16\x03\x01\x02"), std::string(70'000, '\0'),
        "GET /" + long_path + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: " + long_path + "\r\n\r\n"}) {
    const base::Descriptor socket = connect();
    // It may be cut while it is still being sent.
    static_cast<void>(
        ::send(socket.number(), garbage.data(), garbage.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::shutdown(socket.number(), SHUT_WR);
    EXPECT_FALSE(receive_all(socket).starts_with("HTTP/1.1 200")) << garbage.substr(0, 40);
  }
  EXPECT_TRUE(ask(kGet).ends_with("GET /here")) << "afterwards";
}

TEST_F(HttpServerTest, RefusesWhatANulWouldCutOff) {
  serve(echo);
  for (const char* target : {"/a%00b", "/a?c=d%00e", "/a?c%00d=e", "/a?c=d&%00"}) {
    const std::string answer =
        ask(std::string("GET ") + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_NE(answer.find("has %00 in it"), std::string::npos) << answer;
  }
  EXPECT_TRUE(ask(kGet).starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, DoesNotReadABodyThatNobodyWants) {
  serve([](const HttpRequest&) { return HttpReply{.status = 405}; });
  const base::Descriptor socket = connect();
  send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n");
  EXPECT_TRUE(receive_all(socket).starts_with("HTTP/1.1 405 "));
}

TEST_F(HttpServerTest, SaysWhetherThereIsABody) {
  serve([](const HttpRequest& request) {
    return HttpReply{.body = request.has_body ? "a body" : "none"};
  });
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  EXPECT_TRUE(ask(head + "\r\n").ends_with("\r\n\r\nnone"));
  EXPECT_TRUE(ask(head + "Content-Length: 0\r\n\r\n").ends_with("\r\n\r\nnone"));
  EXPECT_TRUE(ask(head + "Content-Length: 2\r\n\r\n{}").ends_with("\r\n\r\na body"));
  EXPECT_TRUE(ask(head + "Content-Length: 00\r\n\r\n").ends_with("\r\n\r\na body"));
  EXPECT_TRUE(ask(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
                  .ends_with("\r\n\r\na body"));
}

TEST_F(HttpServerTest, SaysWhenToAskAgain) {
  serve([](const HttpRequest&) { return HttpReply{.status = 503}; });
  EXPECT_NE(ask(kGet).find("\r\nRetry-After: 1\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesAtOnceWhoIsOneTooMany) {
  serve(echo, {.connections = 3});
  std::vector<base::Descriptor> crowd;
  for (int i = 0; i < 3; ++i) crowd.push_back(connect());
  const base::Descriptor last = connect();
  const std::string answer = receive_all(last);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("{\"error\": \"there are as many connections"), std::string::npos);
  // Those that were there first are served, and make room.
  for (const base::Descriptor& each : crowd) {
    send(each, kGet);
    EXPECT_TRUE(receive_all(each).ends_with("GET /here"));
  }
  EXPECT_TRUE(is_served_soon());
}

// How long somebody is borne with who sends a byte of `head` every now and then.
std::chrono::steady_clock::duration drip(const base::Descriptor& socket, std::string_view head) {
  const auto begun = std::chrono::steady_clock::now();
  pollfd end{socket.number(), POLLIN, 0};
  for (std::size_t i = 0; i < head.size() && ::poll(&end, 1, 50) == 0; ++i) {
    static_cast<void>(::send(socket.number(), &head[i], 1, MSG_NOSIGNAL));
  }
  return std::chrono::steady_clock::now() - begun;
}

TEST_F(HttpServerTest, ServesWhoCameWhileTheProcessCouldOpenNoFile) {
  serve(echo);
  const base::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  // The lowest number that is free: from it on, none is given out.
  const int next = base::Descriptor(::dup(socket.number())).number();
  rlimit allowed{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &allowed), 0);
  const rlimit none{.rlim_cur = static_cast<rlim_t>(next), .rlim_max = allowed.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto address = unix_address(at("s"));
  EXPECT_EQ(::connect(socket.number(), generic(*address), sizeof *address), 0);
  send(socket, kGet);
  pollfd answer{socket.number(), POLLIN, 0};
  EXPECT_EQ(::poll(&answer, 1, 300), 0) << "though nobody could take the connection";
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &allowed), 0);
  EXPECT_TRUE(receive_all(socket).ends_with("GET /here"));
}

TEST_F(HttpServerTest, CutsAConnectionThatDrips) {
  serve(echo, {.connections = 1, .exchange_time = milliseconds{300}});
  const auto lasted = drip(connect(), std::string(400, 'G'));
  EXPECT_GE(lasted, milliseconds{300});
  EXPECT_LT(lasted, std::chrono::seconds{10});
  EXPECT_TRUE(is_served_soon()) << "its place is never free";
}

TEST_F(HttpServerTest, CutsAHandshakeThatDrips) {
  // Goal: the record of a ClientHello, 512 bytes long, which never ends (RFC 8446 section 5.1).
  const config::TlsIdentity identity = test_identity();
  serve(echo, {.connections = 1, .exchange_time = milliseconds{300}}, &identity);
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9);
  const auto lasted = drip(connect(), hello + std::string(400, '\x03'));
  EXPECT_GE(lasted, milliseconds{300});
  EXPECT_LT(lasted, std::chrono::seconds{10});
}

TEST_F(HttpServerTest, SaysNothingInTheClearWhereTlsIsSpoken) {
  const config::TlsIdentity identity = test_identity();
  serve(echo, {.connections = 1}, &identity);
  {
    const base::Descriptor mistaken = connect();
    send(mistaken, kGet);
    EXPECT_EQ(receive_all(mistaken).find("HTTP"), std::string::npos);
  }
  // One too many finds the connection closed, before anybody has said a word. The place of the one
  // before is free a moment after it has gone.
  const base::Descriptor first = connect();
  std::string heard;
  for (int tries = 0; tries < 100 && heard.empty(); ++tries) {
    const base::Descriptor last = connect();
    pollfd end{last.number(), POLLIN, 0};
    if (::poll(&end, 1, 100) == 1) heard = "[" + receive_all(last) + "]";
  }
  EXPECT_EQ(heard, "[]");
}

TEST_F(HttpServerTest, RefusesToServeByAnIdentityThatIsNone) {
  config::TlsIdentity identity = test_identity();
  identity.key = kOtherKey;
  listening = listen_on(at("s"));
  const auto refused = HttpServer::start({{listening.number(), echo, &identity}});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().sentence.starts_with("control.http.tls: "));
}

TEST_F(HttpServerTest, HandsOnHowFarAReaderOfEventsHasCome) {
  serve([](const HttpRequest& request) { return HttpReply{.body = request.last_event_id}; });
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  EXPECT_TRUE(ask(head + "last-event-id: 17\r\n\r\n").ends_with("\r\n\r\n17"));
  EXPECT_TRUE(ask(head + "\r\n").ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, HandsOnWhatIsShownAndSaysWhatIsToBeShown) {
  serve([](const HttpRequest& request) {
    return HttpReply{.status = 401, .body = request.authorization, .authenticate = "Bearer x"};
  });
  // Who has no token keeps no connection.
  const std::string answer = ask("GET / HTTP/1.1\r\nHost: x\r\nauthorization: Bearer abc\r\n\r\n");
  EXPECT_NE(answer.find("WWW-Authenticate: Bearer x\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nBearer abc")) << answer;
}

TEST_F(HttpServerTest, CutsWhoDoesNotReadTheAnswer) {
  serve([](const HttpRequest&) { return HttpReply{.body = std::string(8 << 20, 'x')}; },
        {.connections = 1, .exchange_time = milliseconds{300}});
  const base::Descriptor lazy = connect();
  send(lazy, kGet);
  EXPECT_TRUE(is_served_soon()) << "its place is never free";
}

TEST_F(HttpServerTest, EndsWhileConnectionsAreOpen) {
  serve(echo);
  const base::Descriptor idle = connect();
  EXPECT_TRUE(ask(kGet).ends_with("GET /here"));
  server.reset();
  EXPECT_EQ(receive_all(idle), "");
}

}  // namespace
}  // namespace stentor::control
