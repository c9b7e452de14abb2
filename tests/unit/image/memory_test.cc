// SPDX-License-Identifier: BSD-3-Clause
// Goal: page memory keeps the contract of Memory: aligned, writable to the last byte, an empty span
// and not a crash when there is no more.
#include "image/memory.h"

#include <gtest/gtest.h>

namespace stentor::image {
namespace {

TEST(PageMemory, GivesAlignedBytesThatCanAllBeWritten) {
  const auto memory = make_page_memory();
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4097}, std::size_t{5} << 20}) {
    const base::MutableBytes block = memory->allocate(bytes);
    ASSERT_EQ(block.size(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % 64, 0u);
    block.front() = 1;
    block.back() = 2;
    memory->release(block);
  }
}

TEST(PageMemory, IsEmptyWhenThereIsNoMore) {
  const auto memory = make_page_memory();
  EXPECT_TRUE(memory->allocate(std::size_t{1} << 62).empty());
}

TEST(PageMemory, NamesItselfAndARemedy) {
  const auto memory = make_page_memory();
  EXPECT_STREQ(memory->kind(), "ordinary pages");
  EXPECT_EQ(std::string_view(memory->remedy()).find("hugepages"), std::string_view::npos);
}

}  // namespace
}  // namespace stentor::image
