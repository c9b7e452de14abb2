// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DPDK's environment: memory, and one polling thread a worker. Control thread; once a process.
//
// Every worker is an lcore of the EAL, so that the mempools' caches serve it. Worker i is lcore
// i + 1 whatever core it runs on; the calling thread is lcore 0. The calling thread and what it
// starts later stay off the workers' cores.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/device_spec.h"
#include "config/settings.h"
#include "dpdk/log.h"

namespace stentor::dpdk {

struct EalOptions {
  unsigned control_core = 0;
  std::vector<unsigned> worker_cores;  // one a worker, by worker; may name control_core
  config::Workers::HugepageMode hugepages = config::Workers::HugepageMode::automatic;
  std::uint64_t hugepage_bytes_max = 0;  // for `ceiling`
  // What ports (Port::memory_bytes) and images will take, which must be there. Without hugepages
  // exactly this much is mapped.
  std::uint64_t memory_bytes = 256u << 20;
  // For images that come later: mapped too without hugepages, as far as the host has it; with them
  // what is reserved beyond memory_bytes is there anyway.
  std::uint64_t spare_bytes = 0;
  std::string memory_holders = {};  // who they are, for messages: "images 64 MiB, leases 1 MiB"
  std::vector<config::DeviceSpec> devices;  // all that will be opened: PCI ones are allowed by name
};

class EalLog;

class Eal {
 public:
  // Errors: too little memory (how much, and what helps), no permission, an EAL that runs already.
  static base::Result<std::unique_ptr<Eal>> start(const EalOptions& options, Log log);
  ~Eal();  // after the last Port and EalMemory are gone
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  // Runs `body` on the thread of `worker`, which must be idle. `body` must not throw.
  void launch(unsigned worker, std::function<void()> body);
  // Returns when every launched body has.
  void wait();

 private:
  explicit Eal(std::unique_ptr<EalLog> log, std::size_t workers);

  std::unique_ptr<EalLog> log_;
  std::vector<std::function<void()>> bodies_;  // by worker; written while the worker is idle
};

}  // namespace stentor::dpdk
