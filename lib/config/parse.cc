// SPDX-License-Identifier: BSD-3-Clause
#include "config/parse.h"

#include <algorithm>

#include "config/cross_check.h"
#include "config/file_text.h"
#include "config/host_file.h"
#include "config/limit.h"
#include "config/section.h"

namespace stentor::config {
namespace {

void read_file(const Cursor& root, Draft& draft) {
  Mapping file(root, kFileSection);
  Settings& settings = draft.settings;
  if (const auto section = file.find("workers")) read_workers(*section, settings.workers);
  read_ports(file, draft);
  if (const auto section = file.find("dhcp")) read_dhcp(*section, draft);
  if (const auto section = file.find("boot")) read_boot(*section, settings, draft.custom_options);
  if (const auto section = file.find("images")) read_images(*section, settings);
  if (const auto section = file.find("tftp")) read_tftp(*section, settings.tftp);
  if (const auto section = file.find("leases")) read_leases(*section, settings.leases);
  if (const auto section = file.find("limits")) read_limits(*section, settings.limits);
  if (const auto section = file.find("control")) read_control(*section, settings.control);
  if (const auto section = file.find("log")) read_log(*section, settings.log_level);
}

// What a network or subnet leaves to its surroundings.
void inherit(Draft& draft) {
  for (PortDraft& port : draft.ports) {
    for (NetworkDraft& network : port.networks) {
      if (!network.mode_given) network.network.dhcp = draft.settings.dhcp.mode;
    }
  }
  for (SubnetDraft& subnet : draft.subnets) {
    subnet.subnet.authoritative = subnet.authoritative.value_or(draft.authoritative);
  }
  // The first that names a subnet has it; a second is an error.
  for (std::size_t i = 0; i < draft.shared_networks.size(); ++i) {
    for (const RelaySubnetDraft& named : draft.shared_networks[i].subnets) {
      for (SubnetDraft& subnet : draft.subnets) {
        if (subnet.prefix == nullptr || subnet.subnet.prefix != named.prefix) continue;
        if (!subnet.subnet.shared_network) {
          subnet.subnet.shared_network = static_cast<std::uint16_t>(i);
        }
      }
    }
  }
}

// Long exclusions cut the pool into several.
void add_pools(const SubnetDraft& subnet, const PoolDraft& draft, std::vector<Pool>& pools) {
  const std::vector<AddressRange> exclusions = exclusions_of(subnet, draft);
  std::vector<AddressRange> cuts = within(draft.pool.range, exclusions);
  std::erase_if(cuts, [](const AddressRange& cut) { return size_of(cut) < kExclusionSplits; });
  for (const AddressRange& part : without(draft.pool.range, cuts)) {
    Pool& pool = pools.emplace_back(draft.pool);
    pool.range = part;
    pool.exclude = within(part, exclusions);
  }
}

Subnet finish(SubnetDraft& draft) {
  Subnet subnet = std::move(draft.subnet);
  for (const PoolDraft& pool : draft.pools) add_pools(draft, pool, subnet.pools);
  std::ranges::sort(subnet.pools, {}, [](const Pool& pool) { return pool.range.first; });
  for (ReservationDraft& entry : draft.reservations) {
    subnet.reservations.push_back(std::move(entry.reservation));
  }
  return subnet;
}

Settings finish(Draft& draft) {
  Settings settings = std::move(draft.settings);
  for (PortDraft& port : draft.ports) {
    settings.ports.push_back(std::move(port.port));
    for (const NetworkDraft& network : port.networks) {
      settings.ports.back().networks.push_back(network.network);
    }
  }
  for (SubnetDraft& subnet : draft.subnets) settings.dhcp.subnets.push_back(finish(subnet));
  for (SharedNetworkDraft& shared : draft.shared_networks) {
    settings.dhcp.shared_networks.push_back(std::move(shared.network));
  }
  if (!draft.relays) return settings;
  std::vector<Relay>& relays = settings.dhcp.relays.emplace();
  for (RelayDraft& relay : *draft.relays) {
    relays.push_back({relay.relay, {}});
    relays.back().keys = std::move(relay.keys);
    if (!relay.subnets.empty()) relays.back().subnet = relay.subnets.front().prefix;
    relays.back().leasequery = relay.leasequery;
    for (const RelaySubnetDraft& link : relay.link_selection) {
      relays.back().link_selection.push_back(link.prefix);
    }
  }
  return settings;
}

void check_devices(const Draft& draft, const DeviceCheck& check, Report& report) {
  if (!check) return;
  for (const PortDraft& port : draft.ports) {
    if (port.device == nullptr) continue;
    const std::string fault = check(port.port.device);
    if (!fault.empty()) report.add(*port.device, fault);
  }
}

tl::unexpected<Diagnostics> unreadable(const std::string& path, const std::string& why) {
  return tl::unexpected<Diagnostics>(Diagnostics{{path, 0, 0, why}});
}

// All that was found, file by file.
void append(Diagnostics& all, Report& report) {
  for (Diagnostic& finding : report.take()) all.push_back(std::move(finding));
}

// What hosts are compared with must be right itself.
Diagnostics read_hosts(Draft& draft, const HostFiles& files, Report& report) {
  Diagnostics all;
  if (!files.list) return all;
  HostTable& table = draft.settings.dhcp.hosts;
  std::vector<Report> reports =
      read_host_files(draft.hosts, draft.settings.dhcp.classes, files, table, report);
  if (report.empty()) check_host_files(draft, table, reports);
  for (Report& one : reports) append(all, one);
  return all;
}

}  // namespace

tl::expected<Settings, Diagnostics> parse_settings(std::string_view yaml,
                                                   std::string_view file_name,
                                                   const DeviceCheck& check_device,
                                                   const HostFiles& host_files) {
  Report report(file_name);
  const Document document = parse_document(yaml, report);
  if (document.root == nullptr) {
    if (report.empty()) {
      report.add_at(0, 0, "the file is empty; it needs ports and images at least");
    }
    return tl::unexpected<Diagnostics>(report.take());
  }
  Draft draft;
  Diagnostics host_findings;
  const Cursor root(*document.root, "a mapping with ports and images at least", report);
  if (root.check_form(kMapping)) {
    read_file(root, draft);
    inherit(draft);
    check_ports(draft, report);
    check_dhcp(draft, report);
    check_devices(draft, check_device, report);
    host_findings = read_hosts(draft, host_files, report);
  }
  Diagnostics all;
  append(all, report);
  all.insert(all.end(), host_findings.begin(), host_findings.end());
  if (!all.empty()) return tl::unexpected<Diagnostics>(std::move(all));
  Settings settings = finish(draft);
  settings.source =
      std::make_shared<const Source>(Source{std::string(file_name), std::string(yaml)});
  return settings;
}

tl::expected<Settings, Diagnostics> load_settings(const std::string& path,
                                                  const DeviceCheck& check_device) {
  const auto text = read_file_text(path, "configuration file", kFileBytesMax);
  if (!text) return unreadable(path, text.error().sentence);
  return parse_settings(*text, path, check_device, system_host_files());
}

}  // namespace stentor::config
