// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/host_board.h"

#include <gtest/gtest.h>

#include "support/dhcp_fixture.h"

namespace stentor::dhcp {
namespace {

using config::RunTimeHost;
using support::address;

constexpr base::HashKey kBoardKey{1, 2};

wire::MacAddress numbered(std::uint32_t number) {
  return {{0x52, 0x54, static_cast<std::uint8_t>(number >> 24),
           static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
           static_cast<std::uint8_t>(number)}};
}

BoardHost host_named(std::uint32_t number, const std::string& name) {
  return {.mac = numbered(number), .hostname = {name.begin(), name.end()}};
}

// What the board says of a machine; empty: nothing.
std::string name_on(const HostBoard& board, std::uint32_t number) {
  const BoardHost* host = board.find(numbered(number));
  if (host == nullptr) return "";
  EXPECT_EQ(host->mac, numbered(number));
  return {host->hostname.begin(), host->hostname.end()};
}

// Readers of which control knows how far they have come.
struct FakeReaders {
  std::uint64_t at = 0;
  bool operator()(std::uint64_t mark) const { return mark <= at; }
};

TEST(HostBoard, of_nothing_knows_nobody) {
  // Goal: most have no such hosts, and pay for one look; nothing is taken from nothing.
  HostBoard board;
  EXPECT_TRUE(board.is_empty());
  EXPECT_EQ(board.find(numbered(1)), nullptr);
  EXPECT_EQ(board.find({}), nullptr);
  EXPECT_EQ(board.find_directory(numbered(1), 1), nullptr);
  board.erase(numbered(1));
  EXPECT_FALSE(board.has_retired());
  EXPECT_EQ(board.reclaim(1, FakeReaders{}), 0u);
}

TEST(HostBoard, finds_one_and_nobody_else) {
  // Goal: also at both ends of what a MAC address can be.
  for (const wire::MacAddress& mac :
       {numbered(7), wire::MacAddress{}, wire::MacAddress{{255, 255, 255, 255, 255, 255}}}) {
    HostBoard board;
    board.put({.mac = mac, .is_local = true});
    EXPECT_FALSE(board.is_empty());
    ASSERT_NE(board.find(mac), nullptr);
    EXPECT_TRUE(board.find(mac)->is_local);
    EXPECT_EQ(board.find(numbered(8)), nullptr);
    EXPECT_FALSE(board.has_retired());
  }
}

TEST(HostBoard, finds_ten_thousand) {
  // Goal: each is found as what was said of it, however often the index grew, and no neighbour is.
  constexpr std::uint32_t kHosts = 10'000;
  HostBoard board;
  for (std::uint32_t i = 0; i < kHosts; ++i) board.put(host_named(2 * i, std::to_string(i)));
  for (std::uint32_t i = 0; i < kHosts; ++i) {
    ASSERT_EQ(name_on(board, 2 * i), std::to_string(i));
    ASSERT_EQ(name_on(board, 2 * i + 1), "");
  }
  for (std::uint32_t i = 0; i < kHosts; i += 2) board.erase(numbered(2 * i));
  for (std::uint32_t i = 0; i < kHosts; ++i) {
    ASSERT_EQ(name_on(board, 2 * i), i % 2 == 0 ? "" : std::to_string(i));
  }
}

TEST(HostBoard, has_the_newest_of_a_machine) {
  // Goal: what is said takes the place of what was said, and a reader keeps what it found.
  HostBoard board;
  board.put(host_named(1, "old"));
  board.put(host_named(2, "other"));
  const BoardHost* const found = board.find(numbered(1));
  board.put(host_named(1, "new"));
  EXPECT_EQ(name_on(board, 1), "new");
  EXPECT_EQ(name_on(board, 2), "other");
  EXPECT_TRUE(board.has_retired());
  EXPECT_EQ(std::string(found->hostname.begin(), found->hostname.end()), "old");
}

TEST(HostBoard, forgets_what_is_taken_back_and_takes_it_again) {
  // Goal: the place of one that is gone leads nobody astray, and is its own when it comes back.
  HostBoard board;
  for (std::uint32_t i = 0; i < 20; ++i) board.put(host_named(i, std::to_string(i)));
  const BoardHost* const found = board.find(numbered(7));
  board.erase(numbered(7));
  EXPECT_EQ(board.find(numbered(7)), nullptr);
  EXPECT_EQ(found->hostname.at(0), '7') << "its reader has it still";
  for (std::uint32_t i = 0; i < 20; ++i) {
    EXPECT_EQ(name_on(board, i), i == 7 ? "" : std::to_string(i));
  }
  EXPECT_EQ(board.reclaim(1, FakeReaders{1}), 0u);
  board.erase(numbered(7));
  EXPECT_FALSE(board.has_retired()) << "it was gone";
  board.put(host_named(7, "again"));
  EXPECT_EQ(name_on(board, 7), "again");
  EXPECT_FALSE(board.has_retired());
}

TEST(HostBoard, grows_under_its_readers) {
  // Goal: an index that is too small is another one's from then on; hosts stay where they are.
  HostBoard board;
  board.put(host_named(0, "first"));
  const BoardHost* const found = board.find(numbered(0));
  for (std::uint32_t i = 1; !board.has_retired(); ++i) {
    ASSERT_LT(i, 1000u);
    board.put(host_named(i, "other"));
  }
  EXPECT_EQ(board.find(numbered(0)), found);
  EXPECT_EQ(board.reclaim(1, FakeReaders{0}), 1u);
  EXPECT_EQ(board.reclaim(1, FakeReaders{1}), 0u);
  EXPECT_EQ(board.find(numbered(0)), found);
}

TEST(HostBoard, does_not_grow_with_those_that_came_and_went) {
  // Goal: ten thousand machines, one at a time, need the room of a few.
  HostBoard board;
  board.put(host_named(0, "stays"));
  std::uint64_t indexes = 0;
  for (std::uint32_t i = 1; i <= 10'000; ++i) {
    board.put(host_named(i, "comes"));
    indexes += board.has_retired() ? 1u : 0u;
    ASSERT_EQ(board.reclaim(i, FakeReaders{i}), 0u);
    board.erase(numbered(i));
    ASSERT_EQ(board.reclaim(i, FakeReaders{i}), 0u);
    ASSERT_EQ(name_on(board, 0), "stays");
  }
  // The smallest has 64 cells, and is made anew when half of them are used; a larger one lasts.
  EXPECT_GT(indexes, 10'000u / 64u);
}

TEST(HostBoard, frees_what_is_retired_once_its_mark_has_passed) {
  // Goal: the first mark behind a change is its mark, and later ones put nothing off.
  HostBoard board;
  FakeReaders readers{4};
  board.put(host_named(1, "old"));
  board.put(host_named(2, "old"));
  board.put(host_named(1, "new"));
  EXPECT_EQ(board.reclaim(5, readers), 1u);
  board.erase(numbered(2));
  EXPECT_EQ(board.reclaim(9, readers), 2u);
  EXPECT_TRUE(board.has_retired());
  readers.at = 5;
  EXPECT_EQ(board.reclaim(12, readers), 1u);
  readers.at = 8;
  EXPECT_EQ(board.reclaim(13, readers), 1u);
  readers.at = 9;
  EXPECT_EQ(board.reclaim(14, readers), 0u);
  EXPECT_FALSE(board.has_retired());
  EXPECT_EQ(name_on(board, 1), "new");
}

TEST(HostBoard, moves_with_all_that_it_has) {
  // Goal: the board of a snapshot that is made, and what it retired meanwhile.
  HostBoard first;
  first.put(host_named(1, "old"));
  first.put(host_named(1, "new"));
  const BoardHost* const found = first.find(numbered(1));
  HostBoard second(std::move(first));
  EXPECT_EQ(second.find(numbered(1)), found);
  EXPECT_EQ(second.reclaim(1, FakeReaders{0}), 1u);
  EXPECT_EQ(second.reclaim(1, FakeReaders{1}), 0u);
  second.put(host_named(2, "other"));
  EXPECT_EQ(name_on(second, 2), "other");
}

TEST(HostBoard, knows_the_directories_of_its_files) {
  // Goal: of the file that is told once and of the other, each of its own machine alone.
  HostBoard board;
  board.put(compile_host({.mac = numbered(1), .boot_file = "lab\\{mac}/x", .boot_once = "wipe/y"},
                         0, std::nullopt, kBoardKey));
  board.put(compile_host({.mac = numbered(2), .boot_file = "root"}, 0, std::nullopt, kBoardKey));
  const BoardHost& host = *board.find(numbered(1));
  ASSERT_TRUE(host.boot && host.once);
  const auto written = [&](std::uint32_t machine, std::uint64_t number) {
    const auto* directory = board.find_directory(numbered(machine), number);
    return directory == nullptr ? "none" : directory->written();
  };
  const std::uint64_t usual = host.boot->directories.at(0);
  const std::uint64_t once = host.once->directories.at(0);
  EXPECT_EQ(written(1, usual), "lab/{mac}");
  EXPECT_EQ(written(1, once), "wipe");
  EXPECT_EQ(written(1, 0), "none");
  EXPECT_EQ(written(1, usual + 1), "none");
  EXPECT_EQ(written(2, once), "none");
  EXPECT_EQ(written(3, once), "none");
}

TEST(HostBoard, numbers_directories_as_the_policy_does) {
  // Goal: what TFTP has noted of a client is right whoever named the file.
  config::Settings settings = support::example_settings();
  settings.boot_rules.at(0).target = {.file = "lab/{mac}/a", .server = {}};
  const Policy policy(settings, kBoardKey);
  const BoardHost host = compile_host({.mac = numbered(1), .boot_file = "lab//{mac}/b"}, 0,
                                      std::nullopt, policy.owner_key());
  EXPECT_EQ(host.boot->directories, policy.boot_rules()[0].target.directories);
  const BoardHost by_architecture =
      compile_host({.mac = numbered(1), .boot_file = "{arch}/b"}, 0, std::nullopt, kBoardKey);
  EXPECT_EQ(by_architecture.boot->directories.size(), 42u);
  EXPECT_EQ(by_architecture.directories.size(), 42u);
}

TEST(HostBoard, is_compiled_as_far_as_it_counts) {
  // Goal: the address and the classes are those that count; files are looked for among ours.
  const RunTimeHost host{.mac = numbered(1),
                         .address = address("10.20.1.1"),
                         .hostname = "a",
                         .classes = {"x", "y"},
                         .boot_file = "\\lab//x",
                         .is_local = true,
                         .boot_once = "y",
                         .is_for_ipxe = true};
  const BoardHost made = compile_host(host, 2, std::nullopt, kBoardKey);
  EXPECT_EQ(made.mac, numbered(1));
  EXPECT_EQ(made.address, std::nullopt);
  EXPECT_EQ(made.classes, 2u);
  EXPECT_EQ(made.hostname, (std::vector<char>{'a'}));
  EXPECT_EQ(std::string(made.boot->catalogue_path.begin(), made.boot->catalogue_path.end()),
            "lab/x");
  EXPECT_EQ(made.boot->file.end, "\\lab//x");
  EXPECT_TRUE(made.boot->is_ours);
  EXPECT_FALSE(made.boot->server);
  EXPECT_EQ(made.once->file.end, "y");
  EXPECT_TRUE(made.is_local);
  EXPECT_TRUE(made.is_for_ipxe);
  EXPECT_FALSE(made.is_empty());
  EXPECT_EQ(compile_host(host, 0, address("10.20.1.1"), kBoardKey).address, address("10.20.1.1"));
  BoardHost over = compile_host({.mac = numbered(1)}, 0, std::nullopt, kBoardKey);
  over.directories = made.directories;
  EXPECT_TRUE(over.is_empty()) << "a directory says nothing to DHCP";
}

class HostBoardApply : public testing::Test {
 protected:
  // The example's two subnets share a wire; the third is another's.
  static config::Settings settings() {
    config::Settings made = support::example_settings();
    made.dhcp.shared_networks = {{.name = "floor"}};
    made.dhcp.subnets[0].shared_network = made.dhcp.subnets[1].shared_network = 0;
    return made;
  }
  // As the configuration has it.
  [[nodiscard]] Reservation configured() const {
    return {.address = address("10.20.1.9"),
            .options = &policy_.subnet(0).options,
            .hostname = "configured",
            .boot = &policy_.boot_rules()[0].target,
            .classes = 1,
            .owner = numbered(9)};
  }
  [[nodiscard]] Reservation applied(const RunTimeHost& said, bool is_ipxe = false,
                                    std::optional<SubnetIndex> subnet = 0) {
    host_ = compile_host(said, said.classes.empty() ? 0 : 6, said.address, kBoardKey);
    Reservation reservation = configured();
    host_.apply(reservation, is_ipxe, policy_, subnet);
    return reservation;
  }
  // What is told then; "rules": what the boot rules say.
  [[nodiscard]] std::string told(const RunTimeHost& said, bool is_ipxe, bool has_boot = true) {
    host_ = compile_host(said, 0, std::nullopt, kBoardKey);
    Reservation reservation = configured();
    if (!has_boot) reservation.boot = nullptr;
    host_.apply(reservation, is_ipxe, policy_, 0);
    if (reservation.boots_locally) return "local";
    return reservation.boot == nullptr ? "rules" : reservation.boot->file.end;
  }

  const Policy policy_{settings(), kBoardKey};
  BoardHost host_;
};

TEST_F(HostBoardApply, leaves_what_is_not_said) {
  // Goal: field by field, the configuration counts where nothing is said.
  const Reservation made = applied({.mac = numbered(1), .hostname = "said"});
  EXPECT_EQ(made.hostname, "said");
  EXPECT_EQ(made.address, address("10.20.1.9"));
  EXPECT_EQ(made.options, &policy_.subnet(0).options);
  EXPECT_EQ(made.boot, &policy_.boot_rules()[0].target);
  EXPECT_EQ(made.classes, 1u);
  EXPECT_EQ(made.owner, numbered(9));
  EXPECT_FALSE(made.boots_locally);
  EXPECT_EQ(applied({.mac = numbered(1), .address = address("10.20.1.1")}).hostname, "configured");
}

TEST_F(HostBoardApply, gives_the_address_where_the_machine_is) {
  // Goal: of its subnet, or of another on its wire; elsewhere what the configuration has.
  const RunTimeHost near{.mac = numbered(1), .address = address("10.20.1.1")};
  EXPECT_EQ(applied(near, false, 0).address, address("10.20.1.1"));
  EXPECT_EQ(applied(near, false, 1).address, address("10.20.1.1")) << "on the same wire";
  EXPECT_EQ(applied(near, false, 2).address, address("10.20.1.9"));
  EXPECT_EQ(applied(near, false, std::nullopt).address, address("10.20.1.9"));
  const RunTimeHost nowhere{.mac = numbered(1), .address = address("10.99.1.1")};
  EXPECT_EQ(applied(nowhere, false, 0).address, address("10.20.1.9"));
}

TEST_F(HostBoardApply, adds_classes) {
  // Goal: those of the configuration stay.
  EXPECT_EQ(applied({.mac = numbered(1), .classes = {"b", "c"}}).classes, 7u);
}

TEST_F(HostBoardApply, names_the_file_to_boot) {
  // Goal: every combination of what is said, asked by firmware and by iPXE.
  struct Row {
    const char* what;
    RunTimeHost said;
    const char* firmware;
    const char* ipxe;
  };
  const wire::MacAddress mac = numbered(1);
  const Row rows[] = {
      {"a file", {.mac = mac, .boot_file = "file"}, "file", "file"},
      {"local", {.mac = mac, .is_local = true}, "local", "local"},
      {"local before a file",
       {.mac = mac, .boot_file = "file", .is_local = true},
       "local",
       "local"},
      {"once", {.mac = mac, .boot_once = "once"}, "once", "once"},
      {"once before a file",
       {.mac = mac, .boot_file = "file", .boot_once = "once"},
       "once",
       "once"},
      {"once before local", {.mac = mac, .is_local = true, .boot_once = "once"}, "once", "once"},
      {"once for iPXE",
       {.mac = mac, .boot_once = "once", .is_for_ipxe = true},
       "boot.ipxe",
       "once"},
      {"once for iPXE, and a file",
       {.mac = mac, .boot_file = "file", .boot_once = "once", .is_for_ipxe = true},
       "file",
       "once"},
      {"once for iPXE, and local",
       {.mac = mac, .is_local = true, .boot_once = "once", .is_for_ipxe = true},
       "boot.ipxe",
       "once"},
      {"once for iPXE, local and a file",
       {.mac = mac,
        .boot_file = "file",
        .is_local = true,
        .boot_once = "once",
        .is_for_ipxe = true},
       "file",
       "once"},
      {"of no file, for iPXE",
       {.mac = mac, .is_local = true, .is_for_ipxe = true},
       "local",
       "local"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(told(row.said, false), row.firmware) << row.what << ", firmware";
    EXPECT_EQ(told(row.said, true), row.ipxe) << row.what << ", iPXE";
  }
  EXPECT_EQ(told({.mac = mac, .hostname = "a"}, false, false), "rules");
  EXPECT_EQ(
      told({.mac = mac, .is_local = true, .boot_once = "once", .is_for_ipxe = true}, false, false),
      "rules")
      << "it must load iPXE first";
}

}  // namespace
}  // namespace stentor::dhcp
