// SPDX-License-Identifier: BSD-3-Clause
// Goal: the command line decides before the environment does which stentord is asked, and a token
// that is none, or nobody's secret, is not sent.
#include "server.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace stentor::ctl {
namespace {

using Kind = control::HttpFailure::Kind;

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    for (const char* name : {"STENTOR_URL", "STENTOR_TOKEN_FILE", "STENTOR_CACERT"}) {
      ::setenv(name, name, 1);
    }
  }
  ~ServerTest() override {
    for (const char* name : {"STENTOR_URL", "STENTOR_TOKEN_FILE", "STENTOR_CACERT"}) {
      ::unsetenv(name);
    }
    std::filesystem::remove(token_file);
  }

  // Of a server that nobody has to be for that.
  [[nodiscard]] control::HttpFailure failure_with(const std::string& token, mode_t mode) const {
    std::ofstream(token_file) << token;
    ::chmod(token_file.c_str(), mode);
    const auto answer = ask({.url = "ftp://127.0.0.1:1", .token_file = token_file}, "GET", "/");
    EXPECT_FALSE(answer);
    return answer.error();
  }

  const std::string token_file = testing::TempDir() + "stentorctl-server-test.token";
};

TEST_F(ServerTest, TakesFromTheEnvironmentWhatIsLeftOpen) {
  Server server;
  server.complete(/*is_socket_given=*/false);
  EXPECT_EQ(server.url, "STENTOR_URL");
  EXPECT_EQ(server.token_file, "STENTOR_TOKEN_FILE");
  EXPECT_EQ(server.ca_file, "STENTOR_CACERT");
  EXPECT_EQ(server.name(), "STENTOR_URL");
}

TEST_F(ServerTest, GoesByTheCommandLineFirst) {
  Server by_url{.url = "https://a", .token_file = "t", .ca_file = "c"};
  by_url.complete(false);
  EXPECT_EQ(by_url.url, "https://a");
  EXPECT_EQ(by_url.token_file, "t");
  EXPECT_EQ(by_url.ca_file, "c");
  Server by_socket{.socket = "/a.sock"};
  by_socket.complete(/*is_socket_given=*/true);
  EXPECT_EQ(by_socket.url, "");
  EXPECT_EQ(by_socket.name(), "/a.sock");
}

TEST_F(ServerTest, AsksTheSocketUnlessThereIsAUrl) {
  const auto answer = ask({.socket = "/nowhere.sock"}, "GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unreachable);
  EXPECT_NE(answer.error().sentence.find("/nowhere.sock"), std::string::npos);
}

TEST_F(ServerTest, WantsATokenThatIsASecretAndALine) {
  const auto without = ask({.url = "https://127.0.0.1:1"}, "GET", "/");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().kind, Kind::refused);
  EXPECT_NE(without.error().sentence.find("--token-file"), std::string::npos);
  EXPECT_NE(failure_with("secret", 0640).sentence.find("chmod 600"), std::string::npos);
  for (const std::string& text : {std::string(), std::string("\n"), std::string("sec ret"),
                                  std::string("secret\r\nX: y"), std::string(5000, 'a')}) {
    const control::HttpFailure failure = failure_with(text, 0600);
    EXPECT_EQ(failure.kind, Kind::refused);
    EXPECT_NE(failure.sentence.find("holds no token"), std::string::npos) << failure.sentence;
    EXPECT_EQ(failure.sentence.find("ret"), std::string::npos) << failure.sentence;
  }
  EXPECT_NE(failure_with("secret\n", 0600).sentence.find("ftp://127.0.0.1:1"), std::string::npos)
      << "with a token it goes on to the URL";
}

}  // namespace
}  // namespace stentor::ctl
