// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "dpdk/bond.h"
#include "dpdk/device.h"
#include "dpdk/eal_log.h"
#include "dpdk/flow_rules.h"
#include "dpdk/flow_spread.h"
#include "dpdk/interface.h"
#include "dpdk/interface_devices.h"
#include "dpdk/kernel_silence.h"
#include "dpdk/port.h"
#include "dpdk/profile.h"
#include "dpdk/router_groups.h"
#include "dpdk/service_tags.h"

namespace stentor::dpdk {

namespace {

constexpr std::uint64_t kRxChecksums = RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
constexpr std::uint64_t kSpreading = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP;
// Frames that a device may hold when its profile is not known yet.
constexpr std::uint16_t kDescriptorsMax = 2048;
constexpr std::uint64_t kLacpduBufferBytes = 512;
static_assert(RTE_PKTMBUF_HEADROOM + kMtuMax + kFrameBytesAround <= UINT16_MAX);

std::map<int, unsigned> queues_by_node(const PortOptions& options) {
  std::map<int, unsigned> count;
  for (const int node : options.queue_nodes) ++count[node];
  return count;
}

PoolSize pool_size(const PortOptions& options, unsigned queues, std::uint16_t rx,
                   std::uint16_t tx) {
  return {
      .queues = queues,
      .rx_descriptors = rx,
      .tx_descriptors = tx,
      .frames_held = options.frames_held,
      .workers = options.workers,
      .frame_bytes =
          options.device.kind == config::DeviceKind::interface ? packet_slot_bytes(options.mtu)
                                                               : options.mtu + kFrameBytesAround};
}

base::Result<void> step(int code, const char* what) {
  if (code >= 0) return {};
  return base::failure(std::string(what) + " failed: " + dpdk_reason(code) + ".");
}

wire::MacAddress mac_of(std::uint16_t port) {
  rte_ether_addr address{};
  wire::MacAddress mac;
  if (rte_eth_macaddr_get(port, &address) == 0) {
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), mac.bytes.begin());
  }
  return mac;
}

// As rte_eth_dev_configure() reckons: a device that limits both MTU and frame says by their
// difference what it counts into a frame.
unsigned largest_mtu(const rte_eth_dev_info& info) {
  const bool says_both = info.max_mtu != UINT16_MAX && info.max_rx_pktlen > info.max_mtu;
  const unsigned around = says_both ? info.max_rx_pktlen - info.max_mtu
                                    : unsigned{RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN};
  const unsigned carried = info.max_rx_pktlen > around ? info.max_rx_pktlen - around : 0;
  return std::min({unsigned{info.max_mtu}, carried, unsigned{kMtuMax}});
}

base::Result<void> refuse_mtu(const PortOptions& options, const std::string& limit) {
  return base::failure("A network has mtu " + std::to_string(options.mtu) + ", but `" +
                       options.device.text + "` " + limit +
                       ": lower the `mtu` of the port's networks.");
}

// A block that no frame of the device can hold would never arrive. An interface has its own MTU,
// which the kernel knows better than the driver on top of it.
base::Result<void> check_mtu(const PortOptions& options, const rte_eth_dev_info& info) {
  if (options.device.kind == config::DeviceKind::interface) return {};
  const unsigned limit = largest_mtu(info);
  if (options.mtu <= limit) return {};
  return refuse_mtu(options, "carries " + std::to_string(limit) + " at the most");
}

// Some drivers take the length of their frames from here alone, and some have nothing to set.
base::Result<void> set_mtu(std::uint16_t port, const PortOptions& options) {
  if (options.device.kind == config::DeviceKind::interface || options.mtu <= RTE_ETHER_MTU)
    return {};
  const int code = rte_eth_dev_set_mtu(port, options.mtu);
  if (code == 0 || code == -ENOTSUP) return {};
  return refuse_mtu(options, "does not take it (" + dpdk_reason(code) + ")");
}

