// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Keeps the kernel silent on an interface that the appliance serves: an ingress program of traffic
// control (silence_program.h) is attached at start and removed at the end. Control thread.
//
// After a crash the kernel keeps the program: the next start finds it by its priority, and takes it
// over. Its handle tells whether the queueing discipline under it was ours as well.

#include <memory>
#include <string>

#include "base/error.h"
#include "dpdk/silence_program.h"

namespace stentor::dpdk {

class KernelSilence {
 public:
  static base::Result<std::unique_ptr<KernelSilence>> attach(const std::string& interface,
                                                             const SilenceRules& rules);
  ~KernelSilence();
  KernelSilence(const KernelSilence&) = delete;
  KernelSilence& operator=(const KernelSilence&) = delete;

 private:
  KernelSilence(int index, bool owns_qdisc) : index_(index), owns_qdisc_(owns_qdisc) {}

  int index_;
  bool owns_qdisc_;
};

}  // namespace stentor::dpdk
