// SPDX-License-Identifier: BSD-3-Clause
// Goal: no order in which the steps of a worker that looks and of control that writes interleave
// shows a machine what is said of another, or what was said before something that it has seen.
#include "dhcp/host_board.h"
#include "fibers.h"

namespace stentor::dhcp {
namespace {

using stress::Fibers;

// Machines whose places in an index of 64 cells are one: the second that is looked for is looked
// for in the cell in which the first one is, or comes.
std::vector<wire::MacAddress> neighbours(std::size_t count) {
  std::vector<wire::MacAddress> found;
  for (std::uint32_t number = 0; found.size() < count; ++number) {
    // As host_board.cc has it.
    std::uint64_t key = number + 1;
    key = (key ^ key >> 33) * 0xff51afd7ed558ccdU;
    key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53U;
    key ^= key >> 33;
    if (key % 64 != 7) continue;
    found.push_back(
        {{0, 0, static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}});
  }
  return found;
}

// What is said of a machine is a number that grows.
struct Sayings {
  void say(const wire::MacAddress& mac, std::size_t number) {
    board.put({.mac = mac, .hostname = std::vector<char>(number)});
  }
  // 0: nothing.
  std::size_t look(const wire::MacAddress& mac) {
    const BoardHost* host = board.find(mac);
    if (host == nullptr) return 0;
    if (host->mac != mac) fault = "it is another machine's";
    return host->hostname.size();
  }

  HostBoard board;
  std::string fault;
};

// Fails the test with the first schedule after which there is a fault; how many there were.
template <typename Make>
std::uint64_t schedules_tried(std::optional<Sayings>& sayings, std::size_t preemptions,
                              const Make& make) {
  std::uint64_t schedules = 0;
  const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
    ++schedules;
    std::string story = steps == 0 ? "the calls do not end" : sayings->fault;
    if (story.empty()) return true;
    for (const std::size_t step : schedule) story += ", switch at " + std::to_string(step);
    ADD_FAILURE() << story;
    return false;
  };
  Fibers fibers;
  stress::explore(fibers, preemptions, make, judge);
  return schedules;
}

TEST(HostBoardInterleaving, NoScheduleShowsAMachineWhatIsSaidOfAnother) {
  const std::vector<wire::MacAddress> macs = neighbours(3);
  std::optional<Sayings> sayings;
  const auto look = [&] {
    std::size_t first = 0;
    std::size_t second = 0;
    for (int i = 0; i < 2; ++i) {
      const std::size_t before = std::exchange(first, sayings->look(macs[0]));
      const std::size_t others = std::exchange(second, sayings->look(macs[1]));
      if (first < before || second < others || first == 0) sayings->fault = "it went back";
      sayings->look(macs[2]);
    }
  };
  const auto write = [&] {
    sayings->say(macs[1], 1);
    sayings->say(macs[0], 2);
    sayings->say(macs[2], 1);
    sayings->board.erase(macs[2]);
    sayings->say(macs[1], 2);
  };
  const auto make = [&] {
    sayings.emplace().say(macs[0], 1);
    return std::vector<std::function<void()>>{look, write};
  };
  EXPECT_GT(schedules_tried(sayings, 3, make), 10'000u);
}

TEST(HostBoardInterleaving, NoScheduleLosesAMachineWhileTheIndexGrows) {
  constexpr std::size_t kFull = 32;  // of 64 cells
  const std::vector<wire::MacAddress> macs = neighbours(kFull + 1);
  std::optional<Sayings> sayings;
  const auto look = [&] {
    const std::size_t first = sayings->look(macs[kFull - 1]);
    const std::size_t then = sayings->look(macs[kFull - 1]);
    if (first == 0 || then < first) sayings->fault = "it went back";
    sayings->look(macs[kFull]);
  };
  const auto write = [&] {
    sayings->say(macs[kFull], 1);
    if (!sayings->board.has_retired()) sayings->fault = "the index has not grown";
    sayings->say(macs[kFull - 1], 2);
  };
  const auto make = [&] {
    sayings.emplace();
    for (std::size_t i = 0; i < kFull; ++i) sayings->say(macs[i], 1);
    return std::vector<std::function<void()>>{look, write};
  };
  EXPECT_GT(schedules_tried(sayings, 2, make), 10'000u);
}

}  // namespace
}  // namespace stentor::dhcp
