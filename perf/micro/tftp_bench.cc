// SPDX-License-Identifier: BSD-3-Clause
// What the transfer state machine costs a DATA block: one ACK, then the window that it opens. And
// what it costs to find a path, or not to find it, where clients have folders of their own.
#include <benchmark/benchmark.h>
#include <string>

#include "image/generation_builder.h"
#include "tftp/lookup.h"
#include "tftp/transfer.h"

namespace stentor::tftp {
namespace {

void ack_to_window(benchmark::State& state) {
  const auto windowsize = static_cast<std::uint16_t>(state.range(0));
  const Grant grant{.blksize = 1468, .windowsize = windowsize, .oack_windowsize = true};
  base::Time now{std::chrono::seconds{1}};
  Transfer transfer(grant, Limits{}, std::uint64_t{1} << 60, now);
  transfer.mark_oack_sent(now);
  std::uint16_t number = 0;
  for (auto _ : state) {
    now += std::chrono::microseconds{50};
    benchmark::DoNotOptimize(transfer.on_ack(number, now));
    while (const auto block = transfer.next_block()) {
      number = block->number;
      transfer.mark_sent(now);
    }
  }
  state.SetItemsProcessed(state.iterations() * windowsize);
}
BENCHMARK(ack_to_window)->Arg(1)->Arg(4)->Arg(16)->Arg(64);

// 65,536 files in 256 folders.
std::unique_ptr<const image::Generation> catalogue(image::Memory& memory) {
  image::GenerationBuilder builder(memory, 0);
  for (int i = 0; i < 65'536; ++i) {
    static_cast<void>(
        builder.add_copy("folder" + std::to_string(i % 256) + "/file" + std::to_string(i), {}));
  }
  return builder.build(1);
}

// `folders`: of the client's own, none of them there; then its boot file has one too.
void find_path(benchmark::State& state, const char* path, std::size_t folders) {
  const auto memory = image::make_page_memory();
  const auto generation = catalogue(*memory);
  config::Images images;
  for (std::size_t i = 0; i < folders; ++i) {
    images.client_directories.push_back(*config::ClientTemplate::parse_directory("{mac}"));
  }
  const image::CurrentGeneration current(*generation);
  const Lookup lookup(images, current);
  const auto efi = *config::ClientTemplate::parse("efi");
  ClientContext client{.mac = wire::MacAddress{{2, 0, 0, 0, 0, 1}}};
  if (folders != 0) client.boot_directory = &efi;
  for (auto _ : state) benchmark::DoNotOptimize(lookup.find(path, client));
}
BENCHMARK_CAPTURE(find_path, found, "folder77/file4173", 0);
BENCHMARK_CAPTURE(find_path, not_found, "folder77/grub.cfg", 0);
BENCHMARK_CAPTURE(find_path, found_behind_a_folder, "folder77/file4173", 1);
BENCHMARK_CAPTURE(find_path, not_found_in_a_folder_nor_beside, "folder77/grub.cfg", 1);
BENCHMARK_CAPTURE(find_path, not_found_in_eight_folders_nor_beside, "folder77/grub.cfg", 8);

}  // namespace
}  // namespace stentor::tftp
