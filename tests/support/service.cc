// SPDX-License-Identifier: BSD-3-Clause
#include "support/service.h"

#include <cstdio>
#include <cstdlib>

#include "config/parse.h"

namespace stentor::support {

namespace {

config::Settings settings_of(const std::string& yaml) {
  auto settings = config::parse_settings(yaml, "test.yaml");
  if (settings) return *std::move(settings);
  for (const config::Diagnostic& diagnostic : settings.error()) {
    std::fprintf(stderr, "%s\n", diagnostic.text().c_str());
  }
  std::abort();
}

std::unique_ptr<const image::Generation> catalogue(image::Memory& memory,
                                                   const std::map<std::string, ByteVector>& images,
                                                   base::PathCase path_case) {
  image::GenerationBuilder builder(memory, 0);
  for (const auto& [path, bytes] : images) CHECK(builder.add_copy(path, bytes));
  return builder.build(1, path_case);
}

// `bytes` of zeros that begin on a cache line, inside `memory`.
base::MutableBytes aligned_run(std::vector<std::uint64_t>& memory, std::size_t bytes) {
  memory.assign(bytes / sizeof(std::uint64_t) + 16, 0);
  const auto start = (reinterpret_cast<std::uintptr_t>(memory.data()) + 63) & ~std::uintptr_t{63};
  return {reinterpret_cast<std::uint8_t*>(start), bytes};
}

}  // namespace

Service::Service(const std::string& yaml, const std::map<std::string, ByteVector>& images,
                 std::size_t workers, std::unique_ptr<image::Memory> memory,
                 dhcp::RelayGuard* guard)
    : image_memory_(memory ? std::move(memory) : image::make_page_memory()),
      settings_(settings_of(yaml)),
      generation_(catalogue(*image_memory_, images, settings_.images.path_case)),
      images_(*generation_) {
  const config::Settings& settings = settings_;
  ports_ = settings.ports.size();
  std::vector<worker::WorkerIndex> all;
  for (std::size_t w = 0; w < workers; ++w) all.push_back(static_cast<worker::WorkerIndex>(w));
  const lease::Plan& plan = plan_.emplace(dhcp::Policy(settings, kKey).plan());
  leases_.emplace(plan, aligned_run(lease_memory_, lease::Table::bytes_needed(plan)));
  if (worker::needs_clients(settings)) {
    const std::size_t bytes = lease::ClientStore::bytes_needed(plan);
    clients_.emplace(plan, *leases_, aligned_run(client_memory_, bytes), kKey);
  }
  snapshots_ = std::make_unique<base::Published<worker::Snapshot>>(
      std::make_unique<worker::Snapshot>(worker::make_snapshot(
          settings, kKey, {ports_, all}, images_, clients_ ? &*clients_ : nullptr, guard)),
      workers);
}

}  // namespace stentor::support
