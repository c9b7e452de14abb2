// SPDX-License-Identifier: BSD-3-Clause
#include "lease_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <thread>
#include <tuple>

#include "control/log.h"

namespace stentor {

namespace {

// 4 MiB a worker: what it may grant while a commit is under way.
constexpr std::size_t kLaneChanges = 8'192;
// The API waits for each of its changes; those that it could not wait for are few.
constexpr std::size_t kApiLaneChanges = 64;
// The store looks as often when it is idle.
constexpr base::Duration kCommitLook = std::chrono::milliseconds{1};

// A commit takes milliseconds, on a disk that is asked too much tenths of a second.
constexpr base::Duration kStall = std::chrono::seconds{2};
// At the end: what has been changed, and the log into the file.
constexpr base::Duration kEndPatience = std::chrono::seconds{10};

double seconds_of(base::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// What a reload puts into a slot meanwhile is another address's.
void visit_extent(const lease::Roll& roll, const lease::SlotMap::Extent& extent,
                  const store::VisitChange& visit) {
  lease::LeaseChange change{};
  for (std::uint32_t i = 0; i < extent.count; ++i) {
    const auto owned = roll.owned(extent.slot + i);
    if (!owned || owned->lease.address.host() != extent.first + i) continue;
    change.address = owned->lease.address;
    change.version = owned->lease.version;
    change.expiry = owned->lease.expiry;
    change.state = owned->lease.state;
    change.owner = owned->owner;
    visit(change);
  }
}

}  // namespace

base::Result<std::unique_ptr<LeaseStore>> LeaseStore::open(const config::Leases& leases) {
  auto opened = store::Database::open({.path = leases.database}, store::ClockPair::now());
  if (!opened) return tl::unexpected(std::move(opened).error());
  return std::unique_ptr<LeaseStore>(new LeaseStore(leases, *std::move(opened)));
}

LeaseStore::LeaseStore(const config::Leases& leases, store::Database::Opened opened)
    : leases_(leases),
      clock_is_behind_by_(opened.clock_is_behind_by),
      database_(std::move(opened.database)) {
  if (opened.was_created) {
    control::log_info(fmt::format("leases: {} is new", leases.database));
  } else if (!opened.was_clean) {
    control::log_info(
        fmt::format("leases: {} was not closed by the last stentord; nothing that "
                    "was promised is missing",
                    leases.database));
  }
}

store::ClockPair LeaseStore::disk_time() const {
  store::ClockPair clocks = store::ClockPair::now();
  clocks.utc += clock_is_behind_by_;
  return clocks;
}

base::Result<void> LeaseStore::load(lease::Tables& tables, base::Time now) {
  std::vector<store::StoredLease> stored;
  const auto loaded =
      database_->load(disk_time(), [&](const store::StoredLease& one) { stored.push_back(one); });
  if (!loaded) return base::failure(loaded.error().sentence);
  if (clock_is_behind_by_ > base::Duration::zero()) {
    control::log_warning(fmt::format(
        "leases: the clock stands {:.0f} s before the last commit to {}: leases are taken to have "
        "as much time left as they had then. Set the clock",
        seconds_of(clock_is_behind_by_), leases_.database));
  }
  // Of an owner's two addresses, that of its last ACK comes first.
  std::ranges::sort(stored, std::ranges::greater{}, [now](const store::StoredLease& one) {
    return std::tuple(one.lease.is_bound_at(now), one.changed, one.lease.expiry);
  });
  std::size_t absent = 0;
  for (const store::StoredLease& one : stored) {
    const auto restored = tables.current().restore(one.lease, one.owner, now);
    if (restored != lease::Table::Restored::absent) continue;
    ++absent;
    tables.remember(one.lease);
  }
  control::log_info(fmt::format("leases: {} addresses from {}, {:.0f} ms", stored.size() - absent,
                                leases_.database,
                                1e3 * seconds_of(base::MonotonicClock::now() - now)));
  if (absent != 0) {
    control::log_warning(fmt::format(
        "leases: {} addresses in {} belong to no pool and no reservation any more; their clients "
        "are refused at their next renewal",
        absent, leases_.database));
  }
  return {};
}

base::Result<void> LeaseStore::load_hosts(store::HostBook& hosts) {
  const auto loaded = database_->load_hosts([&](const config::RunTimeHost& host) {
    auto flaw = config::flaw_of(host);
    if (!flaw && host.address && hosts.holder_of(*host.address)) {
      flaw = fmt::format("another host in it has address {}", host.address->text().view());
    }
    if (!flaw) return hosts.load(host);
    control::log_warning(fmt::format("hosts: what {} says of {} is left out: {}", leases_.database,
                                     host.mac.text().view(), *flaw));
  });
  if (!loaded) return base::failure(loaded.error().sentence);
  return {};
}

void LeaseStore::start(lease::Tables& tables, store::HostBook& hosts, std::size_t workers) {
  // For a database that is made anew. Details are kept from the old one, where that can be read.
  const auto source = [&tables, roll = tables.current().roll()](const store::VisitChange& visit) {
    for (const lease::SlotMap::Extent& extent : tables.extents()) visit_extent(roll, extent, visit);
  };
  std::vector<std::span<lease::LeaseChange>> storage;
  for (std::size_t i = 0; i < workers; ++i) storage.emplace_back(lanes_.emplace_back(kLaneChanges));
  storage.emplace_back(lanes_.emplace_back(kApiLaneChanges));
  committer_ = std::make_unique<store::Committer>(
      *database_, source, storage,
      store::CommitOptions{.clock_is_behind_by = clock_is_behind_by_, .hosts = &hosts});
  const bool waits = leases_.durability == config::Durability::commit;
  for (std::size_t i = 0; i < workers; ++i) {
    ends_.push_back({.lane = &committer_->lane(i), .is_failing = waits ? &is_failing_ : nullptr});
  }
}

bool LeaseStore::commit(lease::LeaseChange& change, base::Duration patience) {
  store::Lane& lane = committer_->lane(lanes_.size() - 1);
  const auto ticket = lane.push(change);
  const base::Time until = base::MonotonicClock::now() + patience;
  while (ticket && lane.committed() < *ticket) {
    if (lane.failed_up_to() >= *ticket || base::MonotonicClock::now() > until) return false;
    std::this_thread::sleep_for(kCommitLook);
  }
  return ticket.has_value();
}

void LeaseStore::tick(base::Time now) {
  if (!committer_) return;
  const bool is_stalled = committer_->busy_for(now) > kStall;
  const bool is_failing = committer_->is_failing() || is_stalled;
  if (is_failing == is_failing_.load()) return;
  is_failing_.store(is_failing);
  if (!is_failing) {
    trouble_.clear();
    return control::log_info("leases reach the disk again");
  }
  const bool waits = leases_.durability == config::Durability::commit;
  trouble_ = fmt::format(
      "leases do not reach the disk: {} {}",
      is_stalled ? fmt::format("nothing has come back from {} for {:.0f} s.", leases_.database,
                               seconds_of(kStall))
                 : committer_->status().sentence,
      waits ? "New clients get no address, others keep theirs for as long as the disk promises, "
              "files are served"
            : "A restart will not know those that are given out meanwhile");
  control::log_error(trouble_);
}

bool LeaseStore::stop() {
  if (!committer_) {
    // Refused before anything was served: nothing is missing.
    if (database_) static_cast<void>(database_->end_cleanly(disk_time()));
    database_.reset();
    return true;
  }
  committer_->begin_stop();
  const base::Time until = base::MonotonicClock::now() + kEndPatience;
  while (!committer_->has_ended()) {
    if (base::MonotonicClock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  if (!committer_->stop()) {
    control::log_error(fmt::format("leases: {} was not closed well: {}", leases_.database,
                                   committer_->status().sentence));
  }
  committer_.reset();
  database_.reset();
  return true;
}

}  // namespace stentor
