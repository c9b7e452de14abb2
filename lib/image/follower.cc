// SPDX-License-Identifier: BSD-3-Clause
#include "image/follower.h"

#include <cerrno>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/signals_blocked.h"

namespace stentor::image {

namespace {

void signal(const base::Descriptor& event) {
  const std::uint64_t one = 1;
  // It fails only when it is readable already.
  static_cast<void>(::write(event.number(), &one, sizeof one) == sizeof one);
}

void quiet(const base::Descriptor& event) {
  std::uint64_t count = 0;
  static_cast<void>(::read(event.number(), &count, sizeof count) == sizeof count);
}

base::Descriptor make_event() { return base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

}  // namespace

base::Result<std::unique_ptr<Follower>> Follower::start(FollowOptions options, Loaded first,
                                                        Memory& memory) {
  base::Descriptor ready = make_event();
  base::Descriptor wake = make_event();
  if (!ready || !wake) {
    return base::failure("cannot follow the image root: " + base::system_reason(errno) +
                         ". Raise the limit of open files (ulimit -n) and start again.");
  }
  return std::unique_ptr<Follower>(new Follower(std::move(options), std::move(first), memory,
                                                std::move(ready), std::move(wake)));
}

Follower::Follower(FollowOptions options, Loaded first, Memory& memory, base::Descriptor ready,
                   base::Descriptor wake)
    : ready_(std::move(ready)), wake_(std::move(wake)), stock_(first.generation->stock()) {
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this, options = std::move(options), first = std::move(first),
                         &memory]() mutable { run(std::move(options), std::move(first), memory); });
}

Follower::~Follower() {
  stopping_.store(true);
  signal(wake_);
  thread_.join();
}

void Follower::run(FollowOptions options, Loaded first, Memory& memory) {
  {
    RootWatch watch(std::move(options), std::move(first), memory);
    while (!stopping_.load()) {
      Update update = watch.step(wake_.number());
      free_unused();
      if (update.is_empty()) continue;
      {
        const std::lock_guard lock(mutex_);
        mailbox_.append(std::move(update));
      }
      signal(ready_);
    }
    // Its end waits for a large file that is still being read.
  }
  ended_.store(true);
}

void Follower::release(std::span<const Image* const> images) {
  {
    const std::lock_guard lock(mutex_);
    unused_.insert(unused_.end(), images.begin(), images.end());
  }
  signal(wake_);
}

void Follower::free_unused() {
  quiet(wake_);
  std::vector<const Image*> unused;
  {
    const std::lock_guard lock(mutex_);
    unused.swap(unused_);
  }
  stock_->remove(unused);
}

Update Follower::take() {
  quiet(ready_);
  const std::lock_guard lock(mutex_);
  return std::exchange(mailbox_, {});
}

bool Follower::stop(base::Duration patience) {
  constexpr std::chrono::milliseconds kPause{5};
  stopping_.store(true);
  signal(wake_);
  const base::Time until = base::MonotonicClock::now() + patience;
  while (!ended_.load() && base::MonotonicClock::now() < until) std::this_thread::sleep_for(kPause);
  return ended_.load();
}

}  // namespace stentor::image
