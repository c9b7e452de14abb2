// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One worker over a SinkQueue: nothing between it and what is measured or trapped.

#include <array>

#include "support/service.h"
#include "support/sink_queue.h"
#include "worker/worker.h"

namespace stentor::support {

class SinkWorker {
 public:
  // `service` outlives it.
  SinkWorker(Service& service, std::uint32_t transfers_max, base::Time now)
      : worker_(0, attachments_,
                {service.snapshots(), mesh_, probes_, solicitations_, Service::kKey}, transfers_max,
                /*seed=*/7, now) {}

  SinkQueue& queue() { return queue_; }
  [[nodiscard]] const SinkQueue& queue() const { return queue_; }
  worker::Worker<SinkQueue>* operator->() { return &worker_; }

 private:
  SinkQueue queue_;
  worker::HandOverMesh<SinkQueue::Frame> mesh_{1};
  worker::ProbeBoard probes_{1, 1, Service::kKey};
  worker::SolicitationBoard solicitations_{1, Service::kKey[0]};
  const std::array<worker::Attachment<SinkQueue>, 1> attachments_{{{0, &queue_}}};
  worker::Worker<SinkQueue> worker_;
};

}  // namespace stentor::support
