// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "storm/scenario_rule.h"
#include "wire/address.h"

namespace stentor::storm {
namespace {

// The MAC addresses of a group: one range, or as many as the list has.
struct MacRange {
  std::uint64_t first;
  std::uint64_t last;
  std::size_t group;
};

std::string text_of(std::uint64_t mac) {
  return std::string(wire::MacAddress::of_number(mac).text().view());
}

bool is_no_machines(const wire::MacAddress& mac) { return mac.is_group() || mac.is_zero(); }

// Why no range of addresses begins at `first` and ends at `last`; empty: one does.
std::string fault_of_range(std::uint64_t first, std::uint64_t last) {
  const wire::MacAddress mac = wire::MacAddress::of_number(first);
  if (mac.is_zero()) return "it is zero";
  if (mac.is_group()) return "it is a group address";
  // The first byte carries the group bit: a range must not run into it.
  return last >> 40 != first >> 40 ? "they run out; begin lower" : "";
}

class MacCheck {
 public:
  MacCheck(const Scenario& scenario, std::vector<Misfit>& misfits)
      : scenario_(scenario), misfits_(misfits) {}

  void run() {
    for (std::size_t group = 0; group < scenario_.groups.size(); ++group) {
      if (scenario_.groups[group].macs.empty()) {
        take_range(group);
      } else {
        take_list(group);
      }
    }
    check_distinct();
  }

 private:
  void take_range(std::size_t index) {
    const Group& group = scenario_.groups[index];
    if (group.machines == 0) return;
    const std::uint64_t first = group.mac_first.number();
    const std::uint64_t last = first + group.machines - 1;
    const std::string fault = fault_of_range(first, last);
    if (fault.empty()) {
      ranges_.push_back({first, last, index});
    } else {
      misfits_.push_back({index, "mac",
                          "no " + std::to_string(group.machines) +
                              " unicast addresses follow one another from " + text_of(first) +
                              " on: " + fault});
    }
  }

  void take_list(std::size_t index) {
    const Group& group = scenario_.groups[index];
    if (group.macs.size() < group.machines) {
      misfits_.push_back({index, "mac",
                          "the list has " + std::to_string(group.macs.size()) + " addresses for " +
                              std::to_string(group.machines) + " machines"});
    }
    const auto bad = std::ranges::find_if(group.macs, is_no_machines);
    if (bad != group.macs.end()) {
      misfits_.push_back({index, "mac",
                          std::string(bad->text().view()) +
                              " is no machine's address: those are neither zero nor of a group"});
      return;
    }
    const std::size_t used = std::min<std::size_t>(group.macs.size(), group.machines);
    for (std::size_t at = 0; at < used; ++at) {
      const std::uint64_t mac = group.macs[at].number();
      ranges_.push_back({mac, mac, index});
    }
  }

  // Server and rig tell machines apart by their MAC addresses. The first pair is named.
  void check_distinct() {
    std::ranges::sort(ranges_, {}, &MacRange::first);
    for (std::size_t at = 1; at < ranges_.size(); ++at) {
      const MacRange& before = ranges_[at - 1];
      const MacRange& range = ranges_[at];
      if (range.first > before.last) continue;
      const auto [earlier, later] = std::minmax(before.group, range.group);
      misfits_.push_back(
          {later, "mac",
           "two machines would have the address " + text_of(range.first) +
               (earlier == later ? std::string()
                                 : "; group " + scenario_.groups[earlier].name + " has it too")});
      return;
    }
  }

  const Scenario& scenario_;
  std::vector<Misfit>& misfits_;
  std::vector<MacRange> ranges_;
};

}  // namespace

void check_macs(const Scenario& scenario, std::vector<Misfit>& misfits) {
  MacCheck(scenario, misfits).run();
}

}  // namespace stentor::storm
