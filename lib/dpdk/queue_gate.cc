// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/queue_gate.h"

#include <mutex>
#include <thread>
#include <vector>

struct rte_eth_dev;

namespace stentor::dpdk {

namespace {

std::mutex gates_mutex;
std::vector<QueueGate*> gates;

}  // namespace

QueueGate::QueueGate() {
  const std::lock_guard lock(gates_mutex);
  gates.push_back(this);
}

QueueGate::~QueueGate() {
  const std::lock_guard lock(gates_mutex);
  std::erase(gates, this);
}

ShutGates::ShutGates() {
  gates_mutex.lock();
  for (QueueGate* gate : gates) {
    while (!gate->enter()) std::this_thread::yield();
  }
}

ShutGates::~ShutGates() {
  for (QueueGate* gate : gates) gate->leave();
  gates_mutex.unlock();
}

}  // namespace stentor::dpdk

// The linker sends memif's own call here (--wrap, meson.build): a driver has no hook at this place.
// By then it has marked its device as disconnected.
// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names.
// NOLINTBEGIN(readability-identifier-naming): likewise.
extern "C" {
[[gnu::weak]] void __real_memif_free_regions(rte_eth_dev* device);  // not in every build
[[gnu::used]] void __wrap_memif_free_regions(rte_eth_dev* device);
}

void __wrap_memif_free_regions(rte_eth_dev* device) {
  const stentor::dpdk::ShutGates shut;
  __real_memif_free_regions(device);
}
// NOLINTEND(readability-identifier-naming)
// NOLINTEND(bugprone-reserved-identifier)
