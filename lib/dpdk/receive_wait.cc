// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/receive_wait.h"

#include <array>
#include <rte_epoll.h>
#include <rte_interrupts.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

namespace stentor::dpdk {

namespace {

void disable(const QueueSetup& setup) {
  static_cast<void>(rte_eth_dev_rx_intr_disable(setup.port, setup.queue));
}

// A vector that stands for several queues wakes one of their workers.
bool has_own_vector(const QueueSetup& setup) {
  const int own = rte_eth_dev_rx_intr_ctl_q_get_fd(setup.port, setup.queue);
  for (std::uint16_t other = 0; other < setup.queue; ++other) {
    if (rte_eth_dev_rx_intr_ctl_q_get_fd(setup.port, other) == own) return false;
  }
  return own >= 0;
}

}  // namespace

std::unique_ptr<ReceiveWait> ReceiveWait::make(std::span<Queue* const> queues) {
  std::unique_ptr<ReceiveWait> made(new ReceiveWait);
  made->epoll_ = base::Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  made->alarm_ = base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  // Some drivers start with their interrupts on, also of those that nobody waits for.
  for (const Queue* queue : queues) {
    if (queue->setup().interrupts) disable(queue->setup());
  }
  if (queues.empty() || !made->listen_to_alarm()) return nullptr;
  for (const Queue* queue : queues) {
    if (!made->listen_to(*queue)) return nullptr;
  }
  return made;
}

ReceiveWait::~ReceiveWait() {
  for (const Queue* queue : queues_) {
    rte_eth_dev_rx_intr_ctl_q(queue->setup().port, queue->setup().queue, epoll_.number(),
                              RTE_INTR_EVENT_DEL, nullptr);
  }
}

bool ReceiveWait::listen_to(const Queue& queue) {
  const QueueSetup& setup = queue.setup();
  if (!setup.interrupts || !has_own_vector(setup)) return false;
  if (rte_eth_dev_rx_intr_ctl_q(setup.port, setup.queue, epoll_.number(), RTE_INTR_EVENT_ADD,
                                nullptr) != 0) {
    return false;
  }
  queues_.push_back(&queue);
  return true;
}

bool ReceiveWait::listen_to_alarm() {
  epoll_event event{};
  event.events = EPOLLIN;
  return epoll_.number() >= 0 && alarm_.number() >= 0 &&
         ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, alarm_.number(), &event) == 0;
}

bool ReceiveWait::arm() {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const QueueSetup& setup = queues_[i]->setup();
    if (rte_eth_dev_rx_intr_enable(setup.port, setup.queue) == 0) continue;
    disarm_first(i);
    return false;
  }
  return true;
}

worker::Awoken ReceiveWait::wait(std::chrono::milliseconds at_most) {
  std::array<rte_epoll_event, 8> events{};
  const int queues = rte_epoll_wait(epoll_.number(), events.data(), events.size(),
                                    static_cast<int>(at_most.count()));
  eventfd_t alarms = 0;
  const bool is_alarmed = ::eventfd_read(alarm_.number(), &alarms) == 0;
  if (queues > 0) return worker::Awoken::by_frame;
  return is_alarmed ? worker::Awoken::by_worker : worker::Awoken::by_clock;
}

void ReceiveWait::disarm() { disarm_first(queues_.size()); }

void ReceiveWait::disarm_first(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) disable(queues_[i]->setup());
}

}  // namespace stentor::dpdk
