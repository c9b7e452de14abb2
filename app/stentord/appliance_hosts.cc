// SPDX-License-Identifier: BSD-3-Clause
// Hosts that are set while the appliance runs: in the book, for the disk and for operators; on the
// board of the snapshot, for workers; and their addresses in the lease table.
#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "appliance.h"
#include "base/path.h"
#include "config/limit.h"
#include "control/log.h"
#include "dhcp/message.h"
#include "store/lease_reader.h"

namespace stentor {

namespace {

using config::RunTimeHost;

// Until each worker has come to its next burst, for a second configuration before long.
constexpr base::Duration kSettlePatience = std::chrono::milliseconds{500};
constexpr base::Duration kSettleLook = std::chrono::microseconds{200};

constexpr const char* kUnsettled =
    "a worker does not come to the configuration of the last reload; nothing has changed, ask "
    "again";

std::string text_of(wire::Ipv4Address address) { return std::string(address.text().view()); }
std::string text_of(const wire::MacAddress& mac) { return std::string(mac.text().view()); }

// Whether the configuration reserves it, and not for this machine.
bool is_another_s(const dhcp::Policy& policy, wire::Ipv4Address address,
                  const wire::MacAddress& mac) {
  const auto slot = policy.plan().slot_of(address);
  if (!slot || policy.plan().pool_of(*slot) != lease::kNoPool) return false;
  const auto subnet = policy.find_subnet(address);
  const dhcp::Reservation* own = subnet ? policy.find_reservation(*subnet, mac) : nullptr;
  return own == nullptr || own->address != address;
}

std::optional<wire::Ipv4Address> address_under(const RunTimeHost& host,
                                               const config::Settings& settings,
                                               const dhcp::Policy& policy) {
  const auto address = config::address_of(host, settings);
  return address && !is_another_s(policy, *address, host.mac) ? address : std::nullopt;
}

dhcp::BoardHost compile(const RunTimeHost& host, const config::Settings& settings,
                        const dhcp::Policy& policy) {
  return dhcp::compile_host(host, config::classes_of(host, settings),
                            address_under(host, settings, policy), policy.owner_key());
}

std::string taken_sentence(wire::Ipv4Address address, const std::string& by) {
  return fmt::format("address '{}': {}; choose another", text_of(address), by);
}

// What a machine asks for now may be beside a file that it was told before.
void add_folders(dhcp::BoardHost& host, const dhcp::BoardHost& before) {
  constexpr std::size_t kFoldersMax = 8;
  for (const dhcp::BootDirectory& folder : before.directories) {
    const bool is_there = std::ranges::any_of(
        host.directories, [&](const auto& other) { return other.number == folder.number; });
    if (!is_there && host.directories.size() < kFoldersMax) host.directories.push_back(folder);
  }
}

// A loader asks for what is beside it, and that is known of clients alone.
bool has_folder(const RunTimeHost& host) {
  return host.boot_file.find_first_of("/\\") != std::string::npos ||
         host.boot_once.find_first_of("/\\") != std::string::npos;
}

}  // namespace

lease::Plan Appliance::plan_with_hosts(const dhcp::Policy& policy, const config::Settings& settings,
                                       std::span<const wire::Ipv4Address> more) const {
  std::vector<wire::Ipv4Address> addresses(more.begin(), more.end());
  for (const RunTimeHost& host : hosts_.all()) {
    if (const auto address = address_under(host, settings, policy)) addresses.push_back(*address);
  }
  return addresses.empty() ? policy.plan() : policy.plan().with_reserved(addresses);
}

bool Appliance::needs_clients(const config::Settings& settings) const {
  return worker::needs_clients(settings) ||
         (settings.images.beside_boot_file && hosts_have_folders_);
}

void Appliance::load_hosts() {
  const auto hosts = hosts_.all();
  if (hosts.empty()) return;
  const dhcp::Policy policy(settings_, key_);
  hosts_have_folders_ = std::ranges::any_of(hosts, has_folder);
  plan_ = plan_with_hosts(policy, settings_, {});
  control::log_info(fmt::format("hosts: {} were set at run time, {} of them to boot once",
                                hosts.size(), hosts_.armed()));
}

void Appliance::fill_board(worker::Snapshot& snapshot, const config::Settings& settings) const {
  for (const RunTimeHost& host : hosts_.all()) {
    snapshot.hosts.put(compile(host, settings, snapshot.policy));
  }
  if (snapshots_ == nullptr) return;
  snapshots_->latest().hosts.for_each([&snapshot](const dhcp::BoardHost& before) {
    if (before.directories.empty()) return;
    const dhcp::BoardHost* now = snapshot.hosts.find(before.mac);
    if (now == nullptr && snapshot.hosts.size() >= config::kHostsMax) return;
    dhcp::BoardHost next = now != nullptr ? *now : dhcp::BoardHost{.mac = before.mac};
    add_folders(next, before);
    snapshot.hosts.put(std::move(next));
  });
}

std::vector<std::string> Appliance::host_problems(const RunTimeHost& host) const {
  std::vector<std::string> problems = config::obstacles_of(host, settings_);
  const dhcp::Policy& policy = snapshots_->latest().policy;
  if (host.address && is_another_s(policy, *host.address, host.mac)) {
    problems.push_back(taken_sentence(*host.address, "the configuration reserves it for another"));
  }
  for (const std::string& file : {host.boot_file, host.boot_once}) {
    base::PathBuffer buffer;
    if (file.empty() || file.find('{') != std::string::npos) continue;
    const auto path = base::normalised_path(file, buffer);
    const tftp::ClientContext client{.address = host.address, .mac = host.mac};
    if (path && snapshots_->latest().files.find(*path, client) != nullptr) continue;
    problems.push_back(
        fmt::format("file '{}': no such file is served; put it below {}, or name "
                    "another",
                    file, settings_.images.root));
  }
  if (!store_) problems.emplace_back("no lease database is in use: a restart forgets it");
  return problems;
}

// A sentence against what is new in it. What counts no more since a reload stands in nobody's way.
std::string Appliance::refusal_of(const RunTimeHost& host,
                                  const std::optional<RunTimeHost>& old) const {
  RunTimeHost news{.mac = host.mac};
  if (!old || old->address != host.address) news.address = host.address;
  for (const std::string& name : host.classes) {
    if (!old || std::ranges::find(old->classes, name) == old->classes.end()) {
      news.classes.push_back(name);
    }
  }
  const auto obstacles = config::obstacles_of(news, settings_);
  if (!obstacles.empty()) return obstacles.front();
  if (!old && hosts_.size() + settings_.dhcp.hosts.hosts.size() >= config::kHostsMax) {
    return fmt::format(
        "there are {} hosts already, of the configuration and set at run time; "
        "remove some",
        config::kHostsMax);
  }
  if (!news.address) return {};
  const auto holder = hosts_.holder_of(*news.address);
  if (holder && *holder != host.mac) {
    return taken_sentence(*news.address, "it has been given to " + text_of(*holder));
  }
  if (is_another_s(snapshots_->latest().policy, *news.address, host.mac)) {
    return taken_sentence(*news.address, "the configuration reserves it for another");
  }
  return {};
}

bool Appliance::waits_to_settle() {
  const base::Time until = base::MonotonicClock::now() + kSettlePatience;
  for (; !is_settled(); std::this_thread::sleep_for(kSettleLook)) {
    settle();
    if (!is_settled() && base::MonotonicClock::now() > until) return false;
  }
  return true;
}

control::HostOutcome Appliance::set_host(const RunTimeHost& host) {
  const auto old = hosts_.find(host.mac);
  // Said again, it may still be on its way to the disk.
  if (old ? *old == host : host.is_empty()) return {.ticket = store_ ? hosts_.last_ticket() : 0};
  if (store_ && !store_->trouble().empty()) {
    return {.refusal = store_->trouble(), .is_for_now = true};
  }
  if (std::string refusal = refusal_of(host, old); !refusal.empty()) return {.refusal = refusal};
  // A table that is being taken over would not keep what is reserved meanwhile.
  if (!waits_to_settle()) return {.refusal = kUnsettled, .is_for_now = true};
  const auto address = address_under(host, settings_, snapshots_->latest().policy);
  if (auto reasons = make_place(host, address); !reasons.empty()) {
    return {.refusal = "this host is not set: " + reasons.front() + ", and then it can be set"};
  }
  const auto old_address = old ? old->address : std::nullopt;
  const base::Time now = base::MonotonicClock::now();
  if (address) tables_->current().reserve(*address);
  put_on_board(compile(host, settings_, snapshots_->latest().policy));
  const std::uint64_t ticket = hosts_.put(host, now);
  if (old_address && old_address != host.address) give_back(*old_address);
  return {.has_changed = true, .ticket = store_ ? ticket : 0};
}

// What the configuration needs nobody to have at start: a record for an address outside of its
// pools, and a place for what TFTP must know of clients. Then it is served anew, with that.
std::vector<std::string> Appliance::make_place(const RunTimeHost& host,
                                               std::optional<wire::Ipv4Address> address) {
  const bool had_folders =
      std::exchange(hosts_have_folders_, hosts_have_folders_ || has_folder(host));
  const bool lacks_clients = needs_clients(settings_) && snapshots_->latest().clients == nullptr;
  const bool has_record = !address || tables_->current().slot_of(*address);
  if (has_record && !lacks_clients) return {};
  std::vector<std::string> reasons = prepare_clients(settings_);
  if (reasons.empty()) reasons = go_over_with(has_record ? std::nullopt : address);
  if (!reasons.empty()) hosts_have_folders_ = had_folders;
  return reasons;
}

// With records for the address and those around it, fewer where there is no room for so many: who
// sets a thousand hosts names neighbours, and going over takes some milliseconds. A neighbour's
// record is nobody's until a host is given the address.
std::vector<std::string> Appliance::go_over_with(std::optional<wire::Ipv4Address> address) {
  if (!address) return go_over(settings_, spare_addresses_);
  SpareBlock block = next_spare_block(*address, spare_addresses_.size());
  for (;;) {
    std::vector<wire::Ipv4Address> spare = spare_addresses_;
    const auto around = block.count == 1 ? std::vector{*address} : those_without_record(block);
    spare.insert(spare.end(), around.begin(), around.end());
    std::vector<std::string> reasons = go_over(settings_, spare);
    if (reasons.empty()) {
      spare_addresses_ = std::move(spare);
      break;
    }
    if (block.count == 1) return reasons;
    block = spare_block(*address, block.count > kSpareBlockMin ? kSpareBlockMin : 1);
  }
  for (const wire::Ipv4Address each : spare_addresses_) {
    if (!hosts_.holder_of(each)) tables_->current().unreserve(each);
  }
  return {};
}

std::vector<wire::Ipv4Address> Appliance::those_without_record(const SpareBlock& block) {
  std::vector<wire::Ipv4Address> addresses;
  const dhcp::Policy& policy = snapshots_->latest().policy;
  for (std::uint32_t i = 0; i < block.count; ++i) {
    const RunTimeHost somebody{.address = wire::Ipv4Address{block.first.host() + i}};
    const auto free = address_under(somebody, settings_, policy);
    if (free && !tables_->current().slot_of(*free)) addresses.push_back(*free);
  }
  return addresses;
}

void Appliance::put_on_board(dhcp::BoardHost host) {
  dhcp::HostBoard& board = snapshots_->latest().hosts;
  if (const dhcp::BoardHost* before = board.find(host.mac)) add_folders(host, *before);
  const bool is_worth_it = !host.directories.empty() && board.size() < config::kHostsMax;
  if (host.is_empty() && !is_worth_it) {
    board.erase(host.mac);
  } else {
    board.put(std::move(host));
  }
  reclaim_board();
}

void Appliance::reclaim_board() {
  dhcp::HostBoard& board = snapshots_->latest().hosts;
  if (!board.has_retired()) return;
  board.reclaim(snapshots_->mark(),
                [this](std::uint64_t mark) { return snapshots_->passed(mark); });
}

// What the configuration reserves stays so.
void Appliance::give_back(wire::Ipv4Address address) {
  const lease::Plan& configured = snapshots_->latest().policy.plan();
  const auto slot = configured.slot_of(address);
  if (slot && configured.pool_of(*slot) == lease::kNoPool) return;
  tables_->current().unreserve(address);
}

control::OnDisk Appliance::host_on_disk(std::uint64_t ticket) const {
  if (hosts_.committed() >= ticket) return control::OnDisk::yes;
  return hosts_.failed_up_to() >= ticket ? control::OnDisk::failed : control::OnDisk::waits;
}

// Behind a router a frame does not say whose it is, and a process that has just started has seen no
// DHCP: the lease on disk says it then.
wire::MacAddress Appliance::mac_on_disk(wire::Ipv4Address address) const {
  wire::MacAddress mac;
  if (!store_) return mac;
  auto reader = store::LeaseReader::open(store_->path());
  if (!reader) return mac;
  const auto record = reader->find(address, store::ClockPair::now());
  if (!record || record->change.state != lease::State::bound) return mac;
  const base::Bytes hardware = record->change.hardware.view();
  if (record->change.htype != dhcp::kHtypeEthernet || hardware.size() != mac.bytes.size()) {
    return mac;
  }
  std::ranges::copy(hardware, mac.bytes.begin());
  return mac;
}

void Appliance::note_completed(const sighting::Sighting& seen) {
  if (hosts_.armed() == 0) return;
  const wire::MacAddress mac =
      seen.glimpse.mac.is_zero() ? mac_on_disk(seen.glimpse.address) : seen.glimpse.mac;
  const auto host = hosts_.find(mac);
  if (!host || host->boot_once.empty()) return;
  const std::lock_guard lock(completed_lock_);
  completed_.push_back({mac, seen.glimpse.address, std::string(seen.file()), seen.begun});
}

void Appliance::end_boots_once() {
  std::vector<Completed> completed;
  {
    const std::lock_guard lock(completed_lock_);
    completed.swap(completed_);
  }
  for (const Completed& each : completed) {
    auto host = hosts_.find(each.mac);
    if (!host || host->boot_once.empty() || !is_boot_once(*host, each)) continue;
    end_boot_once(*std::move(host));
  }
}

// The file by its path, or by whatever leads to it for this machine: an alias, a folder of its own.
// What it had begun to fetch before does not count.
bool Appliance::is_boot_once(const RunTimeHost& host, const Completed& completed) const {
  if (completed.begun < hosts_.armed_since(host.mac)) return false;
  base::PathBuffer buffer;
  const auto path = base::normalised_path(host.boot_once, buffer);
  if (!path) return false;
  if (*path == completed.file) return true;
  const tftp::ClientContext client{.address = completed.address, .mac = host.mac};
  const image::Image* image = snapshots_->latest().files.find(*path, client);
  return image != nullptr && image->path == completed.file;
}

void Appliance::end_boot_once(RunTimeHost host) {
  const std::string file = std::exchange(host.boot_once, {});
  host.is_for_ipxe = false;
  put_on_board(compile(host, settings_, snapshots_->latest().policy));
  hosts_.put(host);
  ++boots_once_;
  control::log_info(fmt::format("hosts: {} has booted {} once", text_of(host.mac), file));
  events_.add(control::Event{.type = control::EventType::host,
                             .what = "booted-once",
                             .utc_ms = control::utc_milliseconds(),
                             .glimpse = {.mac = host.mac},
                             .file = file});
}

}  // namespace stentor
