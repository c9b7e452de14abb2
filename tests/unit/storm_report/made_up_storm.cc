// SPDX-License-Identifier: BSD-3-Clause
#include "made_up_storm.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/random.h"
#include "storm/figure_text.h"
#include "storm/scenario_text.h"

namespace stentor::rig {
namespace {

using namespace std::chrono_literals;
using storm::Count;
using storm::Failure;

constexpr base::Duration kInterval = 100ms;
constexpr std::uint64_t kLoaderBytes = 1'048'576;
constexpr std::uint64_t kInitrdBytes = 33'554'432;

struct Dice {
  base::Random random;

  double uniform() { return static_cast<double>(random.next() >> 11) * 0x1.0p-53; }
  // Skewed to the right, as waiting times are: `median` times e to a normal deviate.
  base::Duration around(base::Duration median, double spread) {
    double deviate = -6;
    for (int draw = 0; draw < 12; ++draw) deviate += uniform();
    return base::Duration{static_cast<std::int64_t>(static_cast<double>(median.count()) *
                                                    std::exp(deviate * spread))};
  }
};

std::uint64_t& count(storm::Result& result, Count which) {
  return result.counts[static_cast<std::size_t>(which)];
}

storm::Interval& interval_at(storm::Result& result, base::Duration time) {
  const auto at = static_cast<std::size_t>(time / kInterval);
  if (result.timeline.size() <= at) result.timeline.resize(at + 1);
  return result.timeline[at];
}

void add(base::Histogram& histogram, base::Duration time) {
  histogram.add(static_cast<std::uint64_t>(time.count()));
}

storm::Stage stage_of(storm::Stage::Kind kind, std::string name = {}) {
  storm::Stage stage;
  stage.kind = kind;
  stage.name = std::move(name);
  return stage;
}

void set_scenario(storm::Scenario& scenario, std::uint32_t machines) {
  storm::Group racks;
  racks.name = "racks-1-20";
  racks.machines = machines - machines / 5;
  racks.vlans = {120, 121, 122};
  racks.script = {stage_of(storm::Stage::Kind::dora), stage_of(storm::Stage::Kind::boot_file),
                  stage_of(storm::Stage::Kind::file, "initrd")};
  storm::Group branch = racks;
  branch.name = "branch-office";
  branch.machines = machines / 5;
  branch.mac_first = storm::default_mac(racks.machines);
  branch.profiles = {"ipxe"};
  branch.vlans = {130};  // of its relay
  branch.relays = {{wire::Ipv4Address{0x0a150001}, "eth0/3"}};
  scenario.groups = {racks, branch};
  scenario.arrival = {
      .kind = storm::Arrival::Kind::waves, .over = 500ms, .wave_machines = machines / 8};
  scenario.link = {.bits_per_second = 1'000'000'000, .round_trip = 200us, .loss = 0.001};
  scenario.verify.reference = "boot";
  scenario.server = wire::Ipv4Address{0x0a140002};
}

// What the stages of one machine took; it fails in `fails_at`, if that is one of them.
class Passage {
 public:
  Passage(storm::Result& result, storm::MachineRow& row, Dice& dice)
      : result_(result), row_(row), dice_(dice), now_(row.powered_on) {}

  void go(std::uint8_t fails_at) {
    stage(0, dice_.around(9ms, 0.6), 0, fails_at);
    stage(1, dice_.around(400ms, 0.35), kLoaderBytes, fails_at);
    stage(2, dice_.around(9s, 0.3), kInitrdBytes, fails_at);
    if (row_.failure != Failure::none) return;
    row_.booted = true;
    row_.stage = 3;
    row_.boot_time = now_ - row_.powered_on;
    ++result_.booted;
    ++result_.groups[row_.group].booted;
    add(result_.boot_time, row_.boot_time);
    ++interval_at(result_, now_).booted;
  }

 private:
  void stage(std::uint8_t at, base::Duration time, std::uint64_t bytes, std::uint8_t fails_at) {
    if (row_.failure != Failure::none) return;
    storm::StageResult& stage = result_.groups[row_.group].stages[at];
    ++stage.begun;
    if (at == fails_at) return fail(stage, at);
    while (dice_.random.chance(0.12)) resend(time);
    receive(bytes, time);
    now_ += time;
    ++stage.passed;
    add(stage.latency, time);
    if (time > row_.longest_time) {
      row_.longest_time = time;
      row_.longest_stage = at;
    }
    if (at == 0) bind();
  }

  void fail(storm::StageResult& stage, std::uint8_t at) {
    static constexpr std::array<Failure, 3> kWhy = {Failure::no_offer, Failure::tftp_error,
                                                    Failure::tftp_silent};
    row_.failure = kWhy[at];
    row_.stage = at;
    row_.error_code = row_.failure == Failure::tftp_error ? 2 : 0;
    row_.resends += 6;
    now_ += 12s;
    ++stage.failed;
    ++result_.failures[static_cast<std::size_t>(row_.failure)];
    ++interval_at(result_, now_).failed;
  }

  void resend(base::Duration& time) {
    time += 1s;
    ++row_.resends;
    row_.duplicates += static_cast<std::uint32_t>(dice_.random.below(4));
    ++count(result_, Count::resends);
    ++interval_at(result_, now_ + time / 2).resends;
  }

  void bind() {
    row_.address = wire::Ipv4Address{0x0a141000 + row_.number};
    add(result_.offer_time, dice_.around(180us, 0.5));
    add(result_.ack_time, dice_.around(95us, 0.4));
    count(result_, Count::discovers_sent) += 1;
    count(result_, Count::requests_sent) += 1;
    ++interval_at(result_, now_).bound;
  }

  void receive(std::uint64_t bytes, base::Duration time) {
    if (bytes == 0) return;
    const std::uint64_t slices =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(time / kInterval));
    for (std::uint64_t slice = 0; slice < slices; ++slice) {
      const auto when =
          now_ + time * static_cast<std::int64_t>(slice) / static_cast<std::int64_t>(slices);
      interval_at(result_, when).data_bytes += bytes / slices;
      interval_at(result_, when).data_frames += bytes / slices / 1468;
    }
    row_.bytes += bytes;
    count(result_, Count::data_bytes) += bytes;
    count(result_, Count::file_bytes) += bytes;
    count(result_, Count::data_frames) += bytes / 1468;
    count(result_, Count::tftp_acks_sent) += bytes / 1468 / 4;
    count(result_, Count::rrqs_sent) += 1;
    add(result_.first_block, dice_.around(140us, 0.5));
    for (int draw = 0; draw < 8; ++draw) add(result_.next_data, dice_.around(38us, 0.7));
  }

  storm::Result& result_;
  storm::MachineRow& row_;
  Dice& dice_;
  base::Duration now_;
};

void judge(MadeUpStorm& storm) {
  const storm::Result& result = storm.result;
  const bool all = result.booted == result.machines;
  const auto slow = base::Duration{static_cast<std::int64_t>(result.boot_time.quantile(0.99))};
  storm.verdicts = {{"booted=100%", all, storm::percent_words(result.booted, result.machines)},
                    {"p99<20s", slow < 20s, storm::duration_words(slow)},
                    {"wrong=0", true, "0"}};
}

}  // namespace

MadeUpStorm made_up_storm(std::uint32_t machines, double fails, std::uint64_t seed) {
  MadeUpStorm storm;
  Dice dice{base::Random{seed}};
  set_scenario(storm.scenario, machines);
  storm::Result& result = storm.result;
  result.machines = machines;
  result.seed = seed;
  result.server_words = "10.20.0.2";
  result.interval = kInterval;
  for (const storm::Group& group : storm.scenario.groups) {
    result.groups.push_back({group.name, group.machines, 0, {}});
    for (const char* stage : {"dora", "boot file", "file initrd"}) {
      result.groups.back().stages.push_back({.name = stage, .latency = {}});
    }
  }
  result.rows.resize(machines);
  for (std::uint32_t number = 0; number < machines; ++number) {
    storm::MachineRow& row = result.rows[number];
    row.number = number;
    row.group = number < storm.scenario.groups[0].machines ? 0 : 1;
    const std::uint32_t low = number;
    row.mac = {{0x02, 0x53, 0x54, static_cast<std::uint8_t>(low >> 16),
                static_cast<std::uint8_t>(low >> 8), static_cast<std::uint8_t>(low)}};
    row.powered_on = (number * 8ULL / machines) * 500ms + dice.around(20ms, 0.5);
    ++interval_at(result, row.powered_on).powered_on;
    const bool does_fail = dice.random.chance(fails);
    const auto fails_at = static_cast<std::uint8_t>(does_fail ? dice.random.below(3) : 3);
    Passage{result, row, dice}.go(fails_at);
  }
  result.elapsed = kInterval * static_cast<std::int64_t>(result.timeline.size());
  count(result, Count::frames_received) = count(result, Count::data_frames) + 4ULL * machines;
  judge(storm);
  storm.environment =
      "began: 2026-11-23 21:40:02 UTC\nprogram: stentor-storm 0.1.0\ndevice: 0000:3b:00.1 (ice)\n"
      "cores: 2\nprocessor: 16 cores at 3.7 GHz\nkernel: Linux 6.1\n"
      "command: stentor-storm --port 0000:3b:00.1 --scenario racks.yaml --expect p99<20s\n";
  return storm;
}

}  // namespace stentor::rig
