// SPDX-License-Identifier: BSD-3-Clause
// Goal: the rules that a device is given bring each server port of a worker's slice to that
// worker's queue, and no other port anywhere; all of a port's rules are there or none; and where
// they would say nothing none is asked for.
#include "dpdk/flow_rules.h"

#include <arpa/inet.h>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rte_errno.h>
#include <set>

#include "dpdk/profile.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

constexpr std::uint16_t kDevice = 7;

struct TakenRule {
  unsigned tags = 0;
  PortBlock ports;
  std::uint16_t queue = 0;
};

// A device that writes down what it is told, and says where a frame would go.
class RecordingDevice {
 public:
  // What it has no rule for; and the one of its creations that fails.
  std::function<bool(const TakenRule&)> refuses = [](const TakenRule&) { return false; };
  std::optional<std::size_t> failing_creation;

  FlowCalls calls() {
    return {.validate =
                [this](std::uint16_t device, const rte_flow_attr* attributes,
                       const rte_flow_item* pattern, const rte_flow_action* actions,
                       rte_flow_error* error) {
                  EXPECT_EQ(created, 0u) << "validated after the first creation";
                  ++validated;
                  const TakenRule rule = read(device, attributes, pattern, actions);
                  return refuses(rule) ? refuse(error, EINVAL, "no such match.") : 0;
                },
            .create = [this](std::uint16_t device, const rte_flow_attr* attributes,
                             const rte_flow_item* pattern, const rte_flow_action* actions,
                             rte_flow_error* error) -> rte_flow* {
              const TakenRule rule = read(device, attributes, pattern, actions);
              if (created++ == failing_creation) {
                refuse(error, ENOSPC, "the table is full");
                return nullptr;
              }
              auto* handle = reinterpret_cast<rte_flow*>(&handles.emplace_back());
              rules.emplace(handle, rule);
              return handle;
            },
            .destroy =
                [this](std::uint16_t device, rte_flow* rule, rte_flow_error*) {
                  EXPECT_EQ(device, kDevice);
                  EXPECT_EQ(rules.erase(rule), 1u) << "destroyed twice, or never made";
                  return 0;
                }};
  }

  // The queues of all rules that match; a frame that none matches is spread as before.
  [[nodiscard]] std::vector<std::uint16_t> queues_of(unsigned tags, std::uint16_t port) const {
    std::vector<std::uint16_t> queues;
    for (const auto& [handle, rule] : rules) {
      if (rule.tags == tags && (port & rule.ports.mask) == rule.ports.value) {
        queues.push_back(rule.queue);
      }
    }
    return queues;
  }

  std::map<rte_flow*, TakenRule> rules;
  std::size_t validated = 0;
  std::size_t created = 0;

 private:
  static int refuse(rte_flow_error* error, int code, const char* message) {
    error->message = message;
    rte_errno = code;
    return -code;
  }

  static TakenRule read(std::uint16_t device, const rte_flow_attr* attributes,
                        const rte_flow_item* pattern, const rte_flow_action* actions) {
    EXPECT_EQ(device, kDevice);
    EXPECT_EQ(attributes->ingress, 1u);
    EXPECT_EQ(attributes->egress + attributes->transfer + attributes->group, 0u);
    TakenRule rule;
    EXPECT_EQ(pattern->type, RTE_FLOW_ITEM_TYPE_ETH);
    for (++pattern; pattern->type == RTE_FLOW_ITEM_TYPE_VLAN; ++pattern) {
      EXPECT_EQ(pattern->spec, nullptr);
      ++rule.tags;
    }
    EXPECT_EQ(pattern->type, RTE_FLOW_ITEM_TYPE_IPV4);
    EXPECT_EQ(pattern->spec, nullptr);
    ++pattern;
    EXPECT_EQ(pattern->type, RTE_FLOW_ITEM_TYPE_UDP);
    EXPECT_EQ(pattern->last, nullptr);
    const auto* spec = static_cast<const rte_flow_item_udp*>(pattern->spec);
    const auto* mask = static_cast<const rte_flow_item_udp*>(pattern->mask);
    EXPECT_EQ(mask->hdr.src_port | mask->hdr.dgram_len | mask->hdr.dgram_cksum, 0);
    rule.ports = {ntohs(spec->hdr.dst_port), ntohs(mask->hdr.dst_port)};
    EXPECT_EQ(pattern[1].type, RTE_FLOW_ITEM_TYPE_END);
    EXPECT_EQ(actions[0].type, RTE_FLOW_ACTION_TYPE_QUEUE);
    rule.queue = static_cast<const rte_flow_action_queue*>(actions[0].conf)->index;
    EXPECT_EQ(actions[1].type, RTE_FLOW_ACTION_TYPE_END);
    return rule;
  }

