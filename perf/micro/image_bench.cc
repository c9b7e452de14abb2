// SPDX-License-Identifier: BSD-3-Clause
// What one file that changes costs, in roots of different sizes, and what a look-up costs without
// and with changes that are not in the index yet.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <optional>
#include <string>

#include "image/catalogue.h"
#include "image/generation_builder.h"
#include "image/root_watch.h"

namespace {

std::uint64_t allocations = 0;

}  // namespace

// One thread allocates here.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* at = std::malloc(bytes)) return at;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* at) noexcept { std::free(at); }
[[gnu::noinline]] void operator delete(void* at, std::size_t) noexcept { std::free(at); }

namespace stentor {
namespace {

std::string path_of(std::size_t file) {
  return "rack" + std::to_string(file % 64) + "/machine-" + std::to_string(file);
}

std::shared_ptr<const image::Generation> generation_of(image::Memory& memory, std::size_t files) {
  image::GenerationBuilder builder(memory, files * 128);
  for (std::size_t i = 0; i < files; ++i) {
    if (!builder.add_copy(path_of(i), {})) std::abort();
  }
  return builder.build(1);
}

const image::Image* made(image::Catalogue& catalogue, const std::string& path) {
  return catalogue.stock().add(catalogue.stock().reserve(0), {&path, 1}).at(0);
}

// A file is replaced, a generation made, the old ones dropped: all that the catalogue does for it,
// new indexes now and then included.
void OneChange(benchmark::State& state) {
  const auto memory = image::make_page_memory();
  const auto files = static_cast<std::size_t>(state.range(0));
  image::Catalogue catalogue(generation_of(*memory, files));
  std::size_t next = 0;
  const std::uint64_t before = allocations;
  for (auto _ : state) {
    next = (next + 7919) % files;
    catalogue.put(made(catalogue, path_of(next)));
    const auto change = catalogue.commit();
    catalogue.stock().remove(change.retired);
  }
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                     benchmark::Counter::kAvgIterations);
}
// So many that each root's index is made anew several times.
BENCHMARK(OneChange)->Arg(1'024)->Arg(65'536)->Iterations(200'000);

// The same by a generation that is built as a whole.
void WholeRebuild(benchmark::State& state) {
  const auto memory = image::make_page_memory();
  for (auto _ : state) {
    benchmark::DoNotOptimize(generation_of(*memory, static_cast<std::size_t>(state.range(0))));
  }
}
BENCHMARK(WholeRebuild)->Arg(1'024)->Arg(65'536)->Unit(benchmark::kMillisecond);

// range(1): files that have changed since the index was made.
void LookUp(benchmark::State& state) {
  const auto memory = image::make_page_memory();
  const auto files = static_cast<std::size_t>(state.range(0));
  image::Catalogue catalogue(generation_of(*memory, files));
  for (std::int64_t i = 0; i < state.range(1); ++i) {
    catalogue.put(made(catalogue, path_of(static_cast<std::size_t>(i))));
  }
  const std::shared_ptr<const image::Generation> changed = catalogue.commit().generation;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < 4096; ++i) paths.push_back(path_of(i * 7919 % files));
  const auto first = changed != nullptr ? changed : generation_of(*memory, files);
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(first->find(paths[next]));
    next = (next + 1) % paths.size();
  }
}
BENCHMARK(LookUp)->Args({1'024, 0})->Args({65'536, 0})->Args({65'536, 1})->Args({65'536, 16'000});

// The whole of it: a file is renamed over another in a root on disk, the kernel tells, it is read,
// and the generation with it is there. The time of the processor alone: nearly all of the other is
// Settling::kGather.
void OneRename(benchmark::State& state) {
  const auto memory = image::make_page_memory();
  const auto files = static_cast<std::size_t>(state.range(0));
  std::string name = std::filesystem::temp_directory_path() / "stentor-bench-XXXXXX";
  const std::filesystem::path root = ::mkdtemp(name.data());
  for (std::size_t i = 0; i < 64; ++i) {
    std::filesystem::create_directory(root / ("rack" + std::to_string(i)));
  }
  for (std::size_t i = 0; i < files; ++i) std::ofstream(root / path_of(i)) << "old";
  const image::FollowOptions options{.load = {.root = root, .ignored = image::Ignored({"*.tmp"})}};
  auto loaded = image::load(options.load, *memory);
  if (!loaded) std::abort();
  auto generation = loaded->generation;
  image::RootWatch watch(options, *std::move(loaded), *memory);
  watch.step(-1);
  std::size_t next = 0;
  for (auto _ : state) {
    next = (next + 7919) % files;
    std::ofstream(root / "part.tmp") << "new";
    std::filesystem::rename(root / "part.tmp", root / path_of(next));
    for (image::Update update; update.generation == nullptr;) {
      update = watch.step(-1);
      if (update.generation != nullptr) generation = update.generation;
      generation->stock()->remove(update.retired);
    }
  }
  std::filesystem::remove_all(root);
}
BENCHMARK(OneRename)->Arg(1'024)->Arg(65'536)->Iterations(100)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace stentor
