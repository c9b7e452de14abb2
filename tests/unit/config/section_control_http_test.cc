// SPDX-License-Identifier: BSD-3-Clause
// Goal: the API over TCP never without a token, nor beyond the host without TLS, and secrets alone
// from files that nobody else can read.
#include <gtest/gtest.h>

#include "config/limit.h"
#include "sample.h"
#include "secret_files.h"

namespace stentor::config {
namespace {

constexpr std::string_view kToken = "0123456789abcdefABCDEF-._~+/0123456789==";

class SectionControlHttp : public SecretFiles {
 protected:
  static std::string yaml(const std::string& keys) {
    return minimal_with("control:\n  " + keys + "\n");
  }
  // With a token, and as it should be otherwise.
  [[nodiscard]] std::string with_token(const std::string& http) const {
    return yaml("http: " + http + "\n  tokens: {read: " + file(kToken, 0600, "read") + "}");
  }
  [[nodiscard]] std::string tls() const {
    return "tls: {cert: " + file("a certificate", 0644, "crt") +
           ", key: " + file("a key", 0600, "key") + "}";
  }
  // What is said of a file with `text` as the write token.
  [[nodiscard]] std::string refusal(std::string_view text, mode_t mode = 0600) const {
    const std::string path = file(text, mode, "write");
    std::string found =
        finding(yaml("http: {address: 127.0.0.1:8067}\n  tokens: {write: " + path + "}"));
    const std::string begin = "control.tokens.write: '" + path + "': ";
    EXPECT_TRUE(found.starts_with(begin)) << found;
    return found.substr(std::min(begin.size(), found.size()));
  }
};

TEST_F(SectionControlHttp, IsNotThereUnlessItIsGiven) {
  EXPECT_FALSE(settings_of(kMinimal).control.http);
  EXPECT_FALSE(settings_of(with_token("none")).control.http);
  EXPECT_EQ(settings_of(kMinimal).control.tokens.read, "");
}

TEST_F(SectionControlHttp, ReadsTokensAndCertificate) {
  const std::string write(kTokenBytesMin, 'w');
  const std::string text = yaml("http: {address: 10.0.0.1:8067, " + tls() + "}\n  tokens: {read: " +
                                file(std::string(kToken) + "\r\n", 0600, "read") +
                                ", write: " + file(write, 0400, "write") + "}");
  const Control control = settings_of(text).control;
  ASSERT_TRUE(control.http);
  EXPECT_EQ(control.http->address.address.text().view(), "10.0.0.1");
  EXPECT_EQ(control.http->address.port, 8067);
  ASSERT_TRUE(control.http->tls);
  EXPECT_EQ(control.http->tls->certificate, "a certificate");
  EXPECT_EQ(control.http->tls->key_file, folder_ + "/key");
  EXPECT_EQ(control.http->tls->key, "a key");
  EXPECT_EQ(control.tokens.read, kToken);
  EXPECT_EQ(control.tokens.write, write);
}

TEST_F(SectionControlHttp, GoesNowhereBeyondTheHostInTheClear) {
  EXPECT_TRUE(settings_of(with_token("{address: 127.9.9.9:1}")).control.http);
  for (const char* address : {"10.0.0.1:8067", "0.0.0.0:8067", "128.0.0.1:8067"}) {
    const std::string found = finding(with_token("{address: " + std::string(address) + "}"));
    EXPECT_TRUE(found.starts_with("control.http.address: '" + std::string(address) +
                                  "': it is not loopback (127.0.0.0/8)"))
        << found;
  }
  const auto refused = parse_settings(with_token("{address: 10.0.0.1:8067}"), "f");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().at(0).text().starts_with("f:7:19: ")) << refused.error()[0].text();
}

TEST_F(SectionControlHttp, IsNotServedWithoutTokens) {
  EXPECT_TRUE(finding(yaml("http: {address: 127.0.0.1:8067}"))
                  .starts_with("control.http: over TCP whoever asks must show a token"));
  EXPECT_TRUE(finding(yaml("http: {address: 127.0.0.1:8067}\n  tokens: {}"))
                  .starts_with("control.tokens: it names no file"));
  EXPECT_TRUE(finding(yaml("tokens: {read: " + file(kToken, 0600, "read") + "}"))
                  .starts_with("control.tokens: nobody asks for tokens"));
}

TEST_F(SectionControlHttp, RefusesWhatIsNoToken) {
  const std::string sentence =
      "it holds no token: write one line of 32 to 255 letters, digits, '-', '.', '_', '~', '+' and "
      "'/' into it, as `openssl rand -hex 32` makes one";
  const std::string good(kTokenBytesMin, 'a');
  for (const std::string& text :
       {std::string(), good.substr(1), std::string(kTokenBytesMax + 1, 'a'), good + "\n" + good,
        good + " ", " " + good, good + "\"", good + "=a", std::string(kTokenBytesMin, '='),
        good + std::string(1, '\0'), good + "\xc3\xa4"}) {
    EXPECT_EQ(refusal(text), sentence) << text;
  }
  EXPECT_NE(refusal(std::string(1 << 20, 'a')).find("too long"), std::string::npos);
}

TEST_F(SectionControlHttp, RefusesFilesThatOthersMayRead) {
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0601u}) {
    EXPECT_EQ(refusal(kToken, mode),
              "others than its owner may read or change it; chmod 600 it, and change the secret if "
              "somebody did");
  }
  const std::string key =
      "{cert: " + file("c", 0600, "crt") + ", key: " + file("k", 0640, "key") + "}";
  EXPECT_TRUE(finding(with_token("{address: 10.0.0.1:1, tls: " + key + "}"))
                  .starts_with("control.http.tls.key: '" + folder_ + "/key': others than"));
}

TEST_F(SectionControlHttp, RefusesOneTokenForBoth) {
  const std::string found = finding(
      yaml("http: {address: 127.0.0.1:8067}\n  tokens: {read: " + file(kToken, 0600, "read") +
           ", write: " + file(std::string(kToken) + "\n", 0600, "write") + "}"));
  EXPECT_NE(found.find("it holds the token of control.tokens.read"), std::string::npos) << found;
}

TEST_F(SectionControlHttp, TellsNobodyWhatATokenIs) {
  // Goal: neither a finding nor the text that /v1/config shows.
  const std::string secret = "a-token-with-a-blank at-its-end-0123456789";
  const std::string path = file(secret, 0600, "write");
  for (const std::string& message :
       findings(yaml("http: {address: 10.0.0.1:8067}\n  tokens: {write: " + path + "}"))) {
    EXPECT_EQ(message.find("blank"), std::string::npos) << message;
  }
  const Settings settings = settings_of(with_token("{address: 127.0.0.1:8067}"));
  EXPECT_EQ(settings.source->text.find(kToken), std::string::npos);
}

TEST_F(SectionControlHttp, SaysWhichFileIsNotThere) {
  const std::string absent = folder_ + "/absent";
  EXPECT_EQ(finding(yaml("http: {address: 127.0.0.1:1}\n  tokens: {read: " + absent + "}")),
            "control.tokens.read: '" + absent +
                "': cannot be opened: No such file or directory; name a readable file with a "
                "token");
  EXPECT_TRUE(finding(with_token("{address: 127.0.0.1:1, tls: {cert: " + absent +
                                 ", key: " + file("k", 0600, "key") + "}}"))
                  .starts_with("control.http.tls.cert: '" + absent + "': cannot be opened"));
}

}  // namespace
}  // namespace stentor::config
