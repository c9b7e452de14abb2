// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One process of ours an interface. Nothing in the kernel says so: where AF_XDP is taken a second
// one would fall back to AF_PACKET, answer beside the first, and at its exit let the kernel speak
// again. A claim is a socket's name in the network namespace: it goes with its process, however
// that ends.

#include <string>
#include <utility>

#include "base/error.h"

namespace stentor::dpdk {

class InterfaceClaim {
 public:
  // Errors: another claim holds the interface, or there is none of this name.
  static base::Result<InterfaceClaim> make(const std::string& interface);

  InterfaceClaim(InterfaceClaim&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  InterfaceClaim& operator=(InterfaceClaim&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~InterfaceClaim();

 private:
  explicit InterfaceClaim(int socket) : socket_(socket) {}

  int socket_;
};

}  // namespace stentor::dpdk
