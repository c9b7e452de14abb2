// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <new>
#include <sys/mman.h>

#include "base/check.h"
#include "storm/mix.h"
#include "storm/squad.h"

namespace stentor::storm {
namespace {

// Different names that ACKs may give the machines of one core, at most.
constexpr std::uint32_t kNamedFilesMax = 65'536;

std::uint32_t names_needed(const Plan& plan, std::size_t core) {
  std::uint32_t names = 1;
  bool uses_named_files = false;
  for (const GroupPlan& group : plan.groups()) {
    names += static_cast<std::uint32_t>(group.stages.size());
    uses_named_files |= group.uses_named_file;
  }
  // An ACK names a file in front of each boot_file stage: one a machine, rarely two.
  const std::uint32_t named = std::min(2 * plan.machines_of(core) + 16, kNamedFilesMax);
  return names + (uses_named_files ? named : 0);
}

std::uint32_t sample_every(const Verification& verify) {
  switch (verify.bytes) {
    case Verification::Bytes::none:
      return 0;
    case Verification::Bytes::sampled:
      return verify.sample_every;
    default:
      return 1;
  }
}

// RFC 4122's layout, version 4, with the MAC at the end, as firmware makes them up.
std::array<std::uint8_t, 16> uuid_of(const wire::MacAddress& mac, std::uint64_t random) {
  std::array<std::uint8_t, 16> uuid{};
  base::store_big_endian(uuid.data(), random);
  uuid[6] = static_cast<std::uint8_t>(0x40 | (uuid[6] & 0x0f));
  uuid[8] = 0x80;
  std::copy(mac.bytes.begin(), mac.bytes.end(), uuid.begin() + 10);
  return uuid;
}

// Of `bytes`, zeroed and aligned to a page; huge pages where the kernel gives them, because each
// frame is for another machine.
void* take_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  ::madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

}  // namespace

Squad::Squad(const Plan& plan, std::size_t core, Shared& shared)
    : plan_(plan),
      core_(core),
      shared_(shared),
      machine_count_(plan.machines_of(core)),
      longest_(machine_count_),
      names_(plan.reference(), names_needed(plan, core)),
      own_names_(plan.reference(), machine_count_, plan.own_name_bytes_max()),
      wheel_(std::max<std::uint32_t>(machine_count_, 1), shared.start),
      tally_(plan),
      sample_every_(sample_every(plan.scenario().verify)),
      sums_all_(sample_every_ == 1) {
  waiting_.resize(machine_count_);
  if (plan.scenario().verify.bytes == Verification::Bytes::hash) {
    hash_states_ = std::make_unique<std::uint8_t[]>(machine_count_ * plan.hasher().state_bytes + 1);
  }
  make_machines();
}

Squad::~Squad() {
  if (machines_ != nullptr) ::munmap(machines_, machine_count_ * sizeof(Machine));
}

void Squad::make_machines() {
  if (machine_count_ == 0) return;
  machines_ = static_cast<Machine*>(take_memory(machine_count_ * sizeof(Machine)));
  if (!plan_.relays().empty()) relay_of_.resize(machine_count_);
  if (plan_.scenario().deaths.probability > 0) dies_in_.resize(machine_count_);
  for (std::uint32_t local = 0; local < machine_count_; ++local) {
    const MachinePlan planned = plan_.machine(number_of(local));
    const std::uint64_t random = mixed(plan_.scenario().seed, planned.number);
    const client::BootProfile* first = plan_.groups()[planned.group].stages[0].profile;
    auto* machine = new (machines_ + local)
        Machine(first != nullptr ? *first : *planned.profile,
                {.mac = planned.mac, .uuid = uuid_of(planned.mac, mixed(random))},
                static_cast<std::uint32_t>(random));
    machine->group = planned.group;
    machine->vlan = planned.vlan;
    machine->random = static_cast<std::uint32_t>(random >> 32) | 1;
    machine->link_bytes = static_cast<std::uint8_t>(wire::kEthernetHeaderBytes +
                                                    (planned.vlan != 0 ? wire::kVlanTagBytes : 0));
    machine->named_file = kNoName;
    if (!relay_of_.empty()) relay_of_[local] = planned.relay;
    if (!dies_in_.empty()) dies_in_[local] = planned.dies_in;
  }
}

}  // namespace stentor::storm