rte_eth_conf configuration(const rte_eth_dev_info& info, const Profile& profile,
                           std::uint16_t queues, const PortOptions& options) {
  rte_eth_conf conf{};
  conf.intr_conf.rxq = options.interrupts && profile.interrupts ? 1 : 0;
  conf.rxmode.offloads = info.rx_offload_capa & kRxChecksums;
  if (profile.segments)
    conf.txmode.offloads |= info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  // The header's own checksum is always ours: vmxnet3 has the one offload without the other.
  if (profile.tx_udp_checksum)
    conf.txmode.offloads |= info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
  const std::uint64_t spreading = info.flow_type_rss_offloads & kSpreading;
  if (queues > 1 && spreading != 0) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_hf = spreading;
  }
  // Some drivers know one length only, and pass on what the kernel gives whatever it is.
  if (options.mtu > RTE_ETHER_MTU && options.mtu <= largest_mtu(info)) {
    conf.rxmode.mtu = options.mtu;
  }
  return conf;
}

std::string describe_work(const rte_eth_conf& conf) {
  const std::uint64_t spreading = conf.rx_adv_conf.rss_conf.rss_hf;
  return std::string(conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS
                         ? "image bytes by reference"
                         : "image bytes copied") +
         (conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_UDP_CKSUM ? ", UDP checksums by the device"
                                                              : ", UDP checksums by its worker") +
         (spreading & RTE_ETH_RSS_NONFRAG_IPV4_UDP ? ", spread over queues by UDP flow"
          : spreading != 0                         ? ", spread over queues by IPv4 address"
                                                   : "");
}

}  // namespace

std::uint64_t Port::memory_bytes(const PortOptions& options) {
  std::uint64_t bytes = 0;
  for (const auto& [node, queues] : queues_by_node(options)) {
    const auto most = static_cast<std::uint16_t>(kDescriptorsMax * options.device.devices().size());
    const PoolSize size = pool_size(options, queues, most, most);
    bytes += size.bytes() + 2 * SegmentPool::bytes(size.segments(), size.workers);
    // The driver has a buffer for an LACPDU for each of its members' descriptors.
    if (options.device.kind == config::DeviceKind::bond)
      bytes += kLacpduBufferBytes * queues * most;
  }
  return bytes;
}

base::Result<void> Port::attach_and_start(const PortOptions& options,
                                          const std::vector<VirtualDevice>& devices) {
  base::Result<void> done;
  for (const VirtualDevice& each : devices) {
    auto device = Device::attach(options.device.kind, each);
    if (!device) {
      done = tl::unexpected(device.error());
      break;
    }
    devices_.push_back(std::move(*device));
  }
  if (done) done = start(options);
  if (!done) close();
  return done;
}

base::Result<void> Port::start(const PortOptions& options) {
  for (const auto& device : devices_) {
    PortOptions own = options;
    // Several devices stand for the queues of one interface.
    if (devices_.size() > 1) own.queue_nodes = {options.queue_nodes[queues_.size()]};
    if (auto done = set_up(*device, options, own); !done) return done;
  }
  for (const auto& device : devices_) {
    // A queue that failed does not fail this: hence each check before.
    int code = rte_eth_dev_start(device->id());
    if (code < 0 && queues_.front()->setup().interrupts) {
      // It may lack vectors for them, and can do without.
      queues_.clear();
      queue_nodes_.clear();
      PortOptions without = options;
      without.interrupts = false;
      if (auto done = set_up(*device, without, without); !done) return done;
      code = rte_eth_dev_start(device->id());
    }
    if (auto done = step(code, "Starting the device"); !done) return done;
    // In LACP the driver passes on nothing else that is for many: no DISCOVER.
    if (!options.promiscuous && !(bond_ != nullptr && bond_->is_lacp())) continue;
    // A device without the operation filters nothing: its peer is the only sender.
    code = rte_eth_promiscuous_enable(device->id());
    if (auto done = step(code == -ENOTSUP ? 0 : code, "Receiving for every MAC address"); !done) {
      return done;
    }
  }
  if (devices_.size() == 1 && queues_.size() > 1) {
    spread_ = read_flow_spread(devices_.front()->id());
  }
  const std::string mode = bond_ == nullptr   ? ""
                           : bond_->is_lacp() ? " (lacp)"
                                              : " (active-backup)";
  description_ = std::string(profile_->title) + mode + " on " + options.device.text;
  return {};
}

