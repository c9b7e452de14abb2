// SPDX-License-Identifier: BSD-3-Clause
#include "support/rig.h"

namespace stentor::support {

Rig::Rig(const RigOptions& options, base::Time now)
    : service_(options.yaml, options.images, options.workers, nullptr, options.guard),
      stores_(options.stores),
      mesh_(options.workers),
      probes_(options.workers * worker::ParkedRequests::kCapacity, config::kNetworksMax,
              Service::kKey) {
  for (std::size_t p = 0; p < service_.ports(); ++p) {
    const auto number = static_cast<std::uint8_t>(p + 1);
    ports_.push_back(std::make_unique<FakePort>(wire::MacAddress{{2, 0, 0, 0, 0, number}},
                                                options.workers, options.buffers));
  }
  for (std::size_t w = 0; w < options.workers; ++w) {
    std::vector<worker::Attachment<Queue>> attachments;
    for (std::size_t p = 0; p < ports_.size(); ++p) {
      attachments.push_back(
          {static_cast<worker::PortIndex>(p), &ports_[p]->queue(w), static_cast<std::uint16_t>(w)});
    }
    workers_.push_back(std::make_unique<worker::Worker<Queue>>(
        static_cast<worker::WorkerIndex>(w), attachments,
        worker::Shared<Queue>{service_.snapshots(), mesh_, probes_, solicitations_, Service::kKey,
                              stores_},
        options.transfers_max, options.seed + w, now));
  }
}

void Rig::poll(base::Time now, int loops) {
  for (bool worked = true; worked && loops > 0; --loops) {
    worked = false;
    for (const auto& worker : workers_) worked |= worker->poll(now);
  }
}

std::vector<ByteVector> Rig::exchange(ByteVector frame, base::Time now, std::size_t queue) {
  port().queue(queue).put(std::move(frame));
  poll(now);
  std::vector<ByteVector> sent;
  while (auto reply = port().take()) sent.push_back(*std::move(reply));
  return sent;
}

std::uint64_t Rig::drops(wire::DropReason reason) const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) {
    sum += worker->counters().drops[static_cast<std::size_t>(reason)].value();
  }
  return sum;
}

std::uint64_t Rig::total(base::Counter worker::Counters::*counter) const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) sum += (worker->counters().*counter).value();
  return sum;
}

std::size_t Rig::buffers_in_use() const {
  std::size_t sum = 0;
  for (const auto& port : ports_) sum += port->buffers_in_use();
  return sum;
}

}  // namespace stentor::support
