// SPDX-License-Identifier: BSD-3-Clause
// Goal: under real threads no transfer ever reads a byte of another image than the one that it
// began with, while files change as fast as they can; and in the end every retired image is free.
#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "base/published.h"
#include "control/image_retirement.h"
#include "crew.h"
#include "image/catalogue.h"
#include "image/current_generation.h"
#include "image/generation_builder.h"
#include "poisoned_memory.h"
#include "worker/image_use.h"

namespace stentor {
namespace {

constexpr std::size_t kFiles = 50;
constexpr std::size_t kBytes = 700;
constexpr unsigned kWorkers = 2;

std::string path_of(std::size_t file) { return "f/" + std::to_string(file); }

// Every byte of an image is the same, and another than those of the file's images before it.
bool is_whole(const image::Image& image, std::uint8_t value) {
  return std::ranges::all_of(image.bytes, [value](std::uint8_t byte) { return byte == value; });
}

struct Transfer {
  const image::Image* image;
  std::uint8_t value;
};

class Changes {
 public:
  Changes() : snapshots(std::make_unique<const int>(0), kWorkers) {
    image::GenerationBuilder builder(memory, 0);
    const std::vector<std::uint8_t> bytes(kBytes, 1);
    for (std::size_t i = 0; i < kFiles; ++i) CHECK(builder.add_copy(path_of(i), bytes));
    generation = builder.build(1);
    current.emplace(*generation);
    catalogue.emplace(generation);
  }

  // A worker: begins transfers, looks at their bytes, ends them; sleeps now and then.
  void work(unsigned self) {
    std::mt19937 random(self);
    std::vector<Transfer> transfers;
    std::uint64_t bursts = 0;
    while (!stop.load(std::memory_order_relaxed)) {
      snapshots.read(self);
      for (int i = 0; i < 4; ++i) {
        const image::Image* image = current->get().find(path_of(random() % kFiles));
        if (image == nullptr || transfers.size() > 20) continue;
        use[self].add(*image);
        transfers.push_back({image, image->bytes[0]});
      }
      for (int i = 0; i < 4 && !transfers.empty(); ++i) {
        const std::size_t at = random() % transfers.size();
        if (!is_whole(*transfers[at].image, transfers[at].value)) violations.fetch_add(1);
        if (random() % 3 != 0) continue;
        use[self].remove(*transfers[at].image);
        transfers.erase(transfers.begin() + static_cast<long>(at));
      }
      if (++bursts % 64 == 0) {
        snapshots.park(self);
        std::this_thread::yield();
      }
      if (bursts == 100) working.fetch_add(1, std::memory_order_relaxed);
    }
    for (const Transfer& transfer : transfers) use[self].remove(*transfer.image);
    snapshots.park(self);
  }

  void change(std::uint64_t round) {
    std::vector<std::uint8_t> bytes(kBytes, static_cast<std::uint8_t>(2 + round % 200));
    const std::string path = path_of(round * 7 % kFiles);
    if (round % 5 == 0 && catalogue->find(path) != nullptr) {
      catalogue->remove(path);
    } else {
      const image::ImageSpace space = catalogue->stock().reserve(bytes.size());
      std::ranges::copy(bytes, space.bytes.begin());
      catalogue->put(catalogue->stock().add(space, std::vector{path}).at(0));
    }
    auto change = catalogue->commit();
    current->set(*change.generation);
    old.push_back({snapshots.mark(), std::exchange(generation, change.generation)});
    retirement.retire(std::move(change.retired));
    tick();
  }

  void tick() {
    std::erase_if(old, [this](const auto& each) { return snapshots.passed(each.first); });
    retirement.tick();
  }

  stress::PoisonedMemory memory;
  base::Published<int> snapshots;
  std::array<worker::ImageUse, kWorkers> use;
  std::shared_ptr<const image::Generation> generation;
  std::optional<image::CurrentGeneration> current;
  std::optional<image::Catalogue> catalogue;
  std::vector<std::pair<std::uint64_t, std::shared_ptr<const image::Generation>>> old;
  control::ImageRetirement retirement{
      {.mark = [this] { return snapshots.mark(); },
       .passed = [this](std::uint64_t mark) { return snapshots.passed(mark); },
       .is_in_use =
           [this](const image::Image& image) {
             return std::ranges::any_of(use, [&](const auto& each) { return each.has(image); });
           },
       .change_pools = [] {},
       .segments_out = [] { return 0u; },
       .release =
           [this](std::span<const image::Image* const> images) {
             freed += images.size();
             catalogue->stock().remove(images);
           }}};
  std::size_t freed = 0;
  std::atomic<std::uint64_t> violations{0};
  std::atomic<unsigned> working{0};
  std::atomic<bool> stop{false};
};

TEST(ImageChangeStress, NoTransferReadsAnotherImagesBytes) {
  Changes changes;
  const std::uint64_t rounds = stress::rounds(20'000);
  stress::run_crew(kWorkers + 1, [&](unsigned member) {
    if (member < kWorkers) return changes.work(member);
    while (changes.working.load(std::memory_order_relaxed) != kWorkers) std::this_thread::yield();
    for (std::uint64_t round = 0; round < rounds; ++round) {
      changes.change(round);
      if (round % 16 == 0) std::this_thread::yield();
    }
    changes.stop.store(true, std::memory_order_relaxed);
  });
  EXPECT_EQ(changes.violations.load(), 0u);
  EXPECT_GT(changes.freed, rounds / 4) << "while the workers ran, or nothing was tested";
  for (int i = 0; i < 10; ++i) changes.tick();
  EXPECT_EQ(changes.retirement.waiting(), 0u);
  EXPECT_EQ(changes.catalogue->stock().images(), changes.generation->size());
}

}  // namespace
}  // namespace stentor
