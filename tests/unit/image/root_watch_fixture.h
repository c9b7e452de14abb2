// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A root in a temporary folder that is followed step by step: the fixture of the tests of
// root_watch.h.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <thread>

#include "bounded_memory.h"
#include "image/root_watch.h"
#include "listed_bytes.h"
#include "temporary_tree.h"

namespace stentor::image {

using std::chrono::milliseconds;

inline constexpr base::Duration kSettle = milliseconds{60};
// A machine that is busy may be late, a change that is never seen is never there.
inline constexpr base::Duration kPatience = std::chrono::seconds{20};

class RootWatchTest : public testing::Test {
 protected:
  RootWatchTest() : ready(::eventfd(1, EFD_CLOEXEC)) { files.write("first", "first"); }

  void begin(FollowOptions options = {}) {
    options.load.root = files.root();
    options.settle = settle_time;
    auto loaded = load(options.load, memory);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().sentence;
    generation = loaded->generation;
    watch.emplace(std::move(options), *std::move(loaded), memory);
  }
  void begin_with_manifest(bool required = false) {
    begin({.load = {.manifest_file = "SUMS",
                    .manifest_required = required,
                    .read_manifest = read_listed_bytes}});
  }

  void step() {
    // Not waiting by itself, so that what is not there yet is seen too.
    std::this_thread::sleep_for(milliseconds{2});
    Update update = watch->step(ready.number());
    for (Note& note : update.notes) notes.push_back(std::move(note.text));
    if (update.generation == nullptr) return;
    generation = std::move(update.generation);
    generation->stock()->remove(update.retired);
    ++generations;
  }
  std::string text(const std::string& path) const {
    const Image* image = generation->find(path);
    return image == nullptr ? "none" : std::string(base::as_text(image->bytes));
  }
  // False: `path` never came to be so.
  bool becomes(const std::string& path, const std::string& expected) {
    const base::Time until = base::MonotonicClock::now() + kPatience;
    while (text(path) != expected && base::MonotonicClock::now() < until) step();
    return text(path) == expected;
  }
  // Lets all that has happened have its effect.
  void settle() {
    const base::Time until = base::MonotonicClock::now() + 4 * kSettle;
    while (base::MonotonicClock::now() < until) step();
  }
  std::size_t notes_with(const std::string& part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        notes, [&](const std::string& note) { return note.find(part) != std::string::npos; }));
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(files.at(from), files.at(to));
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(files.at(path)); }
  void append(const std::string& path, const std::string& bytes) const {
    std::ofstream(files.at(path), std::ios::binary | std::ios::app) << bytes;
  }

  base::Duration settle_time = kSettle;
  const base::Descriptor ready;  // always
  BoundedMemory memory;
  const TemporaryTree files;
  std::shared_ptr<const Generation> generation;
  std::optional<RootWatch> watch;
  std::vector<std::string> notes;
  int generations = 0;
};

}  // namespace stentor::image
