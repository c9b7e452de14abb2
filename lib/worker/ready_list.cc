// SPDX-License-Identifier: BSD-3-Clause
#include "worker/ready_list.h"

#include "base/check.h"

namespace stentor::worker {

ReadyList::ReadyList(std::uint32_t entries, std::size_t queues) : links_(entries), queues_(queues) {
  CHECK(queues < kNotQueued);
}

void ReadyList::push(std::size_t queue, std::uint32_t entry) {
  Link& link = links_[entry];
  if (link.queue != kNotQueued) return;
  Queue& list = queues_[queue];
  link = {list.last, kNone, static_cast<std::uint16_t>(queue)};
  (list.last == kNone ? list.first : links_[list.last].next) = entry;
  list.last = entry;
  ++list.length;
}

void ReadyList::push_front(std::size_t queue, std::uint32_t entry) {
  Link& link = links_[entry];
  if (link.queue != kNotQueued) return;
  Queue& list = queues_[queue];
  link = {kNone, list.first, static_cast<std::uint16_t>(queue)};
  (list.first == kNone ? list.last : links_[list.first].previous) = entry;
  list.first = entry;
  ++list.length;
}

std::uint32_t ReadyList::pop(std::size_t queue) {
  const std::uint32_t entry = queues_[queue].first;
  if (entry != kNone) remove(entry);
  return entry;
}

void ReadyList::remove_from(std::size_t queue, std::uint32_t entry) {
  if (links_[entry].queue == queue) remove(entry);
}

void ReadyList::remove(std::uint32_t entry) {
  Link& link = links_[entry];
  if (link.queue == kNotQueued) return;
  Queue& list = queues_[link.queue];
  (link.previous == kNone ? list.first : links_[link.previous].next) = link.next;
  (link.next == kNone ? list.last : links_[link.next].previous) = link.previous;
  --list.length;
  link = {};
}

}  // namespace stentor::worker
