// SPDX-License-Identifier: BSD-3-Clause
#include "topology/plan.h"

#include <algorithm>
#include <map>

namespace stentor::topology {

namespace {

const Core* find_core(const Host& host, unsigned id) {
  for (const Core& core : host.cores) {
    if (core.id == id) return &core;
  }
  return nullptr;
}

std::string list_of(const std::vector<Core>& cores) {
  std::string list;
  for (std::size_t i = 0; i < cores.size();) {
    std::size_t last = i;
    while (last + 1 < cores.size() && cores[last + 1].id == cores[last].id + 1) ++last;
    if (!list.empty()) list += ",";
    list += std::to_string(cores[i].id);
    if (last > i) list += "-" + std::to_string(cores[last].id);
    i = last + 1;
  }
  return list;
}

// The node that serves the port: its own if it has cores to use, else any (-1).
int serving_node(const Host& host, const PortDemand& port) {
  const bool has_cores = std::any_of(host.cores.begin(), host.cores.end(),
                                     [&port](const Core& core) { return core.node == port.node; });
  return has_cores ? port.node : -1;
}

base::Result<std::vector<Core>> named_cores(const Host& host, const std::vector<unsigned>& ids,
                                            std::string_view list_name) {
  std::vector<Core> cores;
  for (const unsigned id : ids) {
    const Core* core = find_core(host, id);
    if (core == nullptr) {
      return base::failure(std::string(list_name) + " names core " + std::to_string(id) +
                           ", which this process may not use: it has " + list_of(host.cores) + ".");
    }
    if (std::find(cores.begin(), cores.end(), *core) != cores.end()) {
      return base::failure(std::string(list_name) + " names core " + std::to_string(id) +
                           " twice.");
    }
    cores.push_back(*core);
  }
  if (cores.size() > kWorkersMax) {
    return base::failure(std::string(list_name) + " names " + std::to_string(cores.size()) +
                         " cores: there are at most " + std::to_string(kWorkersMax) + " workers.");
  }
  return cores;
}

// For each serving node the queues that its ports could use at a time.
std::map<int, std::size_t> queues_by_node(const Host& host, const std::vector<PortDemand>& ports) {
  std::map<int, std::size_t> queues;
  for (const PortDemand& port : ports) queues[serving_node(host, port)] += port.queues;
  return queues;
}

// Takes up to `wanted` cores of `node` (-1: of any) off `spare`, but leaves `reserve` of them.
void take_cores(std::vector<Core>& spare, int node, std::size_t wanted, std::size_t reserve,
                std::vector<Core>& taken) {
  const auto fits = [node](const Core& core) { return node < 0 || core.node == node; };
  auto have = static_cast<std::size_t>(std::count_if(spare.begin(), spare.end(), fits));
  while (wanted > 0 && have > reserve && taken.size() < kWorkersMax) {
    // From the top: the system's own work gathers on the lowest cores.
    const auto last = std::find_if(spare.rbegin(), spare.rend(), fits);
    taken.push_back(*last);
    spare.erase(std::next(last).base());
    --wanted;
    --have;
  }
}

std::vector<Core> automatic_cores(const Host& host, const std::vector<PortDemand>& ports) {
  std::vector<Core> spare = host.cores;
  std::vector<Core> taken;
  std::map<int, std::size_t> wanted = queues_by_node(host, ports);
  const auto anywhere = wanted.extract(-1);
  for (const auto& [node, queues] : wanted) {
    const std::size_t before = taken.size();
    take_cores(spare, node, queues, 1, taken);
    // At least one: on a node with one core, that one, unless it is the machine's last.
    if (taken.size() == before && spare.size() > 1) take_cores(spare, node, 1, 0, taken);
  }
  if (!anywhere.empty()) take_cores(spare, -1, anywhere.mapped(), 1, taken);
  if (taken.empty()) taken.push_back(host.cores.back());
  std::sort(taken.begin(), taken.end(), [](const Core& a, const Core& b) { return a.id < b.id; });
  return taken;
}

// The lowest core that no worker has, on the first port's node if there is one.
unsigned choose_control(const Host& host, const std::vector<Core>& workers, int node) {
  const Core* chosen = nullptr;
  for (const Core& core : host.cores) {
    if (std::find(workers.begin(), workers.end(), core) != workers.end()) continue;
    if (chosen == nullptr || (core.node == node && chosen->node != node)) chosen = &core;
  }
  return chosen != nullptr ? chosen->id : host.cores.front().id;
}

// Deals the port's queues to the least burdened workers, those on its node before all others.
void deal(const PortDemand& port, std::uint16_t index, int node, std::vector<WorkerPlan>& workers) {
  std::vector<WorkerPlan*> candidates;
  for (WorkerPlan& worker : workers) {
    if (node < 0 || worker.node == node) candidates.push_back(&worker);
  }
  if (candidates.empty()) {
    for (WorkerPlan& worker : workers) candidates.push_back(&worker);
  }
  const std::size_t queues =
      port.every_queue ? port.queues : std::min<std::size_t>(port.queues, candidates.size());
  for (std::size_t queue = 0; queue < queues; ++queue) {
    // The first of the least burdened: equal input, equal placement.
    WorkerPlan* worker = *std::min_element(candidates.begin(), candidates.end(),
                                           [](const WorkerPlan* a, const WorkerPlan* b) {
                                             return a->attachments.size() < b->attachments.size();
                                           });
    worker->attachments.push_back({index, static_cast<std::uint16_t>(queue)});
  }
}

}  // namespace

std::uint16_t Placement::queues_of(std::uint16_t port) const {
  std::uint16_t count = 0;
  for (const WorkerPlan& worker : workers) {
    for (const QueueRef& queue : worker.attachments) {
      if (queue.port == port) ++count;
    }
  }
  return count;
}

std::vector<int> Placement::queue_nodes(std::uint16_t port) const {
  std::vector<int> nodes(queues_of(port), -1);
  for (const WorkerPlan& worker : workers) {
    for (const QueueRef& queue : worker.attachments) {
      if (queue.port == port) nodes.at(queue.queue) = worker.node;
    }
  }
  return nodes;
}

base::Result<Placement> plan(const Host& host, const std::vector<PortDemand>& ports,
                             const config::Workers& workers, std::string_view list_name) {
  if (ports.empty()) return base::failure("There is no port to serve: name one under `ports`.");
  if (host.cores.empty()) {
    return base::failure("The cores that this process may use could not be read.");
  }
  std::vector<Core> cores;
  if (workers.cores.empty()) {
    cores = automatic_cores(host, ports);
  } else {
    auto named = named_cores(host, workers.cores, list_name);
    if (!named) return tl::unexpected(named.error());
    cores = std::move(*named);
  }
  Placement placement;
  placement.control_core = choose_control(host, cores, ports.front().node);
  for (const Core& core : cores) placement.workers.push_back({core.id, core.node, {}});
  for (std::size_t i = 0; i < ports.size(); ++i) {
    deal(ports[i], static_cast<std::uint16_t>(i), serving_node(host, ports[i]), placement.workers);
  }
  // A core that got no queue stays free.
  std::erase_if(placement.workers, [](const WorkerPlan& w) { return w.attachments.empty(); });
  return placement;
}

}  // namespace stentor::topology
