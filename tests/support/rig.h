// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A whole Stentor without a device: a Service and workers over one FakePort a configured port, all
// polled by one thread on the test's own clock.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/limit.h"
#include "support/fake_port.h"
#include "support/service.h"
#include "worker/worker.h"

namespace stentor::support {

struct RigOptions {
  std::string yaml{};                          // stentor.yaml
  std::map<std::string, ByteVector> images{};  // by catalogue path
  std::size_t workers = 1;                     // each has a queue on every port
  std::size_t buffers = 4096;
  std::uint32_t transfers_max = 1024;
  std::uint64_t seed = 1000;               // of the workers' server ports
  dhcp::RelayGuard* guard = nullptr;       // where relay agents have keys; outlives the rig
  std::vector<worker::StoreEnd> stores{};  // by worker; none: leases are in memory alone
};

class Rig {
 public:
  explicit Rig(const RigOptions& options, base::Time now = base::Time{std::chrono::hours{1}});

  FakePort& port(std::size_t index = 0) { return *ports_[index]; }
  [[nodiscard]] std::size_t port_count() const { return ports_.size(); }
  worker::Worker<FakePort::Queue>& worker(std::size_t index = 0) { return *workers_[index]; }
  worker::WorkerFace& face(std::size_t worker) { return mesh_.faces()[worker]; }
  lease::Table& leases() { return service_.leases(); }
  // The snapshot, and which files it leads to.
  Service& service() { return service_; }

  // Every worker loops until none has anything to do; at most `loops` times.
  void poll(base::Time now, int loops = 1000);
  // One frame in on a queue, what is sent because of it out.
  std::vector<ByteVector> exchange(ByteVector frame, base::Time now, std::size_t queue = 0);

  // Over all workers.
  [[nodiscard]] std::uint64_t drops(wire::DropReason reason) const;
  [[nodiscard]] std::uint64_t total(base::Counter worker::Counters::*counter) const;
  [[nodiscard]] std::size_t buffers_in_use() const;

 private:
  using Queue = FakePort::Queue;

  Service service_;
  const std::vector<worker::StoreEnd> stores_;
  std::vector<std::unique_ptr<FakePort>> ports_;
  worker::HandOverMesh<FakePort::Frame> mesh_;
  worker::ProbeBoard probes_;
  worker::SolicitationBoard solicitations_{config::kNetworksMax, Service::kKey[0]};
  std::vector<std::unique_ptr<worker::Worker<Queue>>> workers_;
};

}  // namespace stentor::support
