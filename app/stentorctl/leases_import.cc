// SPDX-License-Identifier: BSD-3-Clause
#include "leases_import.h"

#include <algorithm>
#include <fmt/format.h>

#include "config/parse.h"
#include "dhcp/client_owner.h"
#include "image_folder.h"
#include "store/database.h"
#include "store/lease_import.h"

namespace stentor::ctl {

namespace {

// Of lines that are shown; what they are of may be a million.
constexpr std::size_t kShownMax = 20;
constexpr std::size_t kBatch = 1'000;

// What is wrong, a line each, and how much more there is.
template <typename Range, typename TextOf>
void print_some(const Range& lines, TextOf text_of) {
  std::size_t shown = 0;
  for (const auto& line : lines) {
    if (++shown > kShownMax) break;
    fmt::print(stderr, "{}\n", text_of(line));
  }
  if (lines.size() > kShownMax) {
    fmt::print(stderr, "... and {} more\n", lines.size() - kShownMax);
  }
}

store::ImportRules rules_of(const dhcp::Policy& policy) {
  return {.has_address =
              [&policy](wire::Ipv4Address address) {
                return policy.plan().slot_of(address).has_value();
              },
          .owner_of =
              [&policy](wire::Ipv4Address address, const store::ForeignLease& lease) {
                return dhcp::owner_of_known(policy, address,
                                            {.htype = lease.htype,
                                             .hardware = lease.hardware,
                                             .client_identifier = lease.client_id});
              }};
}

// All of it, in batches.
store::Outcome<void> write(store::Database& database,
                           const std::vector<lease::LeaseChange>& changes,
                           const store::ClockPair& clocks) {
  for (std::span<const lease::LeaseChange> rest(changes); !rest.empty();) {
    const auto batch = rest.first(std::min(rest.size(), kBatch));
    if (auto done = database.apply(batch, clocks); !done) return done;
    rest = rest.subspan(batch.size());
  }
  return database.end_cleanly(clocks);
}

ExitStatus import(const ImportCommand& command, const config::Settings& settings,
                  const store::ForeignLeases& leases) {
  store::ClockPair clocks = store::ClockPair::now();
  const auto opened = store::Database::open({.path = settings.leases.database}, clocks);
  if (!opened) return fail(opened.error());
  store::Database& database = *opened->database;
  // As stentord reckons while the clock stands before the last commit.
  clocks.utc += opened->clock_is_behind_by;
  std::vector<store::StoredRecord> present;
  const auto loaded = database.for_each(
      clocks, [&](const store::StoredRecord& record) { present.push_back(record); });
  if (!loaded) return fail({loaded.error().sentence});

  const dhcp::Policy policy(settings, database.owner_key());
  const store::LeaseImport plan = store::plan_import(leases, present, rules_of(policy), clocks);
  const auto written = write(database, plan.changes, clocks);
  if (!written) return fail({written.error().sentence});
  fmt::print("{} leases from {} are in {} now; {} others there had ended\n", plan.changes.size(),
             command.file, settings.leases.database, plan.ended);
  print_some(plan.left_out, [&](const store::LeaseImport::LeftOut& lease) {
    return fmt::format("{}:{}: {} was left out: {}", command.file, lease.line,
                       lease.address.text().view(), lease.why);
  });
  return plan.left_out.empty() ? ExitStatus::all_right : ExitStatus::failed;
}

}  // namespace

ExitStatus run_import(const ImportCommand& command) {
  const auto settings = config::load_settings(command.config);
  if (!settings) {
    for (const config::Diagnostic& each : settings.error()) {
      fmt::print(stderr, "{}\n", each.text());
    }
    return ExitStatus::failed;
  }
  if (settings->leases.durability == config::Durability::memory) {
    return fail({"By " + command.config +
                 " leases are in memory alone (leases.durability): there is no database to import "
                 "into."});
  }
  const auto text = read_text(command.file);
  if (!text) return fail(text.error());
  const auto leases = store::read_foreign_leases(command.format, *text);
  if (!leases) {
    print_some(leases.error(), [&](const store::ForeignFault& fault) {
      return fmt::format("{}:{}: {}", command.file, fault.line, fault.sentence);
    });
    fmt::print(stderr, "stentorctl: nothing was imported\n");
    return ExitStatus::failed;
  }
  return import(command, *settings, *leases);
}

}  // namespace stentor::ctl
