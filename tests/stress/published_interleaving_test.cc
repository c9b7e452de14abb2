// SPDX-License-Identifier: BSD-3-Clause
// Goal: no order in which the steps of a reader and the publisher interleave frees what is read.
#include "base/published.h"
#include "fibers.h"

namespace stentor::base {
namespace {

using stress::Fibers;

// Marks its own end outside of itself, so that a reader can ask after it.
struct Value {
  Value(std::size_t number_, std::vector<bool>& alive_) : number(number_), alive(alive_) {
    alive[number] = true;
  }
  ~Value() { alive[number] = false; }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  const std::size_t number;
  std::vector<bool>& alive;
};

// Fails the test with the first schedule after which it is not right; how many there were.
template <typename Make, typename IsRight>
std::uint64_t schedules_tried(const Make& make, const IsRight& is_right) {
  std::uint64_t schedules = 0;
  const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
    ++schedules;
    if (steps != 0 && is_right()) return true;
    std::string story;
    for (const std::size_t step : schedule) story += ", switch at " + std::to_string(step);
    ADD_FAILURE() << "a value was freed too early, or never" << story;
    return false;
  };
  Fibers fibers;
  stress::explore(fibers, 4, make, judge);
  return schedules;
}

TEST(PublishedInterleaving, NoScheduleFreesWhatAReaderHolds) {
  std::vector<bool> alive(4);
  std::optional<Published<Value>> published;
  bool was_alive = true;
  bool went_back = false;
  std::size_t left = 0;

  const auto publish = [&](std::size_t number) {
    published->publish(std::make_unique<Value>(number, alive));
    left = published->reclaim();
  };
  const auto read = [&](std::size_t at_least) {
    // The number is known before a switch can come; the value must still live after it.
    const std::size_t number = published->read(0).number;
    stress::step();
    was_alive = was_alive && alive[number];
    went_back = went_back || number < at_least;
    return number;
  };
  const auto make = [&] {
    published.emplace(std::make_unique<Value>(0, alive), 1);
    was_alive = true;
    went_back = false;
    return std::vector<std::function<void()>>{[&] {
                                                const std::size_t first = read(0);
                                                const std::size_t second = read(first);
                                                published->park(0);
                                                read(second);
                                                published->park(0);
                                              },
                                              [&] {
                                                publish(1);
                                                publish(2);
                                                publish(3);
                                              }};
  };
  const auto is_right = [&] { return was_alive && !went_back && published->reclaim() == 0; };
  EXPECT_GT(schedules_tried(make, is_right), 10'000u);
}

// What the mark is for: a pointer beside the published value, replaced, and freed once it passed.
TEST(PublishedInterleaving, NoScheduleFreesWhatAReaderFoundBesideTheValue) {
  std::vector<bool> alive(4);
  std::optional<Published<const int>> published;
  std::array<std::unique_ptr<Value>, 3> values;
  std::atomic<const Value*> current{nullptr};
  bool was_alive = true;

  const auto replace = [&](std::size_t number) {
    values[number] = std::make_unique<Value>(number, alive);
    current.store(values[number].get());
    const std::uint64_t mark = published->mark();
    stress::step();
    if (published->passed(mark)) {
      for (std::size_t old = 0; old < number; ++old) values[old].reset();
    }
  };
  const auto read = [&] {
    published->read(0);
    const std::size_t number = current.load()->number;
    stress::step();
    was_alive = was_alive && alive[number];
  };
  const auto make = [&] {
    published.emplace(std::make_unique<const int>(0), 1);
    for (auto& value : values) value.reset();
    values[0] = std::make_unique<Value>(0, alive);
    current.store(values[0].get());
    was_alive = true;
    return std::vector<std::function<void()>>{[&] {
                                                read();
                                                published->park(0);
                                                read();
                                                read();
                                                published->park(0);
                                              },
                                              [&] {
                                                replace(1);
                                                replace(2);
                                              }};
  };
  const auto is_right = [&] { return was_alive && published->passed(published->mark()); };
  EXPECT_GT(schedules_tried(make, is_right), 5'000u);
}

}  // namespace
}  // namespace stentor::base