  std::deque<char> handles;
};

// As worker::make_steering() divides a range.
SteeringPlan plan_of(PortRange range, unsigned workers, std::vector<unsigned> tag_counts = {0}) {
  SteeringPlan plan{.workers = workers, .slices = {}, .tag_counts = std::move(tag_counts)};
  const unsigned slice = (range.last - range.first + 1u) / workers;
  for (unsigned i = 0; i < workers; ++i) {
    const unsigned first = range.first + i * slice;
    plan.slices.push_back(
        {{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + slice - 1)},
         static_cast<std::uint16_t>(workers - 1 - i)});
  }
  return plan;
}

constexpr PortRange kUsual{49152, 65535};

// The fewest blocks of `range` in the half-open [begin, begin + size), by halving.
unsigned fewest(PortRange range, unsigned begin, unsigned size) {
  const unsigned end = begin + size;
  if (begin > range.last || end <= range.first) return 0;
  if (begin >= range.first && end - 1 <= range.last) return 1;
  return fewest(range, begin, size / 2) + fewest(range, begin + size / 2, size / 2);
}

void expect_blocks_are_exact_and_fewest(PortRange range) {
  std::vector<unsigned> hits(1u << 16);
  const std::vector<PortBlock> blocks = blocks_of(range);
  for (const PortBlock block : blocks) {
    const auto size = static_cast<std::uint16_t>(~block.mask) + 1u;
    ASSERT_EQ(block.value & block.mask, block.value);
    for (unsigned port = block.value; port < block.value + size; ++port) {
      ASSERT_EQ(port & block.mask, block.value);
      ++hits.at(port);
    }
  }
  for (unsigned port = 0; port < hits.size(); ++port) {
    ASSERT_EQ(hits[port], port >= range.first && port <= range.last ? 1u : 0u) << port;
  }
  EXPECT_EQ(blocks.size(), fewest(range, 0, 1u << 16)) << range.first << " to " << range.last;
  EXPECT_LE(blocks.size(), 30u);
}

