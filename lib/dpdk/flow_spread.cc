// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/flow_spread.h"

#include <algorithm>
#include <functional>
#include <rte_ethdev.h>

namespace stentor::dpdk {

namespace {

constexpr std::uint8_t kUsualKeyBytes = 40;

// Empty: it has none, or does not say.
std::vector<std::uint8_t> key_of(std::uint16_t device, const rte_eth_dev_info& info) {
  // Drivers that do not say how long it is have the usual one.
  const std::uint8_t bytes = info.hash_key_size != 0 ? info.hash_key_size : kUsualKeyBytes;
  std::vector<std::uint8_t> key(bytes);
  rte_eth_rss_conf conf{};
  conf.rss_key = key.data();
  conf.rss_key_len = bytes;
  const bool is_known = bytes >= wire::FlowSpread::kKeyBytesMin &&
                        rte_eth_dev_rss_hash_conf_get(device, &conf) == 0 &&
                        (conf.rss_hf & RTE_ETH_RSS_NONFRAG_IPV4_UDP) != 0 &&
                        std::ranges::any_of(key, [](std::uint8_t byte) { return byte != 0; });
  if (!is_known) key.clear();
  return key;
}

std::vector<std::uint16_t> redirection_of(std::uint16_t device, const rte_eth_dev_info& info) {
  constexpr std::size_t kGroup = RTE_ETH_RETA_GROUP_SIZE;
  std::vector<rte_eth_rss_reta_entry64> groups((info.reta_size + kGroup - 1) / kGroup);
  for (rte_eth_rss_reta_entry64& group : groups) group.mask = ~std::uint64_t{0};
  if (groups.empty() || rte_eth_dev_rss_reta_query(device, groups.data(), info.reta_size) != 0) {
    return {};
  }
  std::vector<std::uint16_t> queues;
  for (std::size_t i = 0; i < info.reta_size; ++i) {
    queues.push_back(groups[i / kGroup].reta[i % kGroup]);
  }
  return queues;
}

}  // namespace

std::unique_ptr<const wire::FlowSpread> read_flow_spread(std::uint16_t device) {
  rte_eth_dev_info info{};
  if (rte_eth_dev_info_get(device, &info) != 0) return nullptr;
  const auto key = key_of(device, info);
  auto queues = redirection_of(device, info);
  // A table that nobody has filled in says nothing.
  const bool is_spread = std::ranges::adjacent_find(queues, std::not_equal_to()) != queues.end();
  if (key.empty() || !is_spread) return nullptr;
  return std::make_unique<const wire::FlowSpread>(key, std::move(queues));
}

}  // namespace stentor::dpdk
