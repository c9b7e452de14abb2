// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a request's address and frame say of its client, and when that must be known at all.
#include <gtest/gtest.h>

#include "config/parse.h"
#include "support/service.h"

namespace stentor::worker {
namespace {

constexpr base::Time kNow{std::chrono::hours{1}};
const wire::MacAddress kMac{{2, 0, 0, 0, 0, 1}};
const wire::Ipv4Address kOnLink{0x0a140909};  // 10.20.9.9
const wire::Ipv4Address kRouted{0x0a1e0101};  // 10.30.1.1
constexpr const char* kPort =
    "ports: [{name: b, device: \"vdev:net_null0\", networks: [{address: 10.20.0.2/16}]}]\n";
constexpr const char* kPool =
    "  subnets: [{subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.9]}]\n";

bool needs(const std::string& dhcp, const std::string& images, const std::string& boot = "") {
  const auto settings = config::parse_settings(
      kPort + ("dhcp:\n" + dhcp) + kPool + "images: {root: /i, " + images + "}\n" + boot, "f");
  if (settings) return needs_clients(*settings);
  for (const auto& finding : settings.error()) ADD_FAILURE() << finding.text();
  return false;
}

TEST(SnapshotClient, IsNeededOnlyWhereClientsDiffer) {
  EXPECT_FALSE(needs("", ""));
  EXPECT_FALSE(needs("  classes: [{name: a, match: {arch: bios}}]\n", "",
                     "boot: {rules: [{match: {class: a}, file: x}]}\n"));
  EXPECT_FALSE(needs("", "client-directories: ['{address}', '{address:hex}']"));
  EXPECT_FALSE(needs("", "beside-boot-file: false", "boot: {rules: [{file: efi/x}]}\n"));
  EXPECT_FALSE(needs("", "", "boot: {rules: [{file: x}]}\n"));
  EXPECT_FALSE(needs("  relays: [{address: 10.20.0.9}]\n", ""));
  EXPECT_TRUE(needs("  relays: [{address: 10.20.0.9, leasequery: true}]\n", ""));
  EXPECT_TRUE(needs("", "", "boot: {rules: [{file: efi/x}]}\n"));
  EXPECT_TRUE(needs("", "", "boot: {rules: [{file: \"efi\\\\x\"}]}\n"));
  EXPECT_TRUE(needs("", "client-directories: ['{address}', '{mac}']"));
  EXPECT_TRUE(needs("", "client-directories: ['{address}/{serial}']"));
  EXPECT_TRUE(needs("  classes: [{name: a, tftp: {reject: [tsize]}}]\n", ""));
  EXPECT_TRUE(needs("  classes: [{name: a}]\n", "access: [{files: x, classes: [a]}]"));
}

class SnapshotClientTest : public testing::Test {
 protected:
  tftp::ClientContext found(wire::Ipv4Address address) {
    return snapshot.find_client(snapshot.ports[0].networks[0], kMac, address).value();
  }
  lease::ClientFacts facts() {
    return {.classes = 1,
            .class_list = snapshot.policy.class_list(),
            .serial = 5,
            .mac = wire::MacAddress{{2, 0, 0, 0, 0, 2}},
            .boot_directory = snapshot.policy.boot_rules()[0].target.directories.at(0)};
  }

  support::Service service{std::string(kPort) + "dhcp:\n  classes: [{name: a}]\n" + kPool +
                               "images: {root: /i, access: [{files: x, classes: [a]}]}\n"
                               "boot: {rules: [{file: efi/x}]}\n",
                           {},
                           1};
  const Snapshot& snapshot = service.snapshots().read(0);
};

TEST_F(SnapshotClientTest, OfAStrangerTheFrameTellsTheMacOnOurLinkAlone) {
  EXPECT_EQ(found(kOnLink).mac, kMac);
  EXPECT_EQ(found(kOnLink).address, kOnLink);
  EXPECT_EQ(found(kOnLink).classes, 0u);
  EXPECT_EQ(found(kRouted).mac, std::nullopt);
  EXPECT_EQ(found(kRouted).address, kRouted);
}

TEST_F(SnapshotClientTest, WhatWasNotedCountsOnTheLinkOfItsFrames) {
  ASSERT_TRUE(service.clients().note_unleased(0, kMac, facts(), kNow));
  const tftp::ClientContext client = found(kOnLink);
  EXPECT_EQ(client.classes, 1u);
  EXPECT_EQ(client.serial, 5u);
  EXPECT_EQ(client.mac, facts().mac);
  ASSERT_NE(client.boot_directory, nullptr);
  EXPECT_EQ(client.boot_directory->written(), "efi");
  EXPECT_EQ(found(kRouted).classes, 0u) << "this frame is a router's";
}

TEST_F(SnapshotClientTest, ALeaseCountsBeforeTheFrame) {
  const lease::Owner owner{{1, 2}};
  const wire::Ipv4Address leased{0x0a141003};
  ASSERT_TRUE(service.leases().bind(owner, leased, kNow, kNow + std::chrono::hours{1}));
  ASSERT_TRUE(service.clients().note_lease(service.leases(), leased, owner, facts(), kNow));
  ASSERT_TRUE(service.clients().note_unleased(0, kMac, {}, kNow));
  EXPECT_EQ(found(leased).classes, 1u);
}

TEST_F(SnapshotClientTest, BitsOfOtherClassesSayNothing) {
  lease::ClientFacts old = facts();
  ++old.class_list;
  ++old.boot_directory;
  ASSERT_TRUE(service.clients().note_unleased(0, kMac, old, kNow));
  EXPECT_EQ(found(kOnLink).classes, 0u);
  EXPECT_EQ(found(kOnLink).boot_directory, nullptr);
  EXPECT_EQ(found(kOnLink).mac, old.mac);
}

// What lies beside a file that the board named is found there by the machine that was told it; the
// policy's folders are known as before.
TEST_F(SnapshotClientTest, TheBoardKnowsTheFolderOfAFileThatItNamed) {
  lease::ClientFacts told = facts();
  auto host = dhcp::compile_host({.mac = *told.mac, .boot_file = "lab/{mac}/x"}, 0, std::nullopt,
                                 support::Service::kKey);
  told.boot_directory = host.boot->directories.at(0);
  ASSERT_EQ(snapshot.policy.find_directory(told.boot_directory), nullptr);
  auto next = service.copy_snapshot();
  next->hosts.put(std::move(host));
  service.snapshots().publish(std::move(next));
  const Snapshot& now = service.snapshots().read(0);
  const auto directory_of = [&](const lease::ClientFacts& noted) {
    EXPECT_TRUE(service.clients().note_unleased(0, kMac, noted, kNow));
    const auto client = now.find_client(now.ports[0].networks[0], kMac, kOnLink);
    return client->boot_directory == nullptr ? "none" : client->boot_directory->written();
  };
  EXPECT_EQ(directory_of(told), "lab/{mac}");
  EXPECT_EQ(directory_of(facts()), "efi");
  lease::ClientFacts other = told;
  other.mac = wire::MacAddress{{2, 0, 0, 0, 0, 3}};
  EXPECT_EQ(directory_of(other), "none") << "it was told to another";
  other.mac.reset();
  EXPECT_EQ(directory_of(other), "none");
  now.hosts.erase(*told.mac);
  EXPECT_EQ(directory_of(told), "none");
}

}  // namespace
}  // namespace stentor::worker