base::Result<void> Port::set_up(const Device& device, const PortOptions& whole,
                                const PortOptions& own) {
  rte_eth_dev_info info{};
  if (auto done = step(rte_eth_dev_info_get(device.id(), &info), "Reading the device"); !done) {
    return done;
  }
  profile_ = find_profile_by_driver(info.driver_name);
  if (profile_ == nullptr) {
    return base::failure("The driver " + std::string(info.driver_name) +
                         " has no profile: add one to drivers-config/profiles.");
  }
  if (bond_ != nullptr) {
    own_profile_ = std::make_unique<const Profile>(bond_->in_common(*profile_));
    profile_ = own_profile_.get();
  }
  if (auto done = check_mtu(own, info); !done) return done;
  const auto queues = static_cast<std::uint16_t>(std::min<std::size_t>(
      own.queue_nodes.size(), std::min(info.max_rx_queues, info.max_tx_queues)));
  if (queues == 0) return base::failure("The device offers no queue.");
  const rte_eth_conf conf = configuration(info, *profile_, queues, own);
  division_of_work_ = describe_work(conf);
  if (auto done =
          step(rte_eth_dev_configure(device.id(), queues, queues, &conf), "Configuring the device");
      !done) {
    return done;
  }
  if (auto done = set_mtu(device.id(), own); !done) return done;
  std::uint16_t rx = profile_->rx_descriptors;
  std::uint16_t tx = profile_->tx_descriptors;
  if (auto done =
          step(rte_eth_dev_adjust_nb_rx_tx_desc(device.id(), &rx, &tx), "Sizing the queues");
      !done) {
    return done;
  }
  if (pools_.empty()) {
    const bool takes_segments = (conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS) != 0;
    const auto each = static_cast<std::uint16_t>(whole.device.devices().size());
    if (auto done = make_pools(whole, static_cast<std::uint16_t>(rx * each),
                               static_cast<std::uint16_t>(tx * each), takes_segments);
        !done) {
      return done;
    }
  }
  PortOptions real = own;
  real.queue_nodes.resize(queues);
  return make_queues(device, real, rx, tx, conf);
}

base::Result<void> Port::make_pools(const PortOptions& options, std::uint16_t rx, std::uint16_t tx,
                                    bool takes_segments) {
  // Never a name twice: an abandoned pool keeps its own.
  static unsigned pools_made = 0;
  for (const auto& [node, queues] : queues_by_node(options)) {
    const std::string number = std::to_string(pools_made++);
    const PoolSize size = pool_size(options, queues, rx, tx);
    auto pool = PacketPool::make("frames" + number, size, node);
    if (!pool) return tl::unexpected(pool.error());
    pools_.emplace(node, std::move(*pool));
    if (!takes_segments) continue;
    auto first = SegmentPool::make("blocks" + number, size.segments(), size.workers, node);
    if (!first) return tl::unexpected(first.error());
    auto second = SegmentPool::make("blocks" + number + "b", size.segments(), size.workers, node);
    if (!second) return tl::unexpected(second.error());
    segments_.emplace(node, std::array{std::move(*first), std::move(*second)});
  }
  return {};
}

base::Result<void> Port::make_queues(const Device& device, const PortOptions& options,
                                     std::uint16_t rx, std::uint16_t tx, const rte_eth_conf& conf) {
  // A block of the largest blksize may not want more room than its frame has: it would wait for
  // ever.
  for (const auto& [node, pool] : pools_) {
    CHECK(rte_pktmbuf_data_room_size(pool.get()) >=
          RTE_PKTMBUF_HEADROOM + options.mtu + kFrameBytesAround);
  }
  const std::uint16_t port = device.id();
  const worker::PortTraits traits{
      .mac = mac_of(port),
      .udp_checksum_offload = (conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_UDP_CKSUM) != 0,
      .mtu = options.mtu,
      .sender_waits = profile_->sender_waits};
  const auto queues = static_cast<std::uint16_t>(options.queue_nodes.size());
  for (std::uint16_t i = 0; i < queues; ++i) {
    const int node = options.queue_nodes[i];
    rte_mempool* pool = pools_.at(node).get();
    const auto segments = segments_.find(node);
    const unsigned socket = static_cast<unsigned>(node < 0 ? SOCKET_ID_ANY : node);
    if (auto done = step(rte_eth_rx_queue_setup(port, i, rx, socket, nullptr, pool),
                         "Setting up a receive queue");
        !done) {
      return done;
    }
    if (auto done = step(rte_eth_tx_queue_setup(port, i, tx, socket, nullptr),
                         "Setting up a transmit queue");
        !done) {
      return done;
    }
    queue_nodes_.push_back(node);
    queues_.push_back(std::make_unique<Queue>(
        QueueSetup{.port = port,
                   .queue = i,
                   .pool = pool,
                   .segments = segments != segments_.end() ? segments->second[0].get() : nullptr,
                   .partial_checksums = profile_->partial_checksums,
                   .gated = profile_->unmaps_rings || bond_ != nullptr,
                   .tags_in_transit = service_tags_ != nullptr,
                   .keeps_up = bond_ != nullptr && bond_->is_lacp(),
                   .interrupts = conf.intr_conf.rxq != 0,
                   .traits = traits}));
  }
  return {};
}