TEST(BlocksOf, HoldEachPortOfARangeOnceAndAreTheFewest) {
  for (unsigned first = 0; first < 40; ++first) {
    for (unsigned last = first; last < 40; ++last) {
      const auto shift = static_cast<std::uint16_t>(last % 3 * 21'000);
      expect_blocks_are_exact_and_fewest(
          {static_cast<std::uint16_t>(first + shift), static_cast<std::uint16_t>(last + shift)});
    }
  }
  for (const PortRange range : std::initializer_list<PortRange>{
           {0, 65535}, {1, 65534}, {0, 0}, {65535, 65535}, {1, 65535}, {32767, 32768}}) {
    expect_blocks_are_exact_and_fewest(range);
  }
}

TEST(FlowRules, BringEveryServerPortToItsWorkerAndNoOtherPortAnywhere) {
  for (const PortRange range : std::initializer_list<PortRange>{
           kUsual, {1024, 65535}, {50'001, 50'999}, {60'000, 60'015}, {33'333, 44'444}}) {
    for (unsigned workers = 2; workers <= 16; ++workers) {
      RecordingDevice device;
      FlowRules rules(kDevice, device.calls());
      const SteeringPlan plan = plan_of(range, workers);
      const Steering steering = rules.install(plan);
      ASSERT_EQ(steering.rules, device.rules.size());
      ASSERT_EQ(device.validated, device.created);
      std::vector<std::optional<std::uint16_t>> owner(1u << 16);
      for (const QueueSlice& slice : plan.slices) {
        for (unsigned port = slice.ports.first; port <= slice.ports.last; ++port) {
          owner[port] = slice.queue;
        }
      }
      for (unsigned port = 0; port < owner.size(); ++port) {
        const auto queues = device.queues_of(0, static_cast<std::uint16_t>(port));
        ASSERT_EQ(queues.size(), owner[port] ? 1u : 0u) << port << ", " << workers << " workers";
        if (owner[port]) {
          ASSERT_EQ(queues.front(), *owner[port]) << port;
        }
      }
    }
  }
}

TEST(FlowRules, TakeOneRuleAWorkerOfTheUsualRangeWhereTheirNumberIsAPowerOfTwo) {
  for (const unsigned workers : {2u, 4u, 8u, 16u}) {
    RecordingDevice device;
    FlowRules rules(kDevice, device.calls());
    const Steering steering = rules.install(plan_of(kUsual, workers));
    EXPECT_EQ(steering.rules, workers);
    EXPECT_EQ(steering.text(), "transfers steered to their workers by the device (" +
                                   std::to_string(workers) + " rules)");
  }
}

TEST(FlowRules, AreMadeForEachNumberOfTagsThatThePortsNetworksHave) {
  RecordingDevice device;
  FlowRules rules(kDevice, device.calls());
  EXPECT_EQ(rules.install(plan_of(kUsual, 2, {0, 2})).rules, 4u);
  for (const unsigned tags : {0u, 2u}) {
    EXPECT_EQ(device.queues_of(tags, 49152), std::vector<std::uint16_t>{1});
    EXPECT_EQ(device.queues_of(tags, 65535), std::vector<std::uint16_t>{0});
  }
  EXPECT_TRUE(device.queues_of(1, 49152).empty());
}

TEST(FlowRules, LeaveToRingsWhatTheDeviceDoesNotTakeUnderTags) {
  RecordingDevice device;
  device.refuses = [](const TakenRule& rule) { return rule.tags == 2; };
  FlowRules rules(kDevice, device.calls());
  const Steering steering = rules.install(plan_of(kUsual, 2, {0, 1, 2}));
  EXPECT_EQ(steering.text(),
            "transfers steered to their workers by the device (4 rules), those under two VLAN tags "
            "by rings (no such match)");
  EXPECT_TRUE(device.queues_of(2, 50'000).empty());
  EXPECT_EQ(device.queues_of(1, 50'000).size(), 1u);
}

TEST(FlowRules, OfWhichOneIsRefusedAreNotMade) {
  RecordingDevice device;
  // As one that knows a single mask for all rules.
  device.refuses = [](const TakenRule& rule) { return rule.ports.mask == 0xffff; };
  FlowRules rules(kDevice, device.calls());
  const Steering steering = rules.install(plan_of(kUsual, 3));
  EXPECT_EQ(device.created, 0u);
  EXPECT_EQ(steering.rules, 0u);
  EXPECT_EQ(steering.text(), "transfers steered to their workers by rings (no such match)");
}

TEST(FlowRules, AreUndoneWhereTheDeviceFailsHalfWay) {
  const std::size_t needed = [] {
    RecordingDevice device;
    return FlowRules(kDevice, device.calls()).install(plan_of(kUsual, 3, {0, 1})).rules;
  }();
  for (std::size_t failing = 0; failing < needed; ++failing) {
    RecordingDevice device;
    device.failing_creation = failing;
    FlowRules rules(kDevice, device.calls());
    const Steering steering = rules.install(plan_of(kUsual, 3, {0, 1}));
    EXPECT_EQ(device.created, failing + 1);
    EXPECT_TRUE(device.rules.empty()) << "after creation " << failing;
    EXPECT_EQ(steering.rules, 0u);
    EXPECT_EQ(steering.text(), "transfers steered to their workers by rings (the table is full)");
  }
}

TEST(FlowRules, GoBeforeTheDeviceStopsAndComeAgainAfterIt) {
  RecordingDevice device;
  {
    FlowRules rules(kDevice, device.calls());
    for (int start = 0; start < 3; ++start) {
      device.created = 0;
      EXPECT_EQ(rules.install(plan_of(kUsual, 4)).rules, 4u);
      EXPECT_EQ(device.queues_of(0, 49152), std::vector<std::uint16_t>{3});
      rules.remove();
      EXPECT_TRUE(device.rules.empty());
    }
    device.created = 0;
    rules.install(plan_of(kUsual, 4));
    device.created = 0;
    EXPECT_EQ(rules.install(plan_of(kUsual, 2)).rules, 2u) << "in place of the four";
    EXPECT_EQ(device.rules.size(), 2u);
  }
  EXPECT_TRUE(device.rules.empty()) << "with their owner";
}

TEST(FlowRules, AreNotAskedForWhereAHashNamesTheOwner) {
  RecordingDevice device;
  FlowRules rules(kDevice, device.calls());
  const Steering steering = rules.install({.workers = 4, .slices = {}, .tag_counts = {0}});
  EXPECT_EQ(device.validated + device.created, 0u);
  EXPECT_EQ(steering.text(),
            "transfers steered to their workers by rings (all of them have port 69)");
}

TEST(FlowRules, AreNotAskedForWhereThereIsOneWorker) {
  RecordingDevice device;
  FlowRules rules(kDevice, device.calls());
  EXPECT_EQ(rules.install(plan_of(kUsual, 1)).text(), "");
  EXPECT_EQ(device.validated + device.created, 0u);
}

TEST(FlowRules, AreBounded) {
  RecordingDevice device;
  FlowRules rules(kDevice, device.calls());
  SteeringPlan plan{.workers = 16, .slices = {}, .tag_counts = {0, 1, 2}};
  for (std::uint16_t i = 0; i < 16; ++i) plan.slices.push_back({{1, 65534}, i});  // the most blocks
  EXPECT_EQ(rules.install(plan).text(),
            "transfers steered to their workers by rings (they would take 1440 rules, and 1024 are "
            "the most)");
  EXPECT_EQ(device.validated + device.created, 0u);
}

TEST(Steering, SaysWhatComesByServerPorts) {
  Steering steering = Steering::by_rings("no rules here");
  steering.by_server_ports = true;
  EXPECT_EQ(steering.text(),
            "transfers steered to their workers by the choice of their server ports (no rules "
            "here)");
  steering = {.rules = 4, .tag_counts_refused = {2}, .reason = "no", .by_server_ports = true};
  EXPECT_EQ(
      steering.text(),
      "transfers steered to their workers by the device (4 rules), those under two VLAN tags by "
      "the choice of their server ports (no)");
}

// Devices without rules: ports open as ever.
TEST(PortSteering, IsLeftToRingsByADeviceWithoutRules) {
  const auto port = open_port("vdev:net_null7", 4);
  ASSERT_TRUE(port);
  const std::string text =
      "transfers steered to their workers by rings (its driver has no rules for flows)";
  EXPECT_EQ(port->steer(plan_of(kUsual, 4)), text);
  EXPECT_EQ(port->steer(plan_of(kUsual, 4)), text) << "a second time";
}

TEST(PortSteering, IsNotSpokenOfWhereThereIsOneWorker) {
  const auto port = open_port("vdev:net_ring7");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->steer(plan_of(kUsual, 1)), "");
  const auto frame = experimental_frame(100, 1);
  ASSERT_TRUE(send(port->queue(0), port->queue(0).make(frame)));
  EXPECT_EQ(receive_one(port->queue(0)), frame);
}

// By its source each of these takes a masked port and matches all ports, or refuses it.
TEST(PortSteering, IsNotAskedOfDriversThatDropTheMask) {
  for (const std::string_view driver : {"net_i40e", "net_ice", "net_iavf"}) {
    const Profile* profile = find_profile_by_driver(driver);
    EXPECT_TRUE(profile == nullptr || !profile->port_masks) << driver;
  }
  EXPECT_TRUE(find_profile_by_driver("net_tap")->port_masks) << "its driver says no by itself";
}

}  // namespace
}  // namespace stentor::dpdk
