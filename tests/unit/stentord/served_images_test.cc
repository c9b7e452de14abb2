// SPDX-License-Identifier: BSD-3-Clause
// Goal: what somebody has borrowed is not given back under his hands, and is given back then.
#include "served_images.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <thread>

#include "../image/bounded_memory.h"
#include "../image/temporary_tree.h"

namespace stentor {
namespace {

using std::chrono::milliseconds;

class ServedImagesTest : public testing::Test {
 protected:
  ServedImagesTest() {
    files.write("a", "first");
    const image::FollowOptions options{.load = {.root = files.root()}, .settle = milliseconds{20}};
    images = std::make_unique<ServedImages>(*image::load(options.load, memory), memory);
    EXPECT_TRUE(images->follow(options, {.mark = [] { return std::uint64_t{1}; },
                                         .passed = [](std::uint64_t) { return true; },
                                         .is_in_use = [](const image::Image&) { return false; },
                                         .change_pools = [] {},
                                         .segments_out = [] { return 0U; },
                                         .release = {}}));
  }

  void replace(const std::string& bytes) const {
    files.write("part~", bytes);
    std::filesystem::rename(files.at("part~"), files.at("a"));
  }
  // As the control thread does; true once it is so.
  template <typename Condition>
  bool tick_until(const Condition& condition, milliseconds patience = milliseconds{20'000}) {
    for (milliseconds waited{0}; waited < patience; waited += milliseconds{10}) {
      images->fetch();
      images->tick(base::MonotonicClock::now());
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds{10});
    }
    return false;
  }
  [[nodiscard]] std::string served() const {
    const image::Image* image = images->generation().find("a");
    return image == nullptr ? "" : std::string(base::as_text(image->bytes));
  }

  image::BoundedMemory memory;
  const image::TemporaryTree files;
  std::unique_ptr<ServedImages> images;
};

TEST_F(ServedImagesTest, KeepsWhatIsBorrowed) {
  auto borrowed = images->borrow();
  replace("second");
  ASSERT_TRUE(tick_until([&] { return served() == "second"; }));
  EXPECT_FALSE(tick_until([&] { return images->retired() == 0; }, milliseconds{300}));
  EXPECT_EQ(base::as_text(borrowed->find("a")->bytes), "first");
  // A later loan does not end with the first.
  auto later = images->borrow();
  borrowed.reset();
  EXPECT_FALSE(tick_until([&] { return images->retired() == 0; }, milliseconds{300}));
  later.reset();
  EXPECT_TRUE(tick_until([&] { return images->retired() == 0; }));
}

TEST_F(ServedImagesTest, NamesWhatIsNotServedAsLongAsItIsNot) {
  EXPECT_EQ(images->rejected().count, 0u);
  std::filesystem::create_symlink("/etc/passwd", files.at("out"));
  ASSERT_TRUE(tick_until([&] { return images->rejected().count == 1; }));
  EXPECT_EQ(images->rejected().rows.at(0).path, "out");
  std::filesystem::remove(files.at("out"));
  EXPECT_TRUE(tick_until([&] { return images->rejected().count == 0; }));
}

}  // namespace
}  // namespace stentor
