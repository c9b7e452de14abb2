// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The one capture that may run: frames of all workers as a pcapng file that grows, for one reader.
// One that reads too slowly loses frames, and is told how many; workers wait for nobody.
//
// Thread: the API's.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/tap.h"
#include "control/http_message.h"

namespace stentor::control {

class CaptureDesk {
 public:
  // What a stream gives at once, of whole blocks, and a little more.
  static constexpr std::size_t kBytesAtOnce = std::size_t{256} << 10;
  // From one look at the rings to the next.
  static constexpr base::Duration kPeriod = std::chrono::milliseconds{2};
  // Statistics say what each port has come to, the first what workers have lost, and to who has
  // nothing else to read that the capture goes on.
  static constexpr base::Duration kStatisticsPeriod = std::chrono::seconds{5};

  struct Limits {
    std::uint64_t frames = UINT64_MAX;
    std::optional<std::chrono::seconds> time{};
  };
  enum class Refusal : std::uint8_t { runs_already, worker_hangs, no_memory };

  // Taps of workers, which outlive it, and names of ports, by their index.
  CaptureDesk(std::vector<capture::Tap*> taps, std::vector<std::string> ports)
      : taps_(std::move(taps)), ports_(std::move(ports)) {}

  // It ends with the stream.
  tl::expected<std::shared_ptr<HttpStream>, Refusal> start(const capture::Filter& filter,
                                                           const Limits& limits);

 private:
  class Stream;

  void stop();

  const std::vector<capture::Tap*> taps_;
  const std::vector<std::string> ports_;
  bool is_running_ = false;
};

}  // namespace stentor::control
