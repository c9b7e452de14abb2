// SPDX-License-Identifier: BSD-3-Clause
// Goal: workers on threads of their own, whose machines' frames come to any of their queues, so
// that most are handed over: every machine boots with every byte right, no frame is lost on the
// way, and the counters add up, while control reloads, with other pools each time, and replaces
// images as fast as it can.
#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "config/limit.h"
#include "config/parse.h"
#include "control/image_retirement.h"
#include "crew.h"
#include "image/catalogue.h"
#include "poisoned_memory.h"
#include "shared_port.h"
#include "sim/machine.h"
#include "support/service.h"
#include "worker/worker.h"

namespace stentor {
namespace {

using namespace std::chrono_literals;
using stress::SharedPort;
using support::ByteVector;
using support::Service;

constexpr std::size_t kSites = 2;
constexpr std::size_t kMachines = 24;
constexpr std::size_t kFrames = 2048;
constexpr wire::MacAddress kServerMac{{2, 0, 0, 0, 0, 1}};

// One that grows and shrinks, and gains a reservation that somebody may hold.
constexpr std::array kSubnets{
    "pools: [10.20.16.0-10.20.16.255]",
    "pools: [10.20.16.0-10.20.16.127, 10.20.16.128-10.20.17.255]",
    "pools: [10.20.16.0-10.20.16.255], "
    "reservations: [{mac: \"02:aa:00:00:00:01\", address: 10.20.16.3}]",
};

std::string config_with(std::string_view subnet) {
  return R"(
ports:
  - {name: boot0, device: "vdev:net_null0", networks: [{address: 10.20.0.2/16}]}
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, )" +
         std::string(subnet) + R"(}
  conflict-check: {method: arp, wait: 20ms}
boot:
  rules:
    - {match: {user-class: iPXE}, file: boot.ipxe}
    - {match: {arch: bios}, file: undionly.kpxe}
    - {match: {arch: efi-x64}, file: efi/grubx64.efi}
tftp: {pace: none}
images: {root: /srv/images, client-directories: ["{mac}"]}
)";
}

// Everybody's clock, four times as fast as the machine's: firmware that misses an answer waits for
// seconds.
base::Time now_of_all() {
  static const base::Time start = base::MonotonicClock::now();
  return start + 4 * (base::MonotonicClock::now() - start);
}

