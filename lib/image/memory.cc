// SPDX-License-Identifier: BSD-3-Clause
#include "image/memory.h"

#include <sys/mman.h>

namespace stentor::image {

namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

class PageMemory final : public Memory {
 public:
  base::MutableBytes allocate(std::size_t bytes) override {
    void* block =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return {};
    // Advice only: a kernel without transparent huge pages refuses, and small pages serve as well.
    if (bytes >= kHugePageBytes) static_cast<void>(::madvise(block, bytes, MADV_HUGEPAGE));
    return {static_cast<std::uint8_t*>(block), bytes};
  }

  void release(base::MutableBytes block) override { ::munmap(block.data(), block.size()); }

  [[nodiscard]] const char* kind() const override { return "ordinary pages"; }
  [[nodiscard]] const char* remedy() const override {
    return "add memory, raise the process's limit (ulimit -v) or move files out of the root";
  }
};

}  // namespace

std::unique_ptr<Memory> make_page_memory() { return std::make_unique<PageMemory>(); }

}  // namespace stentor::image
