// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A port of the configuration, opened: device, pools and queues. Everything here is the control
// thread's; a worker sees its Queues only. The path of frames is queue_io.h.
//
// Order: inspect, topology::plan, Port::check, Eal::start, Port::open, Eal::launch; at the end
// Eal::wait, ~Port, ~EalMemory, ~Eal. A worker releases every frame it holds before it returns.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/device_spec.h"
#include "dpdk/device_facts.h"
#include "dpdk/log.h"
#include "dpdk/packet_pool.h"
#include "dpdk/queue_io.h"
#include "dpdk/silence_program.h"

namespace stentor::dpdk {

class Bond;
class Device;
class FlowRules;
class InterfaceLoan;
class KernelSilence;
class RouterGroups;
class ServiceTags;
struct Profile;
struct Steering;
struct SteeringPlan;
struct VirtualDevice;

struct PortOptions {
  std::string name;  // of the configuration, for messages
  config::DeviceSpec device;
  std::vector<int> queue_nodes;  // by queue: the NUMA node of its worker; -1: any
  // The largest of its networks (an interface has its own): an error where the device takes less.
  std::uint16_t mtu = 1500;
  unsigned frames_held = 4096;  // a queue: most frames that its worker holds at a time
  unsigned workers = 1;         // in the whole process: frames cross between them
  bool take_over = false;       // serve even on the interface of the default route
  std::string take_over_flag = "--take-over";  // what the operator says to that end
  std::uint16_t mtu_under_two = 0;  // the largest of networks under two tags; 0: there is none
  bool promiscuous = false;    // receive what is sent to MAC addresses that are not the device's
  bool interrupts = false;     // of receive queues, where the device has them
  bool hears_routers = false;  // receive IPv6's router solicitations and advertisements
  SilenceRules silence;        // what the kernel must not answer on an interface; may be empty
};

// What the device carried and lost since start. 0 where it does not count.
struct PortStatistics {
  std::uint64_t frames_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t missed = 0;     // came while the receive queue was full
  std::uint64_t no_memory = 0;  // came while the pool was empty
  std::uint64_t receive_errors = 0;
  std::uint64_t send_errors = 0;
};

class Port {
 public:
  // What open() would refuse and what can be seen before DPDK runs: a right that is missing, the
  // default route on the interface, a socket that another process serves. Opens nothing. Before any
  // port is open: it would take our own sockets for another's.
  static base::Result<void> check(const PortOptions& options);
  // Checks again. Errors are full sentences that begin with the port's name.
  static base::Result<std::unique_ptr<Port>> open(const PortOptions& options, const Log& log);
  // Undoes what an open() has done outside of the process, but for interfaces of the kernel,
  // whether or not it has returned. Any thread; the process must end at once.
  static void abandon(const PortOptions& options);
  // Hugepages that open() will take, to be summed for EalOptions::memory_bytes.
  [[nodiscard]] static std::uint64_t memory_bytes(const PortOptions& options);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  // Fewer than planned when the device has fewer: leave out attachments beyond.
  [[nodiscard]] std::uint16_t queue_count() const {
    return static_cast<std::uint16_t>(queues_.size());
  }
  [[nodiscard]] Queue& queue(std::uint16_t index) { return *queues_.at(index); }
  [[nodiscard]] const worker::PortTraits& traits() const { return queues_.front()->traits(); }
  // By what it is served: "AF_PACKET on eth1".
  [[nodiscard]] const std::string& description() const { return description_; }
  // What the device does of the work: "image bytes by reference, UDP checksums by the device".
  [[nodiscard]] const std::string& division_of_work() const { return division_of_work_; }

  // Before the workers are made. Frames of transfers are brought to their workers' queues by the
  // device where it takes rules for that; they go when the port does. Returns how they come there,
  // in a half sentence that begins with "transfers"; empty where there is one worker.
  std::string steer(const SteeringPlan& plan);

  [[nodiscard]] bool link_up() const;
  // Of a bond: now and then; and the devices that carry frames, as configured. nullopt: it is one
  // device.
  void watch_members();
  [[nodiscard]] std::optional<std::vector<std::string>> members_in_use() const;
  [[nodiscard]] PortStatistics statistics() const;
  // Frames that the driver refused for ever.
  [[nodiscard]] std::uint64_t rejected() const;
  // Frames out of the pools: with device, workers and peers. The same before and after a load.
  [[nodiscard]] unsigned frames_in_use() const;
  // Of these, frames that refer to image memory.
  [[nodiscard]] unsigned image_references() const;
  // From the workers' next bursts on frames refer to image memory by segments of the other pool.
  void change_segments();
  // Segments of the pool that was left that are not back. Asks the device for what it has sent.
  [[nodiscard]] unsigned old_segments_out();

 private:
  Port() = default;
  // Rights, and the default route.
  static base::Result<void> check_access(const PortOptions& options);
  base::Result<void> open_interface(const PortOptions& options, const Log& log);
  base::Result<void> open_packet_socket(const PortOptions& options);
  base::Result<void> open_bond(const PortOptions& options);
  base::Result<void> attach_and_start(const PortOptions& options,
                                      const std::vector<VirtualDevice>& devices);
  base::Result<void> start(const PortOptions& options);
  base::Result<void> hear_routers();
  // `whole`: of the port; `own`: with the queues of this device alone.
  base::Result<void> set_up(const Device& device, const PortOptions& whole, const PortOptions& own);
  base::Result<void> make_pools(const PortOptions& options, std::uint16_t rx, std::uint16_t tx,
                                bool takes_segments);
  base::Result<void> make_queues(const Device& device, const PortOptions& options, std::uint16_t rx,
                                 std::uint16_t tx, const rte_eth_conf& conf);
  Steering install_rules(const SteeringPlan& plan);
  void close();

  // Destroyed from the last to the first: a closing device still frees frames into pools and
  // counts them in queues, and the kernel gets its interface back when all is over.
  std::string interface_;  // empty: not one of the kernel's
  std::string description_;
  std::string division_of_work_;
  std::unique_ptr<InterfaceLoan> loan_;
  std::unique_ptr<KernelSilence> silence_;
  std::unique_ptr<ServiceTags> service_tags_;
  std::unique_ptr<RouterGroups> router_groups_;  // of an interface
  std::map<int, PacketPool> pools_;              // by NUMA node
  // Likewise, two to be used in turn (control/image_retirement.h); none where the device takes
  // none.
  std::map<int, std::array<SegmentPool, 2>> segments_;
  std::vector<int> queue_nodes_;  // by queue
  std::size_t segments_in_turn_ = 0;
  std::vector<std::unique_ptr<Queue>> queues_;
  std::unique_ptr<Bond> bond_;  // that the one device stands for
  std::vector<std::unique_ptr<Device>> devices_;
  std::unique_ptr<FlowRules> rules_;                // of the one device; none before steer()
  std::unique_ptr<const wire::FlowSpread> spread_;  // likewise; null: it does not say
  const Profile* profile_ = nullptr;
  std::unique_ptr<const Profile> own_profile_;  // of a bond: what its members have in common
};

}  // namespace stentor::dpdk
