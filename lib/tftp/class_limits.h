// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the classes of a client take from what TFTP would grant it (dhcp.classes[].tftp). Each class
// that a client is in counts, and each value only restricts, so that no order matters: of every
// limit the least, of rejected options all.
//
// Immutable; made on the control thread, read by every worker without allocation.

#include <cstdint>
#include <vector>

#include "config/settings.h"
#include "tftp/negotiate.h"
#include "tftp/packet.h"

namespace stentor::tftp {

class ClassLimits {
 public:
  ClassLimits() = default;
  explicit ClassLimits(const std::vector<config::ClientClass>& classes);

  // The classes that say anything.
  [[nodiscard]] config::ClassMask classes() const { return classes_; }

  void restrict_limits(config::ClassMask classes, Limits& limits) const;
  // What the client is taken not to have asked for goes.
  void restrict_request(config::ClassMask classes, ReadRequest& request) const;
  [[nodiscard]] std::uint16_t transfers_per_client(config::ClassMask classes,
                                                   std::uint16_t otherwise) const;

 private:
  struct Row {
    config::ClassMask bit = 0;
    config::ClassTftp tftp;
  };

  std::vector<Row> rows_;
  config::ClassMask classes_ = 0;
};

}  // namespace stentor::tftp
