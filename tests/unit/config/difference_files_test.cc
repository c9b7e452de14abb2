// SPDX-License-Identifier: BSD-3-Clause
// Goal: what changes in files of hosts and of secrets is named, though the document stays the same.
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/difference.h"
#include "sample.h"

namespace stentor::config {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kHosts =
    "dhcp:\n"
    "  hosts: [/hosts.csv]\n"
    "  classes: [{name: lab}, {name: rack}]\n"
    "  subnets: [{subnet: 10.1.0.0/16, pools: [10.1.1.1-10.1.1.99]}]\n";

Settings with_hosts(const std::string& text, std::string_view yaml = kHosts) {
  const auto settings = parse_settings(
      minimal_with(yaml), "f", {},
      {.list = [](const std::string& pattern) { return std::vector{pattern}; },
       .read = [&](const std::string&) -> base::Result<std::string> { return text; }});
  if (settings) return *settings;
  for (const Diagnostic& finding : settings.error()) ADD_FAILURE() << finding.text();
  return {};
}

Lines between(const Settings& running, const Settings& next) {
  Lines lines;
  for (const Change& change : difference(running, next).changes) lines.push_back(change.text());
  return lines;
}

constexpr std::string_view kHead = "mac,uuid,address,hostname,classes,boot-file\n";

TEST(DifferenceOfHosts, NamesThoseThatComeGoAndChange) {
  const std::string head(kHead);
  const Settings running = with_hosts(head +
                                      "52:54:00:00:00:01,,10.1.2.1,,,\n"
                                      "52:54:00:00:00:02,,10.1.2.2,node2,lab,a.efi\n"
                                      "52:54:00:00:00:03,,,,,\n");
  const Settings next = with_hosts(head +
                                   "52:54:00:00:00:03,,,,,\n"
                                   "52:54:00:00:00:02,,10.1.2.9,node2,rack,b.efi\n"
                                   ",4c4c4544-0042-3510-8052-b4c04f4d3732,10.1.2.1,,,\n");
  EXPECT_EQ(between(running, next),
            (Lines{"- dhcp.hosts[52:54:00:00:00:01]: address 10.1.2.1",
                   "~ dhcp.hosts[52:54:00:00:00:02]: address 10.1.2.2, hostname node2, class lab, "
                   "boot-file a.efi -> address 10.1.2.9, hostname node2, class rack, boot-file "
                   "b.efi",
                   "+ dhcp.hosts[uuid 4c4c4544004235108052b4c04f4d3732]: address 10.1.2.1"}));
}

TEST(DifferenceOfHosts, IsNoneOfAnotherOrderOfHostsOrClasses) {
  const std::string head(kHead);
  const std::string one = "52:54:00:00:00:01,,,,lab,\n";
  const std::string two = "52:54:00:00:00:02,,,,rack,\n";
  EXPECT_EQ(between(with_hosts(head + one + two), with_hosts(head + two + one)), Lines{});
  std::string turned(kHosts);
  turned.replace(turned.find("{name: lab}, {name: rack}"), 25, "{name: rack}, {name: lab}");
  EXPECT_EQ(between(with_hosts(head + one), with_hosts(head + one, turned)).size(), 1u)
      << "the order of the classes alone";
}

TEST(DifferenceOfHosts, IsBoundedHoweverManyChange) {
  std::string before(kHead);
  std::string after(kHead);
  for (int i = 0; i < 3000; ++i) {
    const std::string host = std::to_string(1000 + i);
    const std::string tail = host.substr(0, 2) + ":" + host.substr(2);
    before += "52:54:00:00:" + tail + ",,,a,,\n";
    after += "52:54:00:00:" + tail + ",,,b,,\n";
  }
  const Difference found = difference(with_hosts(before), with_hosts(after));
  EXPECT_EQ(found.changes.size(), Difference::kChangesMax);
  EXPECT_EQ(found.left_out, 2000u);
}

TEST(DifferenceOfSecrets, IsNamedAndShowsNone) {
  const std::string path = testing::TempDir() + "stentor-difference.key";
  const auto reading = [&](const std::string& secret) {
    std::ofstream(path) << secret;
    ::chmod(path.c_str(), 0600);
    return settings_of(
        minimal_with("dhcp:\n"
                     "  relays: [{address: 10.1.0.1, keys: [{id: 7, file: " +
                     path +
                     "}]}]\n"
                     "  subnets: [{subnet: 10.1.0.0/16, pools: [10.1.1.1-10.1.1.99]}]\n"));
  };
  const Settings first = reading("a secret of many bytes");
  const Settings second = reading("another one of as many");
  ::unlink(path.c_str());
  EXPECT_EQ(between(first, first), Lines{});
  EXPECT_EQ(between(first, second),
            Lines{"~ dhcp.relays[10.1.0.1].keys[7]: its secret -> another secret"});
}

TEST(DifferenceOfTokens, IsNamedAndShowsNone) {
  Settings first = settings_of(kMinimal);
  first.control.tokens = {"the read token of many letters", "the write token of as many"};
  Settings second = first;
  EXPECT_EQ(between(first, second), Lines{});
  second.control.tokens.write = "another write token";
  EXPECT_EQ(between(first, second), Lines{"~ control.tokens.write: its token -> another token"});
  second.control.tokens.read.clear();
  EXPECT_EQ(between(first, second).size(), 1u) << "one that goes is in the document";
}

TEST(DifferenceOfTheCertificate, IsNamedAndShowsNone) {
  Settings first = settings_of(kMinimal);
  first.control.http.emplace().tls = TlsIdentity{"/a.crt", "a certificate", "/a.key", "a key"};
  Settings second = first;
  EXPECT_EQ(between(first, second), Lines{});
  second.control.http->tls->certificate = "another certificate";
  EXPECT_EQ(between(first, second),
            Lines{"~ control.http.tls.cert: /a.crt -> /a.crt, with something else in it"});
  second.control.http->tls->key = "another key";
  EXPECT_EQ(between(first, second),
            (Lines{"~ control.http.tls.cert: /a.crt -> /a.crt, with something else in it",
                   "~ control.http.tls.key: /a.key -> /a.key, with something else in it"}));
  second.control.http->tls->certificate_file = "/b.crt";
  EXPECT_EQ(between(first, second).size(), 1u) << "another file is in the document";
}

}  // namespace
}  // namespace stentor::config
