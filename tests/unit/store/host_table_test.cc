// SPDX-License-Identifier: BSD-3-Clause
// Goal: a host that was committed is found again with all that was said of it, by the next start
// and by people; one that was taken back is not.
#include "store/host_table.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "recording_disk.h"
#include "store_fixture.h"

namespace stentor::store {
namespace {

using config::RunTimeHost;

// Of which everything is said.
RunTimeHost full_host() {
  return {.mac = *wire::MacAddress::parse("52:d4:80:ab:cd:ef"),
          .address = wire::Ipv4Address{0xdffffffe},
          .hostname = "node7.rack-3.example",
          .classes = {"lab", "x86 blade", "uefi"},
          .boot_file = "pxe/{mac}/grub's \"x\".efi",
          .is_local = true,
          .boot_once = "wipe/\xc3\xa9.efi",
          .is_for_ipxe = true};
}

struct HostDatabase {
  HostDatabase() { open(); }

  void open() {
    database.reset();
    database = open_or_die({folder.database(), disk.name(), &disk});
  }
  [[nodiscard]] Outcome<void> try_to_apply(const std::vector<lease::LeaseChange>& leases,
                                           const std::vector<HostChange>& hosts) const {
    return database->apply(leases, hosts, clocks_after({}));
  }
  void put(const std::vector<RunTimeHost>& hosts) const {
    std::vector<HostChange> changes;
    for (const RunTimeHost& host : hosts) changes.push_back({host.mac, host});
    const auto applied = try_to_apply({}, changes);
    ASSERT_TRUE(applied) << applied.error().sentence;
  }
  // As the next start finds them.
  Hosts found() {
    open();
    return hosts_in(*database);
  }
  // The rows of somebody else's question, with what is NULL as "-".
  [[nodiscard]] std::string shown() const {
    auto other = Connection::open(folder.database(), {});
    EXPECT_TRUE(other);
    Statement select(
        *other,
        "SELECT group_concat(mac || ' ' || coalesce(ip, '-') || ' ' || "
        "coalesce(hostname, '-') || ' ' || coalesce(classes, '-') || ' ' || "
        "coalesce(boot_file, '-') || ' ' || is_local || ' ' || "
        "coalesce(boot_once, '-') || ' ' || is_for_ipxe, char(10)) FROM run_time_host");
    EXPECT_TRUE(select.step());
    return std::string(base::as_text(select.bytes(0)));
  }

  TemporaryFolder folder;
  RecordingDisk disk;
  std::unique_ptr<Database> database;
};

TEST(HostTable, FindsAHostAgainAsItWas) {
  HostDatabase subject;
  // The last, and the first MAC address that there is, and each field alone.
  const std::vector<RunTimeHost> hosts{
      full_host(),
      {.mac = wire::MacAddress::of_number(1), .address = wire::Ipv4Address{0x0a000001}},
      {.mac = *wire::MacAddress::parse("fe:ff:ff:ff:ff:ff"), .hostname = "h"},
      {.mac = host_mac(1), .classes = {"lab"}},
      {.mac = host_mac(2), .boot_file = "grub.efi"},
      {.mac = host_mac(3), .is_local = true},
      {.mac = host_mac(4), .boot_once = "wipe.efi"},
      {.mac = host_mac(5), .boot_once = "wipe.ipxe", .is_for_ipxe = true},
  };
  subject.put(hosts);
  EXPECT_EQ(subject.found(), hosts_of(hosts));
}

TEST(HostTable, KeepsWhatWasSaidLast) {
  HostDatabase subject;
  subject.put({full_host(), named_host(1, 1)});
  RunTimeHost less{.mac = full_host().mac, .boot_file = "other"};
  subject.put({less});
  EXPECT_EQ(subject.found(), hosts_of({less, named_host(1, 1)})) << "nothing else of it is left";
  // Within one commit too.
  subject.put({named_host(1, 2), named_host(1, 3)});
  EXPECT_EQ(subject.found().at(host_mac(1)), named_host(1, 3));
}

TEST(HostTable, ForgetsWhoWasTakenBack) {
  HostDatabase subject;
  subject.put({named_host(1, 1), named_host(2, 1), named_host(3, 1)});
  ASSERT_TRUE(subject.try_to_apply({}, {{host_mac(2), {}}, {host_mac(9), {}}}));
  EXPECT_EQ(subject.found(), hosts_of({named_host(1, 1), named_host(3, 1)}));
}

TEST(HostTable, ShowsPeopleWhatWasSaid) {
  const HostDatabase subject;
  subject.put({full_host(), {.mac = host_mac(0x123456), .is_local = true}});
  // By the MAC address.
  EXPECT_EQ(subject.shown(),
            "52:54:00:12:34:56 - - - - 1 - 0\n"
            "52:d4:80:ab:cd:ef 223.255.255.254 node7.rack-3.example lab,x86 blade,uefi "
            "pxe/{mac}/grub's \"x\".efi 1 wipe/\xc3\xa9.efi 1");
}

TEST(HostTable, IsWrittenWithLeasesOrNotAtAll) {
  HostDatabase subject;
  subject.put({named_host(1, 1)});
  // No machine has this address, and the table knows it.
  const auto refused = subject.try_to_apply(
      {bound(1, 1)}, {{host_mac(1), named_host(1, 2)}, {{}, RunTimeHost{.is_local = true}}});
  EXPECT_FALSE(refused);
  subject.disk.fail(DiskCall::write, SQLITE_FULL);
  EXPECT_FALSE(subject.try_to_apply({bound(1, 1)}, {{host_mac(1), named_host(1, 3)}}));
  subject.disk.heal();
  EXPECT_EQ(subject.found(), hosts_of({named_host(1, 1)}));
  EXPECT_EQ(versions_in(*subject.database), Versions{});
  ASSERT_TRUE(subject.try_to_apply({bound(1, 1)}, {{host_mac(1), named_host(1, 4)}}));
  EXPECT_EQ(subject.found(), hosts_of({named_host(1, 4)}));
  EXPECT_EQ(versions_in(*subject.database), (Versions{{1, 1}}));
}

TEST(HostTable, IsWrittenWithAWholeNewDatabase) {
  HostDatabase subject;
  subject.put({named_host(1, 1), named_host(2, 1), full_host()});
  const std::vector<RunTimeHost> now{named_host(1, 2), full_host()};
  const auto rewritten =
      subject.database->rewrite([](const VisitChange& visit) { visit(bound(7, 1)); },
                                [&](const VisitHost& visit) {
                                  for (const RunTimeHost& host : now) visit(host);
                                },
                                clocks_after({}));
  ASSERT_TRUE(rewritten) << rewritten.error().sentence;
  EXPECT_EQ(hosts_in(*subject.database), hosts_of(now));
  EXPECT_EQ(subject.found(), hosts_of(now));
  EXPECT_EQ(versions_in(*subject.database), (Versions{{7, 1}}));
  subject.put({named_host(3, 1)});
  EXPECT_EQ(subject.found().size(), 3u) << "it goes on";
}

TEST(HostTable, SaysThatItCannotBeRead) {
  HostDatabase subject;
  subject.put({named_host(1, 1)});
  auto other = Connection::open(subject.folder.database(), {});
  ASSERT_TRUE(other && other->run("DROP VIEW run_time_host; DROP TABLE host"));
  const auto loaded = subject.database->load_hosts([](const RunTimeHost&) {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().sentence.find(subject.folder.database()), std::string::npos);
}

}  // namespace
}  // namespace stentor::store
