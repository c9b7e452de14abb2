// SPDX-License-Identifier: BSD-3-Clause
// Goal: read_file() returns a file as it was at one moment, or says why not; never a torn one.
#include "image/file_reader.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

#include "temporary_tree.h"

namespace stentor::image {
namespace {

// Reads "file", calling `meanwhile` between the look at its size and the read.
tl::expected<std::string, NotRead> text_of(const TemporaryTree& files,
                                           const std::function<void()>& meanwhile) {
  std::string text;
  const auto tree = Tree::open(files.root());
  const auto bytes = read_file(*tree, "file", [&](std::uint64_t size, base::MutableBytes& space) {
    text.assign(size, '\0');
    space = {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
    meanwhile();
    return true;
  });
  if (!bytes) return tl::make_unexpected(bytes.error());
  EXPECT_EQ(bytes->size(), text.size());
  return text;
}

// Longer than a tick of the kernel's file clock.
void wait_a_tick() { std::this_thread::sleep_for(std::chrono::milliseconds{20}); }

TEST(FileReader, ReadsEmptySmallAndLargeFiles) {
  const TemporaryTree files;
  for (const std::size_t size : {0u, 1u, 5'000'000u}) {
    const std::string bytes = some_bytes(size);
    files.write("file", bytes);
    EXPECT_EQ(text_of(files, [] {}), bytes);
  }
}

TEST(FileReader, ReadsAgainWhenTheFileGrewOrShrank) {
  for (const std::string& later :
       {std::string("longer than it was"), std::string("s"), std::string()}) {
    const TemporaryTree files;
    files.write("file", "as it was");
    bool once = false;
    EXPECT_EQ(text_of(files,
                      [&] {
                        if (!std::exchange(once, true)) files.write("file", later);
                      }),
              later);
  }
}

TEST(FileReader, ReadsAgainWhenBytesChangedInPlace) {
  const TemporaryTree files;
  files.write("file", "before");
  wait_a_tick();
  int reads = 0;
  EXPECT_EQ(text_of(files,
                    [&] {
                      if (reads++ == 0) files.write("file", "after!");
                    }),
            "after!");
  EXPECT_EQ(reads, 2);
}

TEST(FileReader, RefusesAFileThatKeepsChanging) {
  const TemporaryTree files;
  std::string growing = "x";
  files.write("file", growing);
  const auto text = text_of(files, [&] { files.write("file", growing += "x"); });
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().failure, ReadFailure::bad_file);
  EXPECT_NE(text.error().reason.find("kept changing"), std::string::npos);
}

TEST(FileReader, SaysWhenThereIsNoRoom) {
  const TemporaryTree files;
  files.write("file", "x");
  const auto tree = Tree::open(files.root());
  const auto bytes = read_file(*tree, "file", [](auto, auto&) { return false; });
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().failure, ReadFailure::no_memory);
}

TEST(FileReader, NamesAFileThatItMayNotRead) {
  const TemporaryTree files;
  files.write("file", "x");
  ::chmod(files.at("file").c_str(), 0);
  EXPECT_TRUE(holds_without_privileges([&] {
    const auto text = text_of(files, [] {});
    return !text && text.error().reason.find("service user may not read it") != std::string::npos;
  }));
}

}  // namespace
}  // namespace stentor::image
