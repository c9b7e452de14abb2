// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Several devices as one, by DPDK's bonding driver (IEEE 802.1AX). Control thread.
//
// What that driver lacks is here. It asks its partner for the slow rate of LACPDUs, one in 30 s,
// and notices a leg that is silent after 90 s: the short timeout of 3 s is put into what it sends.
// And it hears of a lost carrier from drivers that tell of it, which AF_PACKET's does not: the
// kernel is asked, and the member stopped, which the bond takes for a lost link.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/device_spec.h"
#include "dpdk/device.h"
#include "dpdk/profile.h"

namespace stentor::dpdk {

class Bond {
 public:
  // The device that stands for all of them.
  static base::Result<std::unique_ptr<Device>> make_device(const config::DeviceSpec& spec);
  // Both are attached, and nothing else; of them `device` alone is to be set up and started, and
  // ends before the bond does.
  static base::Result<std::unique_ptr<Bond>> make(const config::DeviceSpec& spec,
                                                  std::vector<std::unique_ptr<Device>>&& members,
                                                  const Device& device);
  Bond(const Bond&) = delete;
  Bond& operator=(const Bond&) = delete;

  [[nodiscard]] const std::vector<std::unique_ptr<Device>>& members() const { return members_; }
  [[nodiscard]] bool is_lacp() const { return spec_.mode == config::BondMode::lacp; }

  // The bond's profile, less what a member's takes from it.
  [[nodiscard]] Profile in_common(Profile profile) const;
  // Once the bond has started: LACPDUs ask for the fast rate.
  base::Result<void> hasten(std::uint16_t queues);
  // Now and then: carriers that came or went. No gated queue of the process has frames for some
  // 15 ms then (queue_gate.h).
  void watch_carriers();
  // As configured: those that carry frames. None while LACP has agreed on none.
  [[nodiscard]] std::vector<std::string> in_use() const;

 private:
  Bond(config::DeviceSpec spec, std::vector<std::unique_ptr<Device>> members, std::uint16_t id);

  void turn(std::size_t member, bool starts);
  [[nodiscard]] bool has_link(std::size_t member) const;
  [[nodiscard]] std::vector<std::uint16_t> active() const;

  const config::DeviceSpec spec_;
  std::vector<std::unique_ptr<Device>> members_;  // as in spec_
  const std::uint16_t id_;
  std::vector<std::string> interfaces_;  // of the kernel, that members serve by; empty: none
  std::vector<bool> has_carrier_;        // when it was looked at last, of an interface; else true
  std::vector<bool> is_stopped_;         // for want of one
};

}  // namespace stentor::dpdk
