// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Image memory from the EAL's heap: hugepages that every device can read, those of one NUMA node
// first. Lives between Eal::start() and ~Eal(). Control thread and loader threads.

#include <string>

#include "image/memory.h"

namespace stentor::dpdk {

class EalMemory final : public image::Memory {
 public:
  // `node`: -1 for whichever has room.
  explicit EalMemory(int node);
  base::MutableBytes allocate(std::size_t bytes) override;
  void release(base::MutableBytes block) override;
  [[nodiscard]] const char* kind() const override { return kind_.c_str(); }
  [[nodiscard]] const char* remedy() const override;

 private:
  int node_;
  bool has_hugepages_;
  std::string kind_;
};

}  // namespace stentor::dpdk
