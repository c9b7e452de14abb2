// SPDX-License-Identifier: BSD-3-Clause
// Goal: what an operator says of a machine is what is known of it from then on; and no answer says
// that it is kept before the disk has it.
#include "api_hosts_fixture.h"

namespace stentor::control {
namespace {

using Json = nlohmann::json;
using config::RunTimeHost;
using namespace std::chrono_literals;

using ApiHostsTest = ApiHostsFixture;

TEST_F(ApiHostsTest, TellsAllThatWasSaidOfAMachine) {
  know(full_host());
  report.problems_of_hosts = {"class 'lab': dhcp.classes has no class of this name"};
  EXPECT_EQ(good(request("GET", kHostPath)), Json::parse(R"({
    "mac": "52:54:00:00:00:07", "address": "10.0.0.7", "hostname": "node7",
    "classes": ["lab", "blade"], "boot_file": "{mac}/grub.efi", "local": true,
    "boot_once": "wipe.efi", "boot_once_for": "ipxe",
    "problems": ["class 'lab': dhcp.classes has no class of this name"]})"));
  EXPECT_FALSE(report.was_asked_without_lock);
  // As another writes the same address.
  EXPECT_EQ(good(request("GET", "/v1/hosts/52-54-00-00-00-07")).at("mac"), "52:54:00:00:00:07");
}

TEST_F(ApiHostsTest, TellsWhatWasNotSaidAsNull) {
  know({.mac = kHost, .is_local = true});
  EXPECT_EQ(good(request("GET", kHostPath)), Json::parse(R"({
    "mac": "52:54:00:00:00:07", "address": null, "hostname": null, "classes": [],
    "boot_file": null, "local": true, "boot_once": null, "boot_once_for": null, "problems": []})"));
  know({.mac = kHost, .boot_once = "wipe.efi"});
  EXPECT_EQ(good(request("GET", kHostPath)).at("boot_once_for"), "all");
}

TEST_F(ApiHostsTest, SaysOfWhomNothingWasSaid) {
  for (const char* method : {"GET", "HEAD", "DELETE"}) {
    EXPECT_EQ(error(request(method, kUnknownPath), 404),
              "nothing was said of 52:54:00:00:00:08 at run time; `stentorctl hosts list` shows of "
              "whom");
  }
  EXPECT_TRUE(told().empty());
}

TEST_F(ApiHostsTest, ListsMachinesPageByPage) {
  for (std::uint32_t i = 1; i <= 5; ++i) {
    const auto mac = wire::MacAddress::of_number(kHost.number() + i);
    know({.mac = mac, .hostname = "node" + std::to_string(i)});
  }
  report.problems_of_hosts = {"no lease database is in use"};
  Json page = good(request("GET", "/v1/hosts", {{"limit", "2"}}));
  ASSERT_EQ(page.at("hosts").size(), 2u);
  EXPECT_EQ(page["hosts"][0].at("mac"), "52:54:00:00:00:08");
  EXPECT_EQ(page["hosts"][0].at("hostname"), "node1");
  EXPECT_EQ(page["hosts"][0].at("problems"), Json({"no lease database is in use"}));
  EXPECT_EQ(page["hosts"][1].at("mac"), "52:54:00:00:00:09");
  EXPECT_EQ(page.at("next"), "52:54:00:00:00:09");
  page = good(request("GET", "/v1/hosts", {{"limit", "2"}, {"after", page.at("next")}}));
  EXPECT_EQ(page["hosts"][0].at("mac"), "52:54:00:00:00:0a");
  page = good(request("GET", "/v1/hosts", {{"limit", "2"}, {"after", page.at("next")}}));
  EXPECT_EQ(page["hosts"].size(), 1u);
  EXPECT_EQ(page["hosts"][0].at("mac"), "52:54:00:00:00:0c");
  EXPECT_TRUE(page.at("next").is_null());
  page = good(request("GET", "/v1/hosts", {{"limit", "5"}}));
  EXPECT_EQ(page["hosts"].size(), 5u);
  EXPECT_TRUE(page.at("next").is_null()) << "nothing comes behind it";
  page = good(request("GET", "/v1/hosts", {{"after", "ff:ff:ff:ff:ff:ff"}}));
  EXPECT_TRUE(page.at("hosts").empty());
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiHostsTest, ListsAHundredUnlessToldOtherwise) {
  for (std::uint32_t i = 0; i < 1'001; ++i) {
    know({.mac = wire::MacAddress::of_number(kHost.number() + i), .is_local = true});
  }
  EXPECT_EQ(good(request("GET", "/v1/hosts")).at("hosts").size(), 100u);
  EXPECT_EQ(good(request("GET", "/v1/hosts", {{"limit", "1000"}})).at("hosts").size(), 1'000u);
}

TEST_F(ApiHostsTest, PutsWhatIsSaidInPlaceOfWhatWas) {
  const Json whole = good(put({{"address", "10.0.0.7"},
                               {"hostname", "node7"},
                               {"classes", "lab,blade"},
                               {"boot-file", "{mac}/grub.efi"},
                               {"local", "true"},
                               {"boot-once", "wipe.efi"},
                               {"boot-once-for", "ipxe"}}));
  EXPECT_EQ(known(), full_host());
  EXPECT_EQ(whole, good(request("GET", kHostPath))) << "the answer is what is known from now on";
  EXPECT_EQ(told(), Lines{"set 52:54:00:00:00:07 wipe.efi"});
  good(put({{"hostname", "other"}}));
  EXPECT_EQ(known(), (RunTimeHost{.mac = kHost, .hostname = "other"}));
  EXPECT_EQ(told(), Lines{"set 52:54:00:00:00:07"});
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiHostsTest, KeepsWhatAPatchDoesNotName) {
  RunTimeHost expected = full_host();
  const auto expect_after = [&](const Fields& fields) {
    know(full_host());
    good(patch(fields));
    EXPECT_EQ(known(), expected) << fields[0].first << '=' << fields[0].second;
    expected = full_host();
  };
  expected.address = wire::Ipv4Address{0x0a000009};
  expect_after({{"address", "10.0.0.9"}});
  expected.hostname = "other";
  expect_after({{"hostname", "other"}});
  expected.classes = {"x86"};
  expect_after({{"classes", "x86"}});
  expected.boot_file = "other.efi";
  expect_after({{"boot-file", "other.efi"}});
  expected.is_local = false;
  expect_after({{"local", "false"}});
  expected.is_for_ipxe = false;
  expect_after({{"boot-once-for", "all"}});
  // Another file is for all again, unless it is said for whom it is.
  expected.boot_once = "install.efi";
  expected.is_for_ipxe = false;
  expect_after({{"boot-once", "install.efi"}});
  expected.boot_once = "install.efi";
  expect_after({{"boot-once", "install.efi"}, {"boot-once-for", "ipxe"}});
}

TEST_F(ApiHostsTest, TakesAwayWhatAPatchLeavesEmpty) {
  RunTimeHost expected = full_host();
  know(expected);
  const auto expect_without = [&](const char* field) {
    const Json json = good(patch({{field, ""}}));
    EXPECT_EQ(known(), expected) << field;
    EXPECT_EQ(json, good(request("GET", kHostPath)));
  };
  expected.address.reset();
  expect_without("address");
  expected.classes.clear();
  expect_without("classes");
  expected.boot_file.clear();
  expect_without("boot-file");
  expected.is_local = false;
  expect_without("local");
  expected.boot_once.clear();
  expected.is_for_ipxe = false;
  expect_without("boot-once");
  EXPECT_EQ(told().size(), 5u);
  // The last thing that was said.
  good(patch({{"hostname", ""}}));
  EXPECT_TRUE(report.known_hosts.empty());
  EXPECT_EQ(told(), Lines{"removed 52:54:00:00:00:07"});
}

TEST_F(ApiHostsTest, PatchesWhoIsNotKnown) {
  good(patch({{"classes", ",lab,,blade,"}}));
  EXPECT_EQ(known(), (RunTimeHost{.mac = kHost, .classes = {"lab", "blade"}}));
  EXPECT_EQ(told(), Lines{"set 52:54:00:00:00:07"});
}

TEST_F(ApiHostsTest, TakesAllBack) {
  know(full_host());
  EXPECT_EQ(good(request("DELETE", kHostPath)),
            Json({{"mac", "52:54:00:00:00:07"}, {"removed", true}}));
  EXPECT_TRUE(report.known_hosts.empty());
  EXPECT_EQ(told(), Lines{"removed 52:54:00:00:00:07"});
  EXPECT_EQ(request("DELETE", kHostPath).status, 404u) << "once";
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(ApiHostsTest, TellsNobodyOfWhatChangedNothing) {
  know(full_host());
  good(patch({{"hostname", "node7"}}));
  good(request("PUT", kUnknownPath, {{"hostname", ""}}));
  EXPECT_TRUE(told().empty());
  // Nor is there anything to wait for.
  report.host_ticket = 5;
  good(patch({{"local", "true"}}));
  EXPECT_EQ(known(), full_host());
}

class ApiHostsDiskTest : public ApiHostsFixture {
 protected:
  ApiHostsDiskTest() { report.host_ticket = 5; }

  // The reply that is not known yet of one that changed something.
  static std::shared_ptr<HttpLater> later_of(const HttpReply& reply) {
    EXPECT_NE(reply.later, nullptr) << reply.body;
    return reply.later;
  }
};

TEST_F(ApiHostsDiskTest, SaysThatItIsDoneOnceItIsOnDisk) {
  const Fields fields{{"hostname", "node7"}};
  for (const char* method : {"PUT", "PATCH"}) {
    report.known_hosts.clear();
    report.disk_of_hosts = OnDisk::waits;
    const auto later = later_of(request(method, kHostPath, fields));
    ASSERT_NE(later, nullptr);
    EXPECT_EQ(told(), Lines{"set 52:54:00:00:00:07"}) << "it counts from now on";
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(later->look(base::MonotonicClock::now()));
    report.disk_of_hosts = OnDisk::yes;
    const auto reply = later->look(base::MonotonicClock::now());
    ASSERT_TRUE(reply);
    EXPECT_EQ(good(*reply), good(request("GET", kHostPath)));
  }
  EXPECT_FALSE(report.was_asked_for_disk_with_lock);
}

TEST_F(ApiHostsDiskTest, SaysThatItIsTakenBackOnceItIsOnDisk) {
  know(full_host());
  const auto later = later_of(request("DELETE", kHostPath));
  ASSERT_NE(later, nullptr);
  EXPECT_FALSE(later->look(base::MonotonicClock::now()));
  EXPECT_EQ(told(), Lines{"removed 52:54:00:00:00:07"});
  report.disk_of_hosts = OnDisk::yes;
  const auto reply = later->look(base::MonotonicClock::now());
  ASSERT_TRUE(reply);
  EXPECT_EQ(good(*reply), Json({{"mac", "52:54:00:00:00:07"}, {"removed", true}}));
}

TEST_F(ApiHostsDiskTest, SaysThatTheDiskFails) {
  const char* sentence =
      "what was said of 52:54:00:00:00:07 counts, but has not reached the disk: a restart may not "
      "know it. /v1/status says what is wrong with the disk";
  const auto later = later_of(put({{"hostname", "node7"}}));
  ASSERT_NE(later, nullptr);
  EXPECT_FALSE(later->look(base::MonotonicClock::now()));
  report.disk_of_hosts = OnDisk::failed;
  const auto reply = later->look(base::MonotonicClock::now());
  ASSERT_TRUE(reply);
  EXPECT_EQ(error(*reply, 500), sentence);
  EXPECT_EQ(known().hostname, "node7") << "it counts";
  // Who was to be forgotten is asked for again after a restart.
  report.disk_of_hosts = OnDisk::failed;
  const auto removed = later_of(request("DELETE", kHostPath))->look(base::MonotonicClock::now());
  ASSERT_TRUE(removed);
  EXPECT_EQ(error(*removed, 500), sentence);
}

TEST_F(ApiHostsDiskTest, DoesNotWaitForADiskThatSaysNothing) {
  const auto later = later_of(put({{"hostname", "node7"}}));
  ASSERT_NE(later, nullptr);
  const base::Time now = base::MonotonicClock::now();
  EXPECT_FALSE(later->look(now + 2s));
  // Before its connection is cut (HttpLimits::exchange_time).
  const auto reply = later->look(now + 8s);
  ASSERT_TRUE(reply);
  EXPECT_NE(error(*reply, 500).find("has not reached the disk"), std::string::npos);
}

}  // namespace
}  // namespace stentor::control
