// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The EAL of a test process, without hugepages, with one worker: started before the first test,
// once. And what the tests of ports share.

#include <string>
#include <vector>

#include "dpdk/eal.h"
#include "dpdk/port.h"

namespace stentor::dpdk {

// Where the worker runs: the last core that the process may use, and so the first if it has one.
unsigned worker_core();
bool worker_shares_control_core();

Eal& running_eal();

// Starts the EAL, runs every test, stops it; the exit status of main().
int run_tests(int argc, char** argv);

// A log that remembers: what ports said since the last call of take_log().
const Log& test_log();
std::string take_log();

config::DeviceSpec device(const std::string& text);

// Fails the test and returns nullptr when the port does not open.
std::unique_ptr<Port> open_port(const std::string& text, unsigned queues = 1);
PortOptions port_options(const std::string& text, unsigned queues = 1);

// A frame that no driver takes exception to: broadcast, of an experimental EtherType.
std::vector<std::uint8_t> experimental_frame(std::size_t bytes, std::uint8_t seed);

// Sends `frame` until the device takes it; false after a second.
bool send(Queue& queue, rte_mbuf* frame);
// The next experimental frame to arrive, released; empty after a second.
std::vector<std::uint8_t> receive_one(Queue& queue);
// Waits for both links, a second at most.
bool wait_for_link(const Port& one, const Port& other);

}  // namespace stentor::dpdk
