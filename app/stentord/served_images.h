// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The images that are served, from the first load on: which generation is current, who follows the
// root, and when the memory of what was replaced is given back.
//
// Threads: control, but for current(), which workers read, and the follower's own
// (image/follower.h). Ends after the workers and the ports, and before the memory.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "config/settings.h"
#include "control/image_retirement.h"
#include "image/current_generation.h"
#include "image/follower.h"

namespace stentor {

class ServedImages {
 public:
  // `memory` outlives these.
  ServedImages(image::Loaded loaded, image::Memory& memory);

  [[nodiscard]] image::CurrentGeneration& current() { return current_; }
  [[nodiscard]] const image::Generation& generation() const { return *generation_; }
  [[nodiscard]] const image::RejectedFiles& rejected() const { return *rejected_; }
  // For another thread to read what is served now: until it lets go, no image is given back.
  [[nodiscard]] std::shared_ptr<const image::Generation> borrow();

  // Once the workers run: what changes under the root is served from now on. `hooks`: all but
  // release.
  base::Result<void> follow(image::FollowOptions options, control::ImageRetirement::Hooks hooks);
  // Readable when there is something to fetch(); -1: the root is not followed.
  [[nodiscard]] int news() const { return follower_ ? follower_->descriptor() : -1; }
  void fetch();
  // Gives back what nobody uses any more, and tells what has changed.
  void tick(base::Time now);
  // False: a file that is being read takes longer than `patience`.
  [[nodiscard]] bool stop(base::Duration patience) {
    return follower_ == nullptr || follower_->stop(patience);
  }

  struct Counts {
    std::uint64_t added = 0;
    std::uint64_t replaced = 0;
    std::uint64_t removed = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // Images that were replaced or removed, and whose memory is not given back yet.
  [[nodiscard]] std::uint64_t retired() const { return retirement_ ? retirement_->waiting() : 0; }

 private:
  void report(base::Time now);

  struct Old {
    std::uint64_t mark;
    std::shared_ptr<const image::Generation> generation;
  };

  image::Memory& memory_;
  image::Loaded loaded_;  // the first, until it is followed
  std::shared_ptr<const image::Generation> generation_;
  std::shared_ptr<const image::RejectedFiles> rejected_;
  std::weak_ptr<const void> borrowed_;  // alive: somebody has one
  image::CurrentGeneration current_;
  std::deque<Old> old_;  // a worker may still look up in these
  std::function<std::uint64_t()> mark_;
  std::function<bool(std::uint64_t)> passed_;
  std::unique_ptr<control::ImageRetirement> retirement_;
  std::unique_ptr<image::Follower> follower_;
  Counts counts_;
  Counts reported_;
  std::string example_;  // of what was not reported yet
  base::Time next_report_{};
};

}  // namespace stentor
