// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/eal.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <pthread.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <sched.h>
#include <thread>

#include "base/check.h"
#include "dpdk/eal_log.h"
#include "dpdk/hugepages.h"
#include "dpdk/interrupt_thread.h"
#include "dpdk/ordinary_memory.h"

namespace stentor::dpdk {

namespace {

using HugepageMode = config::Workers::HugepageMode;

// lcore 0 on the control core, lcore i + 1 on worker i's: the @ form allows a shared core.
std::string lcore_map(const EalOptions& options) {
  std::string map = "0@" + std::to_string(options.control_core);
  for (std::size_t i = 0; i < options.worker_cores.size(); ++i) {
    map += "," + std::to_string(i + 1) + "@" + std::to_string(options.worker_cores[i]);
  }
  return map;
}

std::size_t numa_node_count() {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/devices/system/node", error)) {
    const std::string name = entry.path().filename();
    if (name.size() > 4 && name.starts_with("node") && name[4] >= '0' && name[4] <= '9') ++count;
  }
  return std::max<std::size_t>(count, 1);
}

std::string mebibytes(std::uint64_t bytes) { return std::to_string((bytes + 0xfffff) >> 20); }

// Mapped is not taken: pages are, when a file comes.
std::uint64_t spare_bytes(const EalOptions& options) {
  const std::uint64_t available = available_memory();
  return std::min(options.spare_bytes, available - std::min(available, options.memory_bytes));
}

void add_memory_arguments(const EalOptions& options, std::vector<std::string>& arguments) {
  if (options.hugepages == HugepageMode::none) {
    // --no-huge and --in-memory exclude each other.
    arguments.insert(arguments.end(), {"--no-huge", "--no-shconf", "-m",
                                       mebibytes(std::max<std::uint64_t>(options.memory_bytes, 1) +
                                                 spare_bytes(options))});
    return;
  }
  // A kill -9 leaves no file behind.
  arguments.push_back("--in-memory");
  if (options.hugepages == HugepageMode::ceiling) {
    const std::size_t nodes = numa_node_count();
    std::string limits;
    for (std::size_t i = 0; i < nodes; ++i) {
      limits += (i == 0 ? "" : ",") + mebibytes(options.hugepage_bytes_max / nodes);
    }
    arguments.push_back("--socket-limit=" + limits);
  }
}

std::vector<std::string> arguments_of(const EalOptions& options) {
  std::vector<std::string> arguments = {"stentor",       "--lcores", lcore_map(options),
                                        "--main-lcore",  "0",        "--iova-mode=va",
                                        "--no-telemetry"};
  add_memory_arguments(options, arguments);
  bool any_pci = false;
  bool virtio_user = false;
  for (const config::DeviceSpec& device : options.devices) {
    if (device.kind == config::DeviceKind::pci) {
      arguments.insert(arguments.end(), {"-a", device.name});
      any_pci = true;
    }
    virtio_user |= device.kind == config::DeviceKind::vdev &&
                   device.name.find("virtio_user") != std::string::npos;
  }
  // Without either the EAL takes the host's own NIC.
  if (!any_pci) arguments.push_back("--no-pci");
  // virtio-user shares memory files with its peer, and has room for only a few.
  if (virtio_user && options.hugepages != HugepageMode::none) {
    arguments.push_back("--single-file-segments");
  }
  return arguments;
}

std::string shortage(const EalOptions& options) {
  if (options.hugepages == HugepageMode::none) {
    return memory_shortage(available_memory(), options.memory_bytes, options.memory_holders);
  }
  if (options.hugepages == HugepageMode::ceiling &&
      options.hugepage_bytes_max < options.memory_bytes) {
    return "The ceiling on hugepages (`workers.hugepages`, or --hugepages) allows " +
           mebibytes(options.hugepage_bytes_max) + " MiB, and " + mebibytes(options.memory_bytes) +
           " MiB are needed" +
           (options.memory_holders.empty() ? "" : " (" + options.memory_holders + ")") +
           ": raise it, or take files out of the image root.";
  }
  return hugepage_shortage(read_hugepages(), options.memory_bytes, options.memory_holders);
}

std::string start_failure(int code) {
  const std::string detail = take_dpdk_error();
  const std::string tail = detail.empty() ? "." : " (" + detail + ").";
  switch (code) {
    case EALREADY:
      return "DPDK has already been started in this process: it starts once.";
    case EACCES:
    case EPERM:
      return "DPDK may not start: run as root, or with the capabilities CAP_NET_RAW, "
             "CAP_NET_ADMIN, "
             "CAP_BPF, CAP_IPC_LOCK and CAP_SYS_ADMIN" +
             tail;
    case ENOMEM:
      return "DPDK got no memory: reserve more hugepages with `sysctl vm.nr_hugepages=N`, or, "
             "where "
             "`workers.hugepages` (--hugepages) is none, free memory or serve fewer images" +
             tail;
    default:
      return "DPDK did not start: " + std::string(rte_strerror(code)) + tail;
  }
}

// The control thread, and every thread that it starts from now on, leave the workers alone.
void leave_worker_cores(cpu_set_t allowed, const EalOptions& options) {
  for (const unsigned core : options.worker_cores) CPU_CLR(core, &allowed);
  if (CPU_COUNT(&allowed) != 0) pthread_setaffinity_np(pthread_self(), sizeof allowed, &allowed);
}

// DPDK does not start again, not even after its clean-up.
std::atomic<bool> started_once = false;

int run_body(void* body) {
  (*static_cast<std::function<void()>*>(body))();
  return 0;
}

}  // namespace

