// SPDX-License-Identifier: BSD-3-Clause
#include "served_images.h"

#include <fmt/format.h>
#include <utility>

#include "control/log.h"

namespace stentor {

namespace {

// What has changed is told at most this often, as a sum.
constexpr base::Duration kReportPeriod = std::chrono::seconds{1};

}  // namespace

ServedImages::ServedImages(image::Loaded loaded, image::Memory& memory)
    : memory_(memory),
      loaded_(std::move(loaded)),
      generation_(std::move(loaded_.generation)),
      rejected_(std::make_shared<const image::RejectedFiles>(
          image::make_rejected_files(loaded_.rejected))),
      current_(*generation_) {}

base::Result<void> ServedImages::follow(image::FollowOptions options,
                                        control::ImageRetirement::Hooks hooks) {
  mark_ = hooks.mark;
  passed_ = hooks.passed;
  hooks.release = [this](std::span<const image::Image* const> images) {
    follower_->release(images);
  };
  retirement_ = std::make_unique<control::ImageRetirement>(std::move(hooks));
  image::Loaded first = std::exchange(loaded_, {});
  first.generation = generation_;
  auto follower = image::Follower::start(std::move(options), std::move(first), memory_);
  if (!follower) return tl::unexpected(std::move(follower).error());
  follower_ = *std::move(follower);
  return {};
}

void ServedImages::fetch() {
  image::Update update = follower_->take();
  for (const image::Note& note : update.notes) {
    note.is_warning ? control::log_warning(note.text) : control::log_info(note.text);
  }
  if (update.rejected != nullptr) rejected_ = std::move(update.rejected);
  if (update.generation == nullptr) return;
  current_.set(*update.generation);
  old_.push_back({mark_(), std::exchange(generation_, std::move(update.generation))});
  retirement_->retire(std::move(update.retired));
  counts_.added += update.added;
  counts_.replaced += update.replaced;
  counts_.removed += update.removed;
  if (example_.empty()) example_ = std::move(update.example);
}

// The last loan keeps those before it, so that it alone says whether there is any.
std::shared_ptr<const image::Generation> ServedImages::borrow() {
  struct Loan {
    std::shared_ptr<const void> earlier;
    std::shared_ptr<const image::Generation> generation;
  };
  const auto loan = std::make_shared<const Loan>(Loan{borrowed_.lock(), generation_});
  borrowed_ = loan;
  return {loan, loan->generation.get()};
}

void ServedImages::tick(base::Time now) {
  if (follower_ == nullptr) return;
  while (!old_.empty() && passed_(old_.front().mark)) old_.pop_front();
  if (borrowed_.expired()) retirement_->tick();
  report(now);
}

void ServedImages::report(base::Time now) {
  if (example_.empty() || now < next_report_) return;
  next_report_ = now + kReportPeriod;
  control::log_info(fmt::format(
      "images: {} new, {} replaced, {} gone ({}); {} files", counts_.added - reported_.added,
      counts_.replaced - reported_.replaced, counts_.removed - reported_.removed,
      std::exchange(example_, {}), generation_->size()));
  reported_ = counts_;
}

}  // namespace stentor
