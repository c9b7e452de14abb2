// SPDX-License-Identifier: BSD-3-Clause
#include "topology/on_node.h"

#include <numa.h>

namespace stentor::topology {

namespace {

bool has_numa() {
  static const bool available = numa_available() >= 0;
  return available;
}

}  // namespace

OnNode::OnNode(int node) {
  if (has_numa() && node >= 0) numa_set_preferred(node);
}

OnNode::~OnNode() {
  if (has_numa()) numa_set_localalloc();
}

}  // namespace stentor::topology
