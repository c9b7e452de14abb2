// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is taken at start is refused by name when it changes, and nothing else is.
#include "config/fixed_key.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string changed(std::string_view running, std::string_view next) {
  std::string all;
  for (const std::string& sentence : fixed_changes(settings_of(running), settings_of(next))) {
    all += sentence + "\n";
  }
  return all;
}

// `more` in a file that is kMinimal otherwise, against kMinimal.
std::string added(const std::string& more) { return changed(kMinimal, minimal_with(more)); }

std::string refusal_of(const std::string& key) {
  return key + " cannot change while stentord runs; a restart applies it\n";
}

// kMinimal with another text in the place of `from`.
std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kMinimal);
  text.replace(text.find(from), from.size(), to);
  return changed(kMinimal, text);
}

TEST(FixedKeys, AreNotChangedByTheSameFile) { EXPECT_EQ(changed(kMinimal, kMinimal), ""); }

TEST(FixedKeys, DoNotHoldWhatAReloadApplies) {
  EXPECT_EQ(added("dhcp:\n"
                  "  mode: proxy\n"
                  "  lease-time: {default: 2h}\n"
                  "  classes: [{name: lab}]\n"
                  "  relays: [{address: 10.0.1.1, subnets: [10.0.1.0/24]}]\n"
                  "  subnets: [{subnet: 10.0.1.0/24, pools: [10.0.1.9-10.0.1.20]}]\n"
                  "boot: {rules: [{file: pxelinux.0}]}\n"
                  "tftp: {windowsize-max: 4, clients: any, rto: {max: 2s}, pace: none}\n"
                  "limits: {transfers-per-client: 2}\n"
                  "log: {level: debug}\n"),
            "");
  EXPECT_EQ(replaced("dhcp: proxy", "dhcp: none"), "");
  EXPECT_EQ(replaced("root: /srv/images",
                     "root: /srv/images, aliases: [{from: a, to: b}], beside-boot-file: false"),
            "");
}

TEST(FixedKeys, AreNamedOneByOne) {
  EXPECT_EQ(added("workers: {cores: [1]}\n"), refusal_of("workers.cores"));
  EXPECT_EQ(added("workers: {idle: poll}\n"), refusal_of("workers.idle"));
  EXPECT_EQ(added("workers: {hugepages: none}\n"), refusal_of("workers.hugepages"));
  EXPECT_EQ(changed(minimal_with("workers: {hugepages: 1GiB}\n"),
                    minimal_with("workers: {hugepages: 2GiB}\n")),
            refusal_of("workers.hugepages"));
  EXPECT_EQ(added("dhcp: {empty-router-advertisements: false}\n"),
            refusal_of("dhcp.empty-router-advertisements"));
  EXPECT_EQ(added("tftp: {ports: 50000-60000}\n"), refusal_of("tftp.ports"));
  EXPECT_EQ(added("tftp: {ports: single, clients: any}\n"), refusal_of("tftp.ports"));
  EXPECT_EQ(added("tftp: {transfers-max: 7}\n"), refusal_of("tftp.transfers-max"));
  EXPECT_EQ(added("leases: {database: /var/lib/other/leases.db}\n"), refusal_of("leases.database"));
  EXPECT_EQ(added("leases: {durability: memory}\n"), refusal_of("leases.durability"));
}

TEST(FixedKeys, AreThoseOfTheImageRoot) {
  const auto with = [](const std::string& more) {
    return replaced("root: /srv/images", "root: /srv/images, " + more);
  };
  EXPECT_EQ(replaced("/srv/images", "/srv/other"), refusal_of("images.root"));
  EXPECT_EQ(with("manifest: {file: SUMS}"), refusal_of("images.manifest.file"));
  EXPECT_EQ(with("manifest: {required: true}"), refusal_of("images.manifest.required"));
  EXPECT_EQ(with("watch: {settle: 1s}"), refusal_of("images.watch"));
  EXPECT_EQ(with("case-insensitive: true"), refusal_of("images.case-insensitive"));
}

TEST(FixedKeys, AreThoseOfAPort) {
  EXPECT_EQ(replaced("boot0", "boot1"), refusal_of("ports[0].name"));
  EXPECT_EQ(replaced("interface:eth1", "interface:eth2"), refusal_of("ports[0].device"));
  EXPECT_EQ(replaced("interface:eth1", "[\"3b:00.0\", \"3b:00.1\"]\n    bond: active-backup"),
            refusal_of("ports[0].device"));
  EXPECT_EQ(replaced("networks:", "queues: 2\n    networks:"), refusal_of("ports[0].queues"));
  const std::string networks = refusal_of("ports[0].networks (all but its dhcp)");
  EXPECT_EQ(replaced("10.0.0.1/24", "10.0.0.2/24"), networks);
  EXPECT_EQ(replaced("10.0.0.1/24", "10.0.0.1/25"), networks);
  EXPECT_EQ(replaced("dhcp: proxy", "dhcp: proxy, mtu: 1400"), networks);
  EXPECT_EQ(replaced("dhcp: proxy", "dhcp: proxy, vlan: 7"), networks);
  EXPECT_EQ(added("  - {name: boot1, device: \"interface:eth2\", networks: [{address: 10.1.0.1/24, "
                  "dhcp: proxy}]}\n"),
            refusal_of("the number of ports"));
}

TEST(FixedKeys, AreSocketsOfTheApi) {
  EXPECT_EQ(added("control: {socket: none}\n"), refusal_of("control.socket"));
  EXPECT_EQ(added("control: {metrics: {address: 127.0.0.1:9467}}\n"),
            refusal_of("control.metrics"));
  Settings running;
  Settings next;
  running.control.http = next.control.http =
      ControlHttp{.address = {wire::Ipv4Address{0x0a000001}, 8067},
                  .tls = TlsIdentity{"/a.crt", "a certificate", "/a.key", "a key"}};
  running.control.tokens = {"one token", "another"};
  next.control.http->tls = TlsIdentity{"/b.crt", "another certificate", "/b.key", "its key"};
  EXPECT_EQ(fixed_changes(running, next), std::vector<std::string>{})
      << "what is shown may change, and tokens";
  const std::vector<std::string> refused{
      "control.http cannot change while stentord runs; a "
      "restart applies it"};
  next.control.http->tls.reset();
  EXPECT_EQ(fixed_changes(running, next), refused);
  next.control.http = running.control.http;
  next.control.http->address.port = 8068;
  EXPECT_EQ(fixed_changes(running, next), refused);
  next.control.http.reset();
  EXPECT_EQ(fixed_changes(running, next), refused);
}

TEST(FixedKeys, AreAllNamedAtOnce) {
  EXPECT_EQ(added("workers: {idle: poll}\nleases: {durability: async}\n"),
            refusal_of("workers.idle") + refusal_of("leases.durability"));
}

}  // namespace
}  // namespace stentor::config
