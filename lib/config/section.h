// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One reader for each section of the file: section_*.cc. Each reports what is wrong within the
// section alone, and fills in what is right; see cross_check.h for the rest.

#include <span>

#include "config/cursor.h"
#include "config/draft.h"
#include "config/option_definition.h"

namespace stentor::config {

void read_workers(const Cursor& section, Workers& workers);
void read_ports(Mapping& file, Draft& draft);
void read_dhcp(const Cursor& section, Draft& draft);
// The list `relays`, with the files of its keys.
void read_relays(Mapping& dhcp, Draft& draft);
// `custom`, here and below: what dhcp.option-definitions defines.
// With the classes of dhcp.classes. nullopt: its range was refused.
std::optional<PoolDraft> read_pool(const Cursor& item, const std::vector<ClientClass>& classes,
                                   const CustomOptions& custom);
// The list `exclude`.
std::vector<RangeDraft> read_exclusions(Mapping& section);
ReservationDraft read_reservation(const Cursor& section, const std::vector<ClientClass>& classes,
                                  const CustomOptions& custom);
SharedNetworkDraft read_shared_network(const Cursor& section, const CustomOptions& custom);
SubnetDraft read_subnet(const Cursor& section, const std::vector<ClientClass>& classes,
                        const CustomOptions& custom);
// The classes that a value may name. Those of dhcp.classes that come later it may not: classes are
// looked at in their order.
struct NamedClasses {
  const std::vector<ClientClass>& known;
  // Where the names of the others stand (nullptr: it has none), from the class on that asks.
  std::span<const Node* const> later{};
};
// dhcp.classes: `classes`, and one without its conditions for each that was refused.
void read_classes(Mapping& section, std::vector<ClientClass>& classes, const CustomOptions& custom);
// The classes that a value names, itself or as a list, without those that it may not name.
// nullopt: there is no value, or none of that form.
std::optional<ClassMask> read_class_names(Mapping& section, std::string_view key,
                                          const NamedClasses& classes);
// A `match`, with all that stands below it.
ClientMatch read_match(const Cursor& section, const NamedClasses& classes,
                       const CustomOptions& custom);
// A name or a number of option 93, by its codes; none: it was refused.
std::vector<std::uint16_t> read_architecture(const Cursor& value);
// The number or name of an option; nullopt if there is none, which is reported.
std::optional<std::uint8_t> read_option_code(const Cursor& name, const CustomOptions& custom);
// By code, each once.
std::vector<DhcpOption> read_options(const Cursor& section, const CustomOptions& custom);
// The list `option-definitions`. One that was refused is kept under its name, with the code 0 if it
// was that.
CustomOptions read_option_definitions(Mapping& dhcp);
void read_boot(const Cursor& section, Settings& settings, const CustomOptions& custom);
void read_images(const Cursor& section, Settings& settings);
// The list `aliases` of `section`, under the images' path_case.
void read_leases(const Cursor& section, Leases& leases);
void read_watch(Mapping& images, Watch& watch);
void read_aliases(Mapping& section, Images& images);
// The lists `client-directories` and `access`, under the images' path_case.
void read_client_files(Mapping& section, Settings& settings);
void read_tftp(const Cursor& section, Tftp& tftp);
void read_class_quirks(const Cursor& section, ClassQuirks& quirks, const CustomOptions& custom);
void read_class_tftp(const Cursor& section, ClassTftp& tftp);
void read_limits(const Cursor& section, Limits& limits);
void read_control(const Cursor& section, Control& control);
// Its `http` and `tokens`, with the files that they name.
void read_control_http(Mapping& control_section, Control& control);
void read_log(const Cursor& section, LogLevel& level);

// {file:, server:}, {url:} or, with `menus` to name, {menu:} of a boot rule or a reservation; asks
// `section`, which is `cursor`'s, for these keys. nullopt: it was refused.
std::optional<BootTarget> read_boot_target(const Cursor& cursor, Mapping& section,
                                           const std::vector<BootMenu>* menus = nullptr);
std::optional<std::string> read_boot_file(const Cursor& value);
// boot.menus.
void read_menus(Mapping& section, std::vector<BootMenu>& menus);
// The place of the menu of this name; nullopt if there is none, which is reported.
std::optional<std::size_t> read_menu_name(const Cursor& value, const std::vector<BootMenu>& menus);
std::optional<DhcpMode> read_dhcp_mode(const Cursor& value);

}  // namespace stentor::config
