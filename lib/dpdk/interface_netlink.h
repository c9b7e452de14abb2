// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Questions to the kernel about links and routes: rtnetlink(7). Control thread; a question waits
// for its answer, which the kernel gives at once. Nothing is changed by any.

#include <cstdint>
#include <cstring>
#include <functional>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <optional>
#include <type_traits>

#include "base/bytes.h"

namespace stentor::dpdk {

// The fixed part of a message or an attribute; nullopt: it is shorter than that.
template <typename T>
std::optional<T> read_fixed(base::Bytes bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// Calls visit(type, value) for each attribute, up to the first that does not fit.
template <typename Visit>
void each_attribute(base::Bytes bytes, const Visit& visit) {
  while (const auto head = read_fixed<rtattr>(bytes)) {
    if (head->rta_len < sizeof(rtattr) || head->rta_len > bytes.size()) return;
    visit(head->rta_type & NLA_TYPE_MASK,
          bytes.subspan(sizeof(rtattr), head->rta_len - sizeof(rtattr)));
    bytes = bytes.subspan(std::min<std::size_t>(RTA_ALIGN(head->rta_len), bytes.size()));
  }
}

// Sends `request`, an nlmsghdr and what belongs to it, and calls visit(type, content) for each
// message of the answer. Returns 0 or errno; EAGAIN: the answer changed while it was given, so some
// of it may be missing.
int ask_netlink(base::Bytes request, const std::function<void(int, base::Bytes)>& visit);

}  // namespace stentor::dpdk
