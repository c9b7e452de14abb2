// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// While it lives, new pages of this thread come from one NUMA node if that has any: what a worker
// will use is made under it. Nothing happens on a machine without NUMA.

namespace stentor::topology {

class OnNode {
 public:
  explicit OnNode(int node);
  ~OnNode();
  OnNode(const OnNode&) = delete;
  OnNode& operator=(const OnNode&) = delete;
};

}  // namespace stentor::topology
