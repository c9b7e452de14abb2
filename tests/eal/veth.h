// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A pair of veth interfaces in this process's own network namespace, and a packet socket on the far
// one: what stands on the wire.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace stentor::dpdk {

// Moves the process into a new network namespace; false without the privilege. Before any thread.
bool enter_new_network();

// Runs a command of the shell, which must succeed.
void run(const std::string& command);
// Its output.
std::string output_of(const std::string& command);

class Veth {
 public:
  // `name`: of the near interface, ours to serve, up with 10.99.0.1/24; the far one is name + "p".
  explicit Veth(const std::string& name, unsigned mtu = 1500, unsigned queues = 1);
  ~Veth();
  Veth(const Veth&) = delete;
  Veth& operator=(const Veth&) = delete;

  // Tells the kernel the MAC of 10.99.0.9, so that it answers without asking first.
  void know_neighbour();

  // Puts a frame on the wire towards the near interface.
  void inject(base::Bytes frame);
  // Frames that left the near interface within `milliseconds`.
  std::vector<std::vector<std::uint8_t>> sniff(int milliseconds);

 private:
  std::string name_;
  int socket_ = -1;
};

}  // namespace stentor::dpdk
