// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rules by which a device puts the frames of transfers on the queue of the worker that owns them
// (DPDK's rte_flow). A transfer's server port lies in its worker's slice of the range, so that a
// rule matches a UDP destination port under a mask. Who is served without them, or by a device that
// understands them otherwise, is served right: a frame at another worker crosses by a ring
// (worker/hand_over.h). Control thread.

#include <cstdint>
#include <functional>
#include <rte_flow.h>
#include <string>
#include <vector>

#include "dpdk/port_blocks.h"

namespace stentor::dpdk {

// What is asked of a device: rte_flow's own calls, or those of a test.
struct FlowCalls {
  std::function<int(std::uint16_t device, const rte_flow_attr*, const rte_flow_item*,
                    const rte_flow_action*, rte_flow_error*)>
      validate = rte_flow_validate;
  std::function<rte_flow*(std::uint16_t device, const rte_flow_attr*, const rte_flow_item*,
                          const rte_flow_action*, rte_flow_error*)>
      create = rte_flow_create;
  std::function<int(std::uint16_t device, rte_flow*, rte_flow_error*)> destroy = rte_flow_destroy;
};

// The server ports of one worker, and the queue on which it serves them.
struct QueueSlice {
  PortRange ports;
  std::uint16_t queue = 0;
};

struct SteeringPlan {
  std::size_t workers = 1;  // that poll the port
  // One each. Empty: transfers have no ports of their own, and a hash of the client's address names
  // the owner.
  std::vector<QueueSlice> slices;
  std::vector<unsigned> tag_counts;  // VLAN tags before IPv4, as the port's networks have them
};

// How the frames of transfers come to their workers.
struct Steering {
  static Steering by_rings(std::string reason) {
    return {.rules = 0, .tag_counts_refused = {}, .reason = std::move(reason)};
  }

  std::size_t rules = 0;  // that the device has taken
  // Of the plan, what goes by rings in spite of them.
  std::vector<unsigned> tag_counts_refused;
  std::string reason;  // of that, or of there being no rules: the driver's own words where it spoke
  // Transfers have server ports whose frames the device brings to their workers by itself
  // (wire/flow_spread.h).
  bool by_server_ports = false;

  // "transfers steered to their workers by ...", and why not by the device; empty where there is
  // one worker.
  [[nodiscard]] std::string text() const;
};

class FlowRules {
 public:
  static constexpr std::size_t kRulesMax = 1024;

  explicit FlowRules(std::uint16_t device, FlowCalls calls = {})
      : device_(device), calls_(std::move(calls)) {}
  ~FlowRules() { remove(); }
  FlowRules(const FlowRules&) = delete;
  FlowRules& operator=(const FlowRules&) = delete;

  // In place of those that it has; while the device runs. Every rule is validated before the first
  // is made. Frames under so many tags as the device does not take are left to rings. One rule that
  // it takes and then fails to make undoes all.
  Steering install(const SteeringPlan& plan);
  // Before the device stops.
  void remove();

 private:
  struct Rule;

  static std::vector<Rule> rules_for(const std::vector<QueueSlice>& slices);
  // Each says why not, in the device's words; empty: all of them.
  [[nodiscard]] std::string refusal_of(const std::vector<Rule>& rules) const;
  [[nodiscard]] std::string make(const std::vector<Rule>& rules);

  const std::uint16_t device_;
  const FlowCalls calls_;
  std::vector<rte_flow*> rules_;
};

}  // namespace stentor::dpdk
