// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "client/pxelinux_config.h"
#include "storm/squad.h"

namespace stentor::storm {

// Which file the stage asks for now; empty: there is no further name.
std::string_view Squad::name_to_ask(std::uint32_t local) {
  Machine& machine = machines_[local];
  const StagePlan& stage = stage_of(machine);
  if (stage.kind == Stage::Kind::boot_file) {
    machine.fetching = machine.named_file;
    return names_.text(machine.fetching);
  }
  const client::Asker asker{machine.dhcp.identity(), machine.dhcp.address()};
  if (stage.kind == Stage::Kind::pxelinux_config) return pxelinux_name(local, asker);
  if (stage.own_name) {
    machine.fetching = kNoName;
    return own_names_.keep(local, stage.own_name->write(asker, own_names_.room(local)));
  }
  machine.fetching = names_.intern(stage.name);
  return names_.text(machine.fetching);
}

// From machine.probe on, beside the boot file that the last ACK named. Names that would be longer
// than servers take are none.
std::string_view Squad::pxelinux_name(std::uint32_t local, const client::Asker& asker) {
  Machine& machine = machines_[local];
  machine.fetching = kNoName;
  const std::string_view folder = machine.named_file == kNoName
                                      ? std::string_view()
                                      : client::folder_of(names_.text(machine.named_file));
  const std::span<char> room = own_names_.room(local);
  if (folder.size() + client::kPxelinuxNameMax > room.size()) return {};
  std::ranges::copy(folder, room.begin());
  for (; machine.probe < client::kPxelinuxNames; ++machine.probe) {
    const std::size_t bytes =
        client::write_pxelinux_name(machine.probe, asker, room.subspan(folder.size()));
    if (bytes != 0) return own_names_.keep(local, folder.size() + bytes);
  }
  return {};
}

// The file that the machine should receive; nullptr: nothing to compare with.
const ReferenceFile* Squad::reference_file(std::uint32_t local) const {
  const std::uint32_t name = machines_[local].fetching;
  return name == kNoName ? own_names_.file(local) : names_.file(name);
}

}  // namespace stentor::storm
