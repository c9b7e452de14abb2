// SPDX-License-Identifier: BSD-3-Clause
// Goal: the book says what was said last of each machine, and nobody hears that a change is on disk
// before it is; one that the disk did not take comes again, as it is by then.
#include "store/host_book.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

using config::RunTimeHost;
using Numbers = std::vector<std::uint64_t>;

constexpr wire::Ipv4Address kFirstAddress{0x0a000001};
constexpr wire::Ipv4Address kOtherAddress{0x0a000002};

Numbers numbers_of(const std::vector<RunTimeHost>& hosts) {
  Numbers numbers;
  for (const RunTimeHost& host : hosts) numbers.push_back(host.mac.number() & 0xffff);
  return numbers;
}

// As "node1-7"; "-" where nothing is said any more.
std::vector<std::string> names_in(const std::vector<HostChange>& changes) {
  std::vector<std::string> names;
  for (const HostChange& change : changes) {
    names.push_back(change.host ? change.host->hostname : "-");
  }
  return names;
}
using Names = std::vector<std::string>;

RunTimeHost with_address(std::uint32_t number, wire::Ipv4Address address) {
  return {.mac = host_mac(number), .address = address};
}

RunTimeHost booting_once(std::uint32_t number, const std::string& file) {
  return {.mac = host_mac(number), .boot_once = file};
}

TEST(HostBook, SaysWhatWasSaidLast) {
  HostBook book;
  EXPECT_EQ(book.find(host_mac(1)), std::nullopt);
  book.put(named_host(1, 1));
  book.put(named_host(2, 1));
  EXPECT_EQ(book.find(host_mac(1)), named_host(1, 1));
  book.put(named_host(1, 2));
  EXPECT_EQ(book.find(host_mac(1)), named_host(1, 2));
  EXPECT_EQ(book.find(host_mac(2)), named_host(2, 1));
  EXPECT_EQ(book.size(), 2u);
}

TEST(HostBook, KeepsNobodyOfWhomNothingIsSaid) {
  HostBook book;
  book.put(named_host(1, 1));
  book.put({.mac = host_mac(1)});
  EXPECT_EQ(book.find(host_mac(1)), std::nullopt);
  book.put({.mac = host_mac(2)});
  EXPECT_EQ(book.size(), 0u);
  EXPECT_TRUE(book.all().empty());
  // Whom a single field is about is somebody.
  book.put({.mac = host_mac(3), .is_local = true});
  EXPECT_EQ(numbers_of(book.all()), Numbers{3});
}

TEST(HostBook, GoesThroughMachinesInTheirOrder) {
  HostBook book;
  for (const std::uint32_t number : {9U, 3U, 0x100U, 5U, 1U}) book.put(named_host(number, 1));
  EXPECT_EQ(numbers_of(book.page(std::nullopt, 2)), (Numbers{1, 3}));
  EXPECT_EQ(numbers_of(book.page(host_mac(3), 2)), (Numbers{5, 9}));
  EXPECT_EQ(numbers_of(book.page(host_mac(4), 9)), (Numbers{5, 9, 0x100})) << "behind nobody";
  EXPECT_TRUE(book.page(host_mac(0x100), 9).empty());
  EXPECT_TRUE(book.page(std::nullopt, 0).empty());
  EXPECT_EQ(numbers_of(book.all()), (Numbers{1, 3, 5, 9, 0x100}));
}

TEST(HostBook, KnowsWhoHasAnAddress) {
  HostBook book;
  EXPECT_EQ(book.holder_of(kFirstAddress), std::nullopt);
  book.put(with_address(1, kFirstAddress));
  EXPECT_EQ(book.holder_of(kFirstAddress), host_mac(1));
  book.put(with_address(1, kOtherAddress));
  EXPECT_EQ(book.holder_of(kFirstAddress), std::nullopt) << "it has moved";
  EXPECT_EQ(book.holder_of(kOtherAddress), host_mac(1));
  book.put(with_address(2, kFirstAddress));
  book.put({.mac = host_mac(1)});
  EXPECT_EQ(book.holder_of(kOtherAddress), std::nullopt) << "it has gone";
  EXPECT_EQ(book.holder_of(kFirstAddress), host_mac(2));
  book.put(named_host(2, 1));
  EXPECT_EQ(book.holder_of(kFirstAddress), std::nullopt) << "of its name alone something is said";
}

TEST(HostBook, CountsThoseThatAreToBootSomethingOnce) {
  HostBook book;
  book.put(named_host(1, 1));
  EXPECT_EQ(book.armed(), 0u);
  book.put(booting_once(1, "wipe"));
  book.put(booting_once(2, "wipe"));
  EXPECT_EQ(book.armed(), 2u);
  book.put(booting_once(1, "install"));
  EXPECT_EQ(book.armed(), 2u) << "the same machine, another file";
  book.put(named_host(1, 1));
  EXPECT_EQ(book.armed(), 1u);
  book.put({.mac = host_mac(2)});
  book.put({.mac = host_mac(2)});
  EXPECT_EQ(book.armed(), 0u);
}

