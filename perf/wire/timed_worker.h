// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One worker on one port queue, and what each of its polls costs: the CPU time of the thread, so
// that neither its clients' time counts nor that of other processes. A reading of that clock is a
// system call, a third of what a short poll takes: what two in a row are apart is left out.

#include <algorithm>
#include <array>
#include <ctime>

#include "base/check.h"
#include "support/service.h"
#include "worker/worker.h"

namespace stentor::perf {

template <worker::PortQueue Q>
class TimedWorker {
 public:
  // `service` and `queue` outlive it.
  TimedWorker(support::Service& service, Q& queue, std::uint32_t transfers_max, base::Time now)
      : attachments_{{{0, &queue}}},
        worker_(0, attachments_,
                worker::Shared<Q>{service.snapshots(), mesh_, probes_, solicitations_,
                                  support::Service::kKey},
                transfers_max, /*seed=*/1, now) {}
  ~TimedWorker() { worker_.park(); }
  TimedWorker(const TimedWorker&) = delete;
  TimedWorker& operator=(const TimedWorker&) = delete;

  // How long it took.
  base::Duration poll(base::Time now) {
    const base::Duration start = cpu_time();
    worker_.poll(now);
    const base::Duration took = cpu_time() - start;
    return std::max(took - reading_, base::Duration{1});
  }
  [[nodiscard]] const worker::Counters& counters() const { return worker_.counters(); }

 private:
  // The median.
  static base::Duration time_of_reading() {
    std::array<base::Duration, 1001> readings;
    for (base::Duration& reading : readings) {
      const base::Duration start = cpu_time();
      reading = cpu_time() - start;
    }
    std::ranges::nth_element(readings, readings.begin() + readings.size() / 2);
    return readings[readings.size() / 2];
  }
  static base::Duration cpu_time() {
    std::timespec time{};
    CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
  }

  const base::Duration reading_ = time_of_reading();
  worker::HandOverMesh<typename Q::Frame> mesh_{1};
  worker::ProbeBoard probes_{1, 1, support::Service::kKey};
  worker::SolicitationBoard solicitations_{1, support::Service::kKey[0]};
  const std::array<worker::Attachment<Q>, 1> attachments_;
  worker::Worker<Q> worker_;
};

}  // namespace stentor::perf