std::string Port::steer(const SteeringPlan& plan) {
  Steering steering = install_rules(plan);
  steering.by_server_ports = spread_ != nullptr && !plan.slices.empty();
  const bool all_by_rules = steering.rules != 0 && steering.tag_counts_refused.empty();
  for (const auto& queue : queues_) queue->set_spread(all_by_rules ? nullptr : spread_.get());
  return steering.text();
}

Steering Port::install_rules(const SteeringPlan& plan) {
  if (devices_.size() != 1) {
    return plan.workers < 2 ? Steering{} : Steering::by_rings("each queue is a device by itself");
  }
  if (!profile_->port_masks && plan.workers > 1 && !plan.slices.empty()) {
    return Steering::by_rings("its driver tells single ports apart, and no ranges");
  }
  rules_ = std::make_unique<FlowRules>(devices_.front()->id());
  return rules_->install(plan);
}

void Port::close() {
  rules_.reset();
  spread_.reset();
  devices_.clear();
  bond_.reset();
  // A closed XDP socket lives on in the driver, and a device without copies still writes into its
  // frames.
  if (profile_ != nullptr && profile_->name == "af_xdp" && !queues_.empty()) {
    for (auto& [node, pool] : pools_) pool.abandon();
  }
  queues_.clear();
  queue_nodes_.clear();
  segments_.clear();
  pools_.clear();
  profile_ = nullptr;
  own_profile_.reset();
}

Port::~Port() { close(); }

bool Port::link_up() const {
  if (!interface_.empty()) return interface_running(interface_);
  if (bond_ != nullptr) return !bond_->in_use().empty();
  rte_eth_link link{};
  return rte_eth_link_get_nowait(devices_.front()->id(), &link) == 0 &&
         link.link_status == RTE_ETH_LINK_UP;
}

void Port::watch_members() {
  if (bond_ != nullptr) bond_->watch_carriers();
}

std::optional<std::vector<std::string>> Port::members_in_use() const {
  return bond_ == nullptr ? std::nullopt : std::optional(bond_->in_use());
}

PortStatistics Port::statistics() const {
  PortStatistics sum;
  for (const auto& device : devices_) {
    rte_eth_stats stats{};
    if (rte_eth_stats_get(device->id(), &stats) != 0) continue;
    sum.frames_received += stats.ipackets;
    sum.bytes_received += stats.ibytes;
    sum.frames_sent += stats.opackets;
    sum.bytes_sent += stats.obytes;
    sum.missed += stats.imissed;
    sum.no_memory += stats.rx_nombuf;
    sum.receive_errors += stats.ierrors;
    sum.send_errors += stats.oerrors;
  }
  return sum;
}

std::uint64_t Port::rejected() const {
  std::uint64_t count = 0;
  for (const auto& queue : queues_) count += queue->rejected();
  return count;
}

unsigned Port::frames_in_use() const {
  unsigned count = 0;
  for (const auto& [node, pool] : pools_) count += pool.in_use();
  return count;
}

unsigned Port::image_references() const {
  unsigned count = 0;
  for (const auto& [node, pools] : segments_) count += pools[0].in_use() + pools[1].in_use();
  return count;
}

void Port::change_segments() {
  segments_in_turn_ = 1 - segments_in_turn_;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const auto pools = segments_.find(queue_nodes_[i]);
    if (pools != segments_.end()) queues_[i]->set_segments(pools->second[segments_in_turn_].get());
  }
}

unsigned Port::old_segments_out() {
  unsigned count = 0;
  for (const auto& [node, pools] : segments_) count += pools[1 - segments_in_turn_].in_use();
  if (count != 0) {
    for (const auto& queue : queues_) queue->ask_for_sent();
  }
  return count;
}

}  // namespace stentor::dpdk