sim::Images make_images() {
  return {{"undionly.kpxe", support::patterned(1456 * 12)},
          {"efi/grubx64.efi", support::patterned(20'001)},
          {"boot.ipxe", support::patterned(311)},
          {"kernel", support::patterned(30'112)},
          {"initrd", support::patterned(60'003)}};
}

// The machines of one thread. Each boots `boots` times. What they send goes to any queue, and a
// part of it twice.
class Site {
 public:
  Site(SharedPort& port, std::size_t self, const sim::Images& images, std::uint64_t boots)
      : port_(port), self_(self), random_(self + 1) {
    for (std::size_t number = self; number < kMachines; number += kSites) {
      machines_.emplace_back(number, sim::kBootPlans[number % sim::kBootPlans.size()], images,
                             random_.next());
      boots_left_.push_back(boots);
    }
  }

  void run() {
    for (sim::Machine& machine : machines_) machine.power_on(now_of_all());
    while (!is_done()) {
      bool worked = false;
      const base::Time now = now_of_all();
      for (std::size_t queue = 0; queue < port_.queues(); ++queue) {
        while (const auto frame = port_.queue(queue).take(self_)) {
          receive(*frame, now);
          worked = true;
        }
      }
      for (std::size_t i = 0; i < machines_.size(); ++i) go_on(i, now);
      if (!worked) std::this_thread::yield();
    }
  }

  [[nodiscard]] const std::vector<sim::Machine>& machines() const { return machines_; }
  [[nodiscard]] std::uint64_t frames_put() const { return frames_put_; }
  [[nodiscard]] const std::string& faults() const { return faults_; }

 private:
  [[nodiscard]] bool is_done() const {
    return std::ranges::all_of(boots_left_, [](std::uint64_t left) { return left == 0; });
  }

  void receive(const ByteVector& bytes, base::Time now) {
    constexpr std::size_t kEtherType = 12;
    if (bytes[kEtherType] == 8 && bytes[kEtherType + 1] == 6) return;  // ARP: nobody answers
    const auto frame = sim::read_server_frame(bytes);
    if (!frame) {
      faults_ += "a malformed frame from the server\n";
      return;
    }
    const bool is_to_all = frame->destination_mac == support::kBroadcastMac;
    for (sim::Machine& machine : machines_) {
      if (is_to_all || machine.mac() == frame->destination_mac) {
        machine.receive(frame->datagram, now);
      }
    }
  }

  void go_on(std::size_t i, base::Time now) {
    sim::Machine& machine = machines_[i];
    if (machine.deadline() <= now) machine.fire(now);
    send(machine);
    if (boots_left_[i] == 0 || !machine.is_booted()) return;
    if (--boots_left_[i] == 0) return;
    machine.power_off();
    machine.power_on(now);
  }

  void send(sim::Machine& machine) {
    for (const sim::Datagram& datagram : machine.take_sent()) {
      const bool is_to_all = datagram.destination == sim::kBroadcastAddress;
      const ByteVector frame = sim::frame_of(
          datagram, machine.mac(), is_to_all ? support::kBroadcastMac : support::kServerMac);
      const int copies = random_.below(16) == 0 ? 2 : 1;
      for (int copy = 0; copy < copies; ++copy, ++frames_put_) {
        port_.queue(random_.below(port_.queues())).put(self_, frame);
      }
    }
  }

  SharedPort& port_;
  const std::size_t self_;
  base::Random random_;
  std::vector<sim::Machine> machines_;
  std::vector<std::uint64_t> boots_left_;
  std::uint64_t frames_put_ = 0;
  std::string faults_;
};

class Appliance {
 public:
  using Worker = worker::Worker<SharedPort::Queue>;

  Appliance(const sim::Images& images, std::size_t workers)
      : images_(images),
        service_(config_with(kSubnets[0]), images, workers,
                 std::make_unique<stress::PoisonedMemory>()),
        port_(kServerMac, workers, kSites, kFrames),
        mesh_(workers),
        probes_(workers * worker::ParkedRequests::kCapacity, config::kNetworksMax, Service::kKey),
        generation_(service_.generation()),
        catalogue_(generation_) {
    for (std::size_t w = 0; w < workers; ++w) {
      const std::array<worker::Attachment<SharedPort::Queue>, 1> attachments{
          {{0, &port_.queue(w), static_cast<std::uint16_t>(w)}}};
      workers_.push_back(std::make_unique<Worker>(
          static_cast<worker::WorkerIndex>(w), attachments,
          worker::Shared<SharedPort::Queue>{service_.snapshots(), mesh_, probes_, solicitations_,
                                            Service::kKey},
          1024, 1000 + w, now_of_all()));
    }
  }

  // A worker's thread, until stop().
  void work(std::size_t self) {
    Worker& worker = *workers_[self];
    for (std::uint64_t loops = 0; !is_stopped_.load(std::memory_order_relaxed); ++loops) {
      if (worker.poll(now_of_all())) continue;
      if (loops % 64 == 0) worker.park();
      std::this_thread::yield();
    }
    worker.park();
  }
  void stop() { is_stopped_.store(true, std::memory_order_relaxed); }

  // The control thread's, time and again: another configuration; another image of the same bytes;
  // what the workers have done so far.
  void control(std::uint64_t round) {
    if (service_.settle()) {
      CHECK(service_.reload(config_with(kSubnets[reloads_ % kSubnets.size()]), now_of_all()));
      ++reloads_;
      workers_[0]->announce(0);
    }
    const auto changed = std::next(images_.begin(), static_cast<long>(round % images_.size()));
    const image::ImageSpace space = catalogue_.stock().reserve(changed->second.size());
    std::ranges::copy(changed->second, space.bytes.begin());
    catalogue_.put(catalogue_.stock().add(space, std::vector{changed->first}).at(0));
    auto change = catalogue_.commit();
    service_.images().set(*change.generation);
    old_.push_back({service_.snapshots().mark(), std::exchange(generation_, change.generation)});
    retirement_.retire(std::move(change.retired));
    tick();
    CHECK(total(&worker::Counters::frames_received) >= frames_seen_);
    frames_seen_ = total(&worker::Counters::frames_received);
  }
  void tick() {
    service_.settle();
    std::erase_if(old_,
                  [this](const auto& each) { return service_.snapshots().passed(each.first); });
    retirement_.tick();
  }

  // All threads have ended: whose client has fallen silent is given up, and what is left is
  // received, sent and freed.
  void finish() {
    const auto is_live = [](const auto& worker) { return worker->has_live_transfers(); };
    base::Time now = now_of_all();
    for (int second = 0; second < 200; ++second, now += 1s) {
      for (bool worked = true; worked;) {
        worked = false;
        for (const auto& worker : workers_) worked |= worker->poll(now);
      }
      if (std::ranges::none_of(workers_, is_live)) break;
    }
    EXPECT_TRUE(std::ranges::none_of(workers_, is_live));
    for (const auto& worker : workers_) {
      worker->park();
      worker->release_frames();
    }
    for (int i = 0; i < 10; ++i) tick();
  }

  [[nodiscard]] std::uint64_t total(base::Counter worker::Counters::*counter) const {
    std::uint64_t sum = 0;
    for (const auto& worker : workers_) sum += (worker->counters().*counter).value();
    return sum;
  }
  [[nodiscard]] std::uint64_t drops(wire::DropReason reason) const {
    std::uint64_t sum = 0;
    for (const auto& worker : workers_) {
      sum += worker->counters().drops[static_cast<std::size_t>(reason)].value();
    }
    return sum;
  }
  [[nodiscard]] std::size_t workers() const { return workers_.size(); }
  SharedPort& port() { return port_; }
  lease::Table& leases() { return service_.leases(); }
  [[nodiscard]] std::uint64_t reloads() const { return reloads_; }
  [[nodiscard]] std::size_t images_waiting() const { return retirement_.waiting(); }
  [[nodiscard]] std::size_t images_freed() const { return freed_; }
  [[nodiscard]] bool has_only_current_images() {
    return catalogue_.stock().images() == generation_->size();
  }

 private:
  const sim::Images& images_;
  Service service_;
  SharedPort port_;
  worker::HandOverMesh<SharedPort::Frame> mesh_;
  worker::ProbeBoard probes_;
  worker::SolicitationBoard solicitations_{config::kNetworksMax, Service::kKey[0]};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> is_stopped_{false};

  // Control's.
  std::shared_ptr<const image::Generation> generation_;
  image::Catalogue catalogue_;
  std::vector<std::pair<std::uint64_t, std::shared_ptr<const image::Generation>>> old_;
  std::size_t freed_ = 0;
  std::uint64_t frames_seen_ = 0;
  std::uint64_t reloads_ = 0;
  control::ImageRetirement retirement_{
      {.mark = [this] { return service_.snapshots().mark(); },
       .passed = [this](std::uint64_t mark) { return service_.snapshots().passed(mark); },
       .is_in_use =
           [this](const image::Image& image) {
             return std::ranges::any_of(workers_,
                                        [&](const auto& worker) { return worker->uses(image); });
           },
       .change_pools = [] {},
       .segments_out = [] { return 0u; },  // a frame is a copy
       .release =
           [this](std::span<const image::Image* const> images) {
             freed_ += images.size();
             catalogue_.stock().remove(images);
           }}};
};

// Every frame that was put is received, every one that was sent is counted, every transfer that
// began has ended in one way.
void expect_counts_add_up(Appliance& appliance, std::uint64_t frames_put) {
  using worker::Counters;
  const auto total = [&](auto counter) { return appliance.total(counter); };
  std::uint64_t sent = 0;
  std::uint64_t bytes_sent = 0;
  for (std::size_t queue = 0; queue < appliance.workers(); ++queue) {
    sent += appliance.port().queue(queue).frames_sent();
    bytes_sent += appliance.port().queue(queue).bytes_sent();
  }
  EXPECT_EQ(total(&Counters::frames_received), frames_put);
  EXPECT_EQ(total(&Counters::frames_sent), sent);
  EXPECT_EQ(total(&Counters::bytes_sent), bytes_sent);
  EXPECT_EQ(total(&Counters::transfers_begun),
            total(&Counters::transfers_completed) + total(&Counters::transfers_ended_by_client) +
                total(&Counters::transfers_given_up) + total(&Counters::transfers_replaced));
  EXPECT_GT(total(&Counters::frames_handed_over), frames_put / 3) << "or little has crossed";
  EXPECT_EQ(total(&Counters::buffers_missed), 0u);
  using wire::DropReason;
  for (const auto reason : {DropReason::hand_over_full, DropReason::hand_over_port,
                            DropReason::transmit_full, DropReason::no_frame_buffer}) {
    EXPECT_EQ(appliance.drops(reason), 0u) << wire::describe(reason).name;
  }
}

class WorkersStress : public testing::TestWithParam<std::size_t> {};

TEST_P(WorkersStress, EveryMachineBootsWhicheverQueuesItsFramesComeTo) {
  const std::size_t workers = GetParam();
  const sim::Images images = make_images();
  Appliance appliance(images, workers);
  std::vector<std::unique_ptr<Site>> sites;
  for (std::size_t i = 0; i < kSites; ++i) {
    sites.push_back(std::make_unique<Site>(appliance.port(), i, images, stress::rounds(24)));
  }
  std::atomic<std::size_t> sites_done{0};
  std::uint64_t control_rounds = 0;
  stress::run_crew(static_cast<unsigned>(workers + kSites + 1), [&](unsigned member) {
    if (member < workers) return appliance.work(member);
    if (member < workers + kSites) {
      sites[member - workers]->run();
      sites_done.fetch_add(1);
      return;
    }
    while (sites_done.load() != kSites) {
      appliance.control(control_rounds++);
      std::this_thread::sleep_for(50us);
    }
    appliance.stop();
  });
  appliance.finish();

  std::uint64_t frames_put = 0;
  std::set<std::uint32_t> addresses;
  for (const auto& site : sites) {
    EXPECT_EQ(site->faults(), "");
    frames_put += site->frames_put();
    for (const sim::Machine& machine : site->machines()) {
      EXPECT_TRUE(machine.is_booted()) << machine.describe();
      EXPECT_EQ(machine.restarts(), 0u) << machine.describe();
      for (const std::string& fault : machine.faults()) ADD_FAILURE() << fault;
      EXPECT_TRUE(addresses.insert(machine.address()).second) << "given to two";
    }
  }
  expect_counts_add_up(appliance, frames_put);
  EXPECT_EQ(appliance.port().frames_out(), 0u);
  EXPECT_EQ(appliance.leases().census(now_of_all()).bound, kMachines);
  EXPECT_EQ(appliance.images_waiting(), 0u);
  EXPECT_TRUE(appliance.has_only_current_images());
  // How many there are, a loaded machine's scheduler decides: some thousand.
  EXPECT_GT(appliance.images_freed(), 100u) << "while the workers ran";
  EXPECT_GT(appliance.reloads(), 100u) << "while the workers ran";
  std::printf("%zu frames, %zu handed over, %zu transfers, %zu images changed, %zu reloads\n",
              frames_put, appliance.total(&worker::Counters::frames_handed_over),
              appliance.total(&worker::Counters::transfers_begun), appliance.images_freed(),
              appliance.reloads());
  for (std::size_t i = 0; i < wire::kDropReasonCount; ++i) {
    const std::uint64_t count = appliance.drops(static_cast<wire::DropReason>(i));
    if (count != 0) std::printf("  %s: %zu\n", wire::kDropReasons[i].name.data(), count);
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, WorkersStress, testing::Values(2, 4),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace stentor