base::Result<std::unique_ptr<Eal>> Eal::start(const EalOptions& options, Log log) {
  if (options.worker_cores.empty() || options.worker_cores.size() >= RTE_MAX_LCORE) {
    return base::failure("There must be 1 to " + std::to_string(RTE_MAX_LCORE - 1) + " workers.");
  }
  if (std::string sentence = shortage(options); !sentence.empty()) {
    return base::failure(std::move(sentence));
  }
  if (started_once.exchange(true)) return base::failure(start_failure(EALREADY));
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed);

  auto eal_log = std::make_unique<EalLog>(std::move(log));
  std::vector<std::string> arguments = arguments_of(options);
  // rte_eal_init permutes the pointers and keeps some.
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  rte_errno = 0;
  if (rte_eal_init(static_cast<int>(arguments.size()), pointers.data()) < 0) {
    return base::failure(start_failure(rte_errno));
  }
  leave_worker_cores(allowed, options);
  return std::unique_ptr<Eal>(new Eal(std::move(eal_log), options.worker_cores.size()));
}

Eal::Eal(std::unique_ptr<EalLog> log, std::size_t workers)
    : log_(std::move(log)), bodies_(workers) {}

Eal::~Eal() {
  wait();
  settle_interrupt_thread();
  end_interrupt_thread();
  rte_eal_cleanup();
}

void Eal::launch(unsigned worker, std::function<void()> body) {
  CHECK(worker < bodies_.size());
  CHECK(rte_eal_get_lcore_state(worker + 1) == WAIT);
  bodies_[worker] = std::move(body);
  CHECK(rte_eal_remote_launch(run_body, &bodies_[worker], worker + 1) == 0);
}

// rte_eal_wait_lcore() spins, and who waits may share its core with a worker: it is called only for
// what it then need not wait for.
void Eal::wait() {
  constexpr std::chrono::milliseconds kPause{1};
  for (unsigned worker = 0; worker < bodies_.size(); ++worker) {
    while (rte_eal_get_lcore_state(worker + 1) != WAIT) std::this_thread::sleep_for(kPause);
    rte_eal_wait_lcore(worker + 1);
  }
}

}  // namespace stentor::dpdk
