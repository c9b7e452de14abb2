// SPDX-License-Identifier: BSD-3-Clause
// Goal: a mistake about a host gets a sentence, and neither it nor a refusal changes anything or is
// told as an event.
#include "api_hosts_fixture.h"

namespace stentor::control {
namespace {

using ApiHostsMistakeTest = ApiHostsFixture;

TEST_F(ApiHostsMistakeTest, RefusesWhatIsNoMacAddress) {
  for (const char* mac : {"52:54:00", "52:54:00:00:00:0g", "{mac}", "525400000007", "node7"}) {
    for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
      const bool changes = method[0] == 'P';
      EXPECT_EQ(error(request(method, std::string("/v1/hosts/") + mac,
                              changes ? Fields{{"hostname", "a"}} : Fields{}),
                      400),
                std::string("parameter 'mac': '") + mac +
                    "' is not what it takes; expected a MAC address like 52:54:00:12:34:56");
    }
  }
  for (const char* mac : {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"}) {
    EXPECT_EQ(error(request("PUT", std::string("/v1/hosts/") + mac, {{"hostname", "a"}}), 400),
              "mac: no machine has this address");
  }
  EXPECT_TRUE(report.known_hosts.empty());
}

// A value of a field that is wrong, and why.
struct Mistake {
  const char* field;
  std::string value;
  const char* sentence;  // how it begins
};

TEST_F(ApiHostsMistakeTest, RefusesValuesThatAreWrong) {
  const std::array mistakes{
      Mistake{"address", "10.0.0",
              "parameter 'address': '10.0.0' is not what it takes; expected an IPv4 address like "
              "10.20.0.7, or nothing"},
      Mistake{"address", "127.0.0.1", "address '127.0.0.1': no machine can have this address"},
      Mistake{"address", "224.0.0.1", "address '224.0.0.1': no machine can have this address"},
      Mistake{"hostname", "node 7",
              "hostname 'node 7': expected letters, digits, '-' and '.', up to 253 bytes, 63 a "
              "label"},
      Mistake{"boot-file", "../grub.efi",
              "boot-file: '../grub.efi': '..' cannot be a part of it; expected a "},
      Mistake{"boot-file", "{nonsense}/grub.efi",
              "boot-file: '{nonsense}/grub.efi': a { opens a word, and this one is not known; "},
      Mistake{"boot-once", "a/../../b",
              "boot-once: 'a/../../b': '..' cannot be a part of it; expected a "},
      Mistake{"boot-once", "{mac}/wipe.efi",
              "boot-once: '{mac}/wipe.efi': no word in braces stands for anything here; name one "
              "file"},
      Mistake{"local", "yes",
              "parameter 'local': 'yes' is not what it takes; expected true or false"},
      Mistake{"local", "True",
              "parameter 'local': 'True' is not what it takes; expected true or false"},
      Mistake{"boot-once-for", "firmware",
              "parameter 'boot-once-for': 'firmware' is not what it takes; expected all or ipxe"},
  };
  for (const Mistake& mistake : mistakes) {
    know(full_host());
    for (const char* method : {"PUT", "PATCH"}) {
      const std::string sentence =
          error(request(method, kHostPath, {{mistake.field, mistake.value}}), 400);
      EXPECT_TRUE(sentence.starts_with(mistake.sentence)) << method << ": " << sentence;
      EXPECT_EQ(known(), full_host()) << mistake.field << '=' << mistake.value;
    }
  }
  EXPECT_TRUE(told().empty());
}

TEST_F(ApiHostsMistakeTest, TakesNothingBesideAMistake) {
  know(full_host());
  for (const char* method : {"PUT", "PATCH"}) {
    error(request(method, kHostPath, {{"hostname", "other"}, {"boot-once-for", "nobody"}}), 400);
    EXPECT_EQ(known(), full_host());
  }
}

TEST_F(ApiHostsMistakeTest, RefusesALongPathAndALongName) {
  for (const auto& [field, value] : {std::pair{"boot-file", std::string(300, 'a')},
                                     {"boot-once", std::string(300, 'a')},
                                     {"boot-file", std::string("a\x1b[2J")},
                                     {"boot-once", std::string("a\nb")},
                                     {"hostname", std::string(64, 'a')},
                                     {"hostname", std::string("a\x1b")}}) {
    const std::string sentence = error(put({{field, value}}), 400);
    EXPECT_TRUE(sentence.starts_with(field)) << sentence;
  }
  EXPECT_TRUE(report.known_hosts.empty());
}

TEST_F(ApiHostsMistakeTest, RefusesToSayForWhomNothingIsBooted) {
  const char* sentence = "boot-once-for: there is no boot-once that it could be about; give both";
  EXPECT_EQ(error(put({{"boot-once-for", "ipxe"}}), 400), sentence);
  EXPECT_EQ(error(patch({{"boot-once-for", "ipxe"}, {"hostname", "a"}}), 400), sentence);
  EXPECT_EQ(error(put({{"boot-once-for", "all"}}), 400), sentence);
  know(full_host());
  EXPECT_EQ(error(patch({{"boot-once", ""}, {"boot-once-for", "ipxe"}}), 400), sentence);
  EXPECT_EQ(error(put({{"hostname", "a"}, {"boot-once-for", "ipxe"}}), 400), sentence)
      << "what was said before is not kept";
  EXPECT_EQ(error(put({{"boot-once-for", "all"}}), 400), sentence) << "nor taken away by it";
  EXPECT_EQ(known(), full_host());
}

TEST_F(ApiHostsMistakeTest, WantsSomethingToBeSaid) {
  know(full_host());
  for (const char* method : {"PUT", "PATCH"}) {
    EXPECT_EQ(error(request(method, kHostPath), 400),
              "nothing is said of 52:54:00:00:00:07; this path takes address, hostname, classes, "
              "boot-file, local, boot-once and boot-once-for");
  }
  EXPECT_EQ(known(), full_host());
}

TEST_F(ApiHostsMistakeTest, RefusesParametersThatItDoesNotKnow) {
  know(full_host());
  for (const char* method : {"PUT", "PATCH"}) {
    EXPECT_EQ(error(request(method, kHostPath, {{"hostname", "a"}, {"boot_file", "b"}}), 400),
              "'boot_file' is no parameter of this path; it takes: address hostname classes "
              "boot-file local boot-once boot-once-for");
    EXPECT_EQ(error(request(method, kHostPath, {{"local", "true"}, {"local", "false"}}), 400),
              "parameter 'local' stands twice; give it once");
    EXPECT_EQ(error(request(method, kHostPath, {{"mac", "52:54:00:00:00:08"}}), 400),
              "'mac' is no parameter of this path; it takes: address hostname classes boot-file "
              "local boot-once boot-once-for")
        << "in the path alone";
  }
  for (const char* method : {"GET", "DELETE"}) {
    EXPECT_EQ(error(request(method, kHostPath, {{"hostname", "a"}}), 400),
              "'hostname' is no parameter of this path; it takes none");
  }
  EXPECT_EQ(error(request("GET", "/v1/hosts", {{"mac", "a"}}), 400),
            "'mac' is no parameter of this path; it takes: after limit");
  EXPECT_EQ(known(), full_host());
}

TEST_F(ApiHostsMistakeTest, RefusesPagesThatAreNone) {
  for (const char* limit : {"0", "1001", "-1", "x", ""}) {
    EXPECT_EQ(error(request("GET", "/v1/hosts", {{"limit", limit}}), 400),
              std::string("parameter 'limit': '") + limit +
                  "' is not what it takes; expected 1 to 1000 rows");
  }
  for (const char* after : {"", "10.0.0.1", "52:54:00"}) {
    EXPECT_EQ(error(request("GET", "/v1/hosts", {{"after", after}}), 400),
              std::string("parameter 'after': '") + after +
                  "' is not what it takes; expected a MAC address like 52:54:00:12:34:56");
  }
}

TEST_F(ApiHostsMistakeTest, IsAskedByItsMethodsAlone) {
  know(full_host());
  const HttpReply one = request("POST", kHostPath, {{"hostname", "a"}});
  EXPECT_EQ(one.status, 405u);
  EXPECT_EQ(one.allow, "GET, HEAD, PUT, PATCH, DELETE");
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const HttpReply all = request(method, "/v1/hosts");
    EXPECT_EQ(all.status, 405u) << method;
    EXPECT_EQ(all.allow, "GET, HEAD");
  }
  for (const char* path : {"/v1/hosts/", "/v1/hosts/52:54:00:00:00:07/", "/v1/host"}) {
    EXPECT_EQ(request("GET", path).status, 404u) << path;
    EXPECT_EQ(request("DELETE", path).status, 404u) << path;
  }
  EXPECT_EQ(api.answer({.method = "PUT", .path = kHostPath, .has_body = true}).status, 400u);
  EXPECT_EQ(known(), full_host());
  EXPECT_TRUE(told().empty());
}

TEST_F(ApiHostsMistakeTest, HandsARefusalOn) {
  know(full_host());
  report.host_refusal = {.refusal = "address '10.9.9.9': no subnet of dhcp.subnets holds it"};
  EXPECT_EQ(error(put({{"address", "10.9.9.9"}}), 422), report.host_refusal.refusal);
  EXPECT_EQ(error(patch({{"address", "10.9.9.9"}}), 422), report.host_refusal.refusal);
  EXPECT_EQ(error(request("DELETE", kHostPath), 422), report.host_refusal.refusal);
  report.host_refusal = {.refusal = "a worker is busy; ask again", .is_for_now = true};
  EXPECT_EQ(error(put({{"hostname", "a"}}), 503), report.host_refusal.refusal);
  EXPECT_EQ(error(request("DELETE", kHostPath), 503), report.host_refusal.refusal);
  EXPECT_EQ(known(), full_host());
  EXPECT_TRUE(told().empty());
}

TEST_F(ApiHostsMistakeTest, ChangesNothingWithoutTheLock) {
  know(full_host());
  const std::unique_lock busy(lock);
  std::vector<std::future<HttpReply>> replies;
  for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
    replies.push_back(std::async(std::launch::async, [this, method] {
      const bool changes = method[0] == 'P';
      return request(method, kHostPath, changes ? Fields{{"hostname", "a"}} : Fields{});
    }));
  }
  replies.push_back(std::async(std::launch::async, [this] { return request("GET", "/v1/hosts"); }));
  for (std::future<HttpReply>& reply : replies) {
    EXPECT_NE(error(reply.get(), 503).find("busy"), std::string::npos);
  }
  EXPECT_EQ(known(), full_host());
}

}  // namespace
}  // namespace stentor::control
