// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One reader for each section of the file: section_*.cc. Each reports what is wrong within the
// section alone, and fills in what is right; see cross_check.h for the rest.

#include "config/cursor.h"
#include "config/draft.h"

namespace stentor::config {

void read_workers(const Cursor& section, Workers& workers);
void read_ports(Mapping& file, Draft& draft);
void read_dhcp(const Cursor& section, Draft& draft);
SubnetDraft read_subnet(const Cursor& section);
// By code, each once.
std::vector<DhcpOption> read_options(const Cursor& section);
void read_boot(const Cursor& section, std::vector<BootRule>& rules);
void read_images(const Cursor& section, Images& images);
// The list `aliases` of `section`, under the images' path_case.
void read_watch(Mapping& images, Watch& watch);
void read_aliases(Mapping& section, Images& images);
void read_tftp(const Cursor& section, Tftp& tftp);
void read_limits(const Cursor& section, Limits& limits);
void read_log(const Cursor& section, LogLevel& level);

// {file:, server:} of a boot rule or a reservation; asks `section` for both keys. Empty if the file
// was refused.
std::optional<BootTarget> read_boot_target(Mapping& section);
std::optional<DhcpMode> read_dhcp_mode(const Cursor& value);

}  // namespace stentor::config