TEST(HostBook, KnowsSinceWhenAMachineIsToBootSomethingOnce) {
  HostBook book;
  const base::Time first{std::chrono::seconds{10}};
  const base::Time later{std::chrono::seconds{20}};
  book.put(booting_once(1, "wipe"), first);
  RunTimeHost host = booting_once(1, "wipe");
  host.hostname = "node1";
  book.put(host, later);
  EXPECT_EQ(book.armed_since(host_mac(1)), first) << "it is the same file";
  book.put(booting_once(1, "install"), later);
  EXPECT_EQ(book.armed_since(host_mac(1)), later);
  book.load(booting_once(2, "wipe"));
  EXPECT_EQ(book.armed_since(host_mac(2)), base::Time{});
}

TEST(HostBook, HasNothingForTheDiskOfWhatCameFromThere) {
  HostBook book;
  RunTimeHost host = with_address(1, kFirstAddress);
  host.boot_once = "wipe";
  book.load(host);
  EXPECT_EQ(book.find(host_mac(1)), host);
  EXPECT_EQ(book.holder_of(kFirstAddress), host_mac(1));
  EXPECT_EQ(book.armed(), 1u);
  EXPECT_TRUE(book.take(10).empty());
  EXPECT_EQ(book.put(named_host(1, 1)), 1u) << "the first ticket";
}

TEST(HostBook, CommitsTicketsAsFarAsATakeHasReached) {
  HostBook book;
  EXPECT_EQ(book.put(named_host(1, 1)), 1u);
  EXPECT_EQ(book.put(named_host(2, 1)), 2u);
  EXPECT_EQ(book.put(named_host(3, 1)), 3u);
  EXPECT_EQ(names_in(book.take(2)), (Names{"node1-1", "node2-1"}));
  EXPECT_EQ(book.committed(), 0u) << "it was only taken";
  EXPECT_EQ(book.put(named_host(4, 1)), 4u);
  book.note_committed();
  EXPECT_EQ(book.committed(), 2u);
  EXPECT_EQ(names_in(book.take(10)), (Names{"node3-1", "node4-1"}));
  book.note_committed();
  EXPECT_EQ(book.committed(), 4u);
  EXPECT_TRUE(book.take(10).empty());
  EXPECT_EQ(book.failed_up_to(), 0u);
}

TEST(HostBook, CommitsNothingThatWasNotTaken) {
  HostBook book;
  book.put(named_host(1, 1));
  book.note_committed();
  EXPECT_EQ(book.committed(), 0u);
  EXPECT_EQ(book.take(10).size(), 1u);
  book.note_committed();
  book.put(named_host(2, 1));
  book.note_committed();
  EXPECT_EQ(book.committed(), 1u) << "the second one came behind the take";
  // Nor what an empty take left there.
  EXPECT_TRUE(book.take(0).empty());
  book.note_committed();
  EXPECT_EQ(book.committed(), 1u);
}

TEST(HostBook, FailsAllThatWaits) {
  HostBook book;
  book.put(named_host(1, 1));
  book.put(named_host(2, 1));
  static_cast<void>(book.take(1));
  EXPECT_EQ(book.failed_up_to(), 0u);
  book.note_failed();
  EXPECT_EQ(book.failed_up_to(), 2u) << "the disk does not take the second one either";
  EXPECT_EQ(book.committed(), 0u);
  // Who comes behind the failure is not told of it.
  EXPECT_EQ(book.put(named_host(3, 1)), 3u);
  EXPECT_EQ(book.failed_up_to(), 2u);
}

TEST(HostBook, TakesWhatFailedAgainAsItIsByThen) {
  HostBook book;
  book.put(named_host(1, 1));
  book.put(named_host(2, 1));
  book.put(named_host(3, 1));
  static_cast<void>(book.take(2));
  book.note_failed();
  book.put(named_host(1, 2));
  book.put({.mac = host_mac(2)});
  const auto changes = book.take(10);
  EXPECT_EQ(names_in(changes), (Names{"node1-2", "-", "node3-1", "node1-2", "-"}));
  EXPECT_EQ(changes[1].mac, host_mac(2)) << "who is to be deleted";
  book.note_committed();
  EXPECT_EQ(book.committed(), 5u);
  EXPECT_TRUE(book.take(10).empty());
}

// The disk had the first change while the second came: the second is not on it.
TEST(HostBook, TakesAMachineOnceMoreThatChangedWhileItWasWritten) {
  HostBook book;
  book.put(named_host(1, 1));
  EXPECT_EQ(names_in(book.take(10)), Names{"node1-1"});
  book.put(named_host(1, 2));
  book.note_committed();
  EXPECT_EQ(book.committed(), 1u);
  EXPECT_EQ(names_in(book.take(10)), Names{"node1-2"});
}

}  // namespace
}  // namespace stentor::store
