// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/flow_rules.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <rte_errno.h>
#include <string_view>

#include "base/check.h"
#include "dpdk/device.h"
#include "dpdk/eal_log.h"
#include "wire/frame.h"

namespace stentor::dpdk {

struct FlowRules::Rule {
  unsigned tags = 0;
  PortBlock ports;
  std::uint16_t queue = 0;
};

namespace {

constexpr rte_flow_attr kIngress = [] {
  rte_flow_attr attributes{};
  attributes.ingress = 1;
  return attributes;
}();

// One rule as rte_flow reads it. Stays where it is: its parts point at each other.
class Wording {
 public:
  Wording(unsigned tags, PortBlock ports, std::uint16_t queue) {
    CHECK(tags <= wire::kVlanTagsMax);
    ports_.hdr.dst_port = htons(ports.value);
    mask_.hdr.dst_port = htons(ports.mask);
    queue_.index = queue;
    std::size_t at = 0;
    items_[at++].type = RTE_FLOW_ITEM_TYPE_ETH;
    for (unsigned i = 0; i < tags; ++i) items_[at++].type = RTE_FLOW_ITEM_TYPE_VLAN;
    items_[at++].type = RTE_FLOW_ITEM_TYPE_IPV4;
    items_[at++] = {RTE_FLOW_ITEM_TYPE_UDP, &ports_, nullptr, &mask_};
    items_[at].type = RTE_FLOW_ITEM_TYPE_END;
    actions_[0] = {RTE_FLOW_ACTION_TYPE_QUEUE, &queue_};
    actions_[1] = {RTE_FLOW_ACTION_TYPE_END, nullptr};
  }
  Wording(const Wording&) = delete;
  Wording& operator=(const Wording&) = delete;

  [[nodiscard]] const rte_flow_item* pattern() const { return items_.data(); }
  [[nodiscard]] const rte_flow_action* actions() const { return actions_.data(); }

 private:
  rte_flow_item_udp ports_{};
  rte_flow_item_udp mask_{};
  rte_flow_action_queue queue_{};
  std::array<rte_flow_item, wire::kVlanTagsMax + 4> items_{};
  std::array<rte_flow_action, 2> actions_{};
};

std::string reason_of(const rte_flow_error& error, int code) {
  // ethdev's own word, where a driver has no such calls.
  if (code == -ENOSYS) return "its driver has no rules for flows";
  std::string reason = error.message != nullptr ? error.message : dpdk_reason(code);
  while (!reason.empty() && (reason.back() == '.' || reason.back() == ' ')) reason.pop_back();
  return reason;
}

std::string_view name_of(unsigned tags) {
  constexpr std::array<std::string_view, 3> kNames{"without a VLAN tag", "under one VLAN tag",
                                                   "under two VLAN tags"};
  static_assert(kNames.size() == wire::kVlanTagsMax + 1);
  return kNames.at(tags);
}

}  // namespace

std::string Steering::text() const {
  std::string text = "transfers steered to their workers by ";
  const std::string otherwise =
      (by_server_ports ? "the choice of their server ports (" : "rings (") + reason + ")";
  if (rules == 0) return reason.empty() ? "" : text + otherwise;
  text += "the device (" + std::to_string(rules) + " rules)";
  if (tag_counts_refused.empty()) return text;
  const char* separator = ", those ";
  for (const unsigned tags : tag_counts_refused) {
    text += separator;
    text += name_of(tags);
    separator = " and ";
  }
  return text + " by " + otherwise;
}

Steering FlowRules::install(const SteeringPlan& plan) {
  remove();
  if (plan.workers < 2) return {};
  if (plan.slices.empty()) return Steering::by_rings("all of them have port 69");
  const std::vector<Rule> untagged = rules_for(plan.slices);
  const std::size_t needed = untagged.size() * plan.tag_counts.size();
  if (needed > kRulesMax) {
    return Steering::by_rings("they would take " + std::to_string(needed) + " rules, and " +
                              std::to_string(kRulesMax) + " are the most");
  }
  Steering steering;
  std::vector<Rule> rules;
  for (const unsigned tags : plan.tag_counts) {
    std::vector<Rule> tagged = untagged;
    for (Rule& rule : tagged) rule.tags = tags;
    std::string refusal = refusal_of(tagged);
    if (refusal.empty()) {
      rules.insert(rules.end(), tagged.begin(), tagged.end());
    } else {
      steering.tag_counts_refused.push_back(tags);
      if (steering.reason.empty()) steering.reason = std::move(refusal);
    }
  }
  if (std::string failure = make(rules); !failure.empty()) {
    remove();
    return Steering::by_rings(std::move(failure));
  }
  steering.rules = rules_.size();
  return steering;
}

std::vector<FlowRules::Rule> FlowRules::rules_for(const std::vector<QueueSlice>& slices) {
  std::vector<Rule> rules;
  for (const QueueSlice& slice : slices) {
    for (const PortBlock block : blocks_of(slice.ports)) {
      rules.push_back({.ports = block, .queue = slice.queue});
    }
  }
  return rules;
}

std::string FlowRules::refusal_of(const std::vector<Rule>& rules) const {
  for (const Rule& rule : rules) {
    const Wording wording(rule.tags, rule.ports, rule.queue);
    rte_flow_error error{};
    static_cast<void>(take_dpdk_error());
    const int code =
        calls_.validate(device_, &kIngress, wording.pattern(), wording.actions(), &error);
    if (code != 0) return reason_of(error, code);
  }
  return "";
}

std::string FlowRules::make(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    const Wording wording(rule.tags, rule.ports, rule.queue);
    rte_flow_error error{};
    static_cast<void>(take_dpdk_error());
    rte_flow* made =
        calls_.create(device_, &kIngress, wording.pattern(), wording.actions(), &error);
    if (made == nullptr) return reason_of(error, -rte_errno);
    rules_.push_back(made);
  }
  return "";
}

void FlowRules::remove() {
  // One that the driver keeps does no harm: its frames cross by a ring, as all would.
  for (rte_flow* rule : rules_) {
    rte_flow_error error{};
    calls_.destroy(device_, rule, &error);
  }
  rules_.clear();
}

}  // namespace stentor::dpdk
