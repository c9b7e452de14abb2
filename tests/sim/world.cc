// SPDX-License-Identifier: BSD-3-Clause
#include "sim/world.h"

#include <algorithm>
#include <cstdlib>

namespace stentor::sim {

namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{1h};
constexpr std::string_view kServerMac = "02:00:00:00:00:01";  // the rig's first port
constexpr std::uint16_t kData = 3;
// How often the server is polled while it waits for a client and nothing else happens. Below the
// shortest retransmission time; a worker polls a thousand times as often.
constexpr base::Duration kTick = 5ms;
constexpr base::Duration kOfferHold = 60s;

std::string network_of(const WorldOptions& options) {
  return options.relays == 0 ? "10.20." : "10.21.";
}

std::string addresses_of(const WorldOptions& options) {
  const std::string network = network_of(options);
  const std::size_t last = options.pool - 1;
  return "pools: [" + network + "16.0-" + network + std::to_string(16 + last / 256) + "." +
         std::to_string(last % 256) + "]";
}

std::string config_of(const WorldOptions& options, const std::string& addresses) {
  const std::string& lease = options.lease_time;
  return "ports:\n"
         "  - {name: boot0, device: \"vdev:net_null0\", networks: [{address: 10.20.0.2/16}]}\n"
         "dhcp:\n"
         "  lease-time: {default: " +
         lease + ", min: " + lease + ", max: " + lease +
         "}\n"
         "  pxe-lease-time: " +
         lease +
         "\n"
         "  offer-hold: 60s\n"
         "  subnets:\n"
         "    - {subnet: " +
         network_of(options) + "0.0/16, " + addresses +
         "}\n"
         "boot:\n"
         "  rules:\n"
         "    - {match: {user-class: iPXE}, file: boot.ipxe}\n"
         "    - {match: {arch: bios}, file: undionly.kpxe}\n"
         "    - {match: {arch: efi-x64}, file: efi/grubx64.efi}\n"
         "tftp: {pace: none, rto: {min: 20ms, max: 4s}}\n"
         "images: {root: /srv/images, client-directories: [" +
         (options.own_kernels ? "\"{mac}\"" : "") + "]}\n";
}

// Bytes that differ from file to file, so that one is not taken for another.
ByteVector file_of(std::size_t bytes, std::uint64_t seed) {
  base::Random random(seed);
  ByteVector file(bytes);
  std::ranges::generate(file, [&] { return static_cast<std::uint8_t>(random.below(256)); });
  return file;
}

// Sizes: a multiple of a usual blksize (an empty last block), odd ones, less than a block.
Images make_images(std::size_t scale) {
  return {{"undionly.kpxe", file_of(scale * 1456 * 20, 1)},
          {"efi/grubx64.efi", file_of(scale * 40'001, 2)},
          {"boot.ipxe", file_of(311, 3)},
          {"kernel", file_of(scale * 90'112, 4)},
          {"initrd", file_of(scale * 180'003, 5)}};
}

}  // namespace

std::uint64_t seed_or(std::uint64_t seed) {
  const char* const text = std::getenv("STENTOR_SIM_SEED");
  return text == nullptr ? seed : std::strtoull(text, nullptr, 0);
}

World::World(const WorldOptions& options)
    : options_(options),
      now_(kStart),
      random_(options.seed),
      images_(make_images(options.scale)),
      hostile_(random_.next()),
      ledger_(kOfferHold),
      up_(random_.next(), options.faults),
      down_(random_.next(), options.faults) {
  const std::uint64_t rig_seed = random_.next();
  Images served = images_;
  for (std::size_t i = 0; i < options.relays; ++i) relays_.emplace_back(i);
  for (std::size_t i = 0; i < options.machines; ++i) {
    machines_.push_back(std::make_unique<Machine>(i, options.plans[i % options.plans.size()],
                                                  images_of(i), random_.next()));
    Machine& machine = *machines_.back();
    if (options.own_kernels) {
      std::string folder = machine.mac();
      std::ranges::replace(folder, ':', '-');
      served[folder + "/kernel"] = own_images_.back()["kernel"];
    }
    by_mac_[machine.mac()] = &machine;
    const auto spread = static_cast<std::uint64_t>(options.power_on_spread.count());
    after(base::Duration{static_cast<std::int64_t>(random_.below(spread + 1))},
          [this, &machine] { machine.power_on(now_); });
  }
  rig_ = std::make_unique<support::Rig>(
      support::RigOptions{.yaml = config_of(options, addresses_of(options)),
                          .images = served,
                          .workers = options.workers,
                          .seed = rig_seed},
      now_);
}

// What machine `number` must be given under each name.
const Images& World::images_of(std::size_t number) {
  if (!options_.own_kernels) return images_;
  Images& own = own_images_.emplace_back(images_);
  own["kernel"] = file_of(5'000 + number, 1'000 + number);
  return own;
}

void World::reload(const std::string& addresses) {
  const std::string& all = addresses.empty() ? addresses_of(options_) : addresses;
  support::Service& service = rig_->service();
  if (!service.reload(config_of(options_, all), now_)) faults_.emplace_back("a reload was refused");
  ledger_.note_reload(
      [&](std::uint32_t address) { return service.gives(wire::Ipv4Address{address}); });
  poll_server();
  if (!service.settle()) faults_.emplace_back("a worker has not passed a burst");
}

void World::after(base::Duration delay, std::function<void()> action) {
  actions_.push_back({now_ + delay, std::move(action)});
}

bool World::run_until(const std::function<bool()>& done, base::Duration limit) {
  const base::Time end = now_ + limit;
  while (!done()) {
    const base::Time next = next_event();
    if (next > end) {
      now_ = end;
      return done();
    }
    step(next);
  }
  return true;
}

void World::run_for(base::Duration duration) {
  run_until([] { return false; }, duration);
}

bool World::run_until_all_booted(base::Duration limit) {
  return run_until([this] { return booted() == machines(); }, limit);
}

base::Time World::next_event() {
  base::Time next = std::min(up_.next_arrival(), down_.next_arrival());
  for (const auto& machine : machines_) next = std::min(next, machine->deadline());
  for (const Action& action : actions_) next = std::min(next, action.at);
  if (has_live_transfers()) next = std::min(next, now_ + kTick);
  return std::max(next, now_);
}

void World::step(base::Time now) {
  now_ = now;
  std::vector<Action> due;
  std::erase_if(actions_, [&](const Action& action) {
    if (action.at > now_) return false;
    due.push_back(action);
    return true;
  });
  for (const Action& action : due) action.run();
  for (const auto& machine : machines_) {
    if (machine->deadline() <= now_) machine->fire(now_);
  }
  while (const auto frame = down_.receive(now_)) deliver(**frame);
  for (const auto& machine : machines_) flush(*machine);
  while (const auto frame = up_.receive(now_)) {
    if ((*frame)->released != 0) ledger_.note_release((*frame)->released);
    rig_->port().queue((*frame)->queue).put((*frame)->frame);
  }
  poll_server();
}

void World::flush(Machine& machine) {
  for (const Datagram& datagram : machine.take_sent()) send(machine, datagram);
}

// On the server's link frames go out as they are. Behind relays each relay forwards a broadcast,
// and one of them, any, routes what is unicast.
void World::send(const Machine& machine, const Datagram& datagram) {
  const bool is_broadcast = datagram.destination == kBroadcastAddress;
  if (relays_.empty()) return send_frame(datagram, machine.mac(), is_broadcast);
  const std::uint32_t server = support::address_number(support::kServerAddress);
  if (!is_broadcast) {
    return send_frame(datagram, relays_[random_.below(relays_.size())].mac(), false);
  }
  for (const Relay& relay : relays_) {
    send_frame(relay.forward(datagram.payload, server), relay.mac(), false);
  }
}

void World::send_frame(const Datagram& datagram, std::string_view source_mac, bool to_broadcast) {
  Uplink sent{
      .frame = frame_of(datagram, source_mac, to_broadcast ? support::kBroadcastMac : kServerMac),
      .queue = random_.below(options_.workers)};
  // Only a RELEASE comes from port 68 of an address.
  if (datagram.source_port == kDhcpClientPort) sent.released = datagram.source;
  if (random_.chance(options_.hostility)) {
    Uplink hostile{.frame = hostile_.frame(datagram, sent.frame, kServerMac),
                   .queue = random_.below(options_.workers)};
    up_.send(std::make_shared<const Uplink>(std::move(hostile)), now_);
  }
  up_.send(std::make_shared<const Uplink>(std::move(sent)), now_);
}

void World::poll_server() {
  rig_->poll(now_);
  while (const auto frame = rig_->port().take()) note_sent(*frame);
  if (rig_->buffers_in_use() != 0) faults_.emplace_back("a buffer was not given back");
}

void World::note_sent(ByteView bytes) {
  auto frame = read_server_frame(bytes);
  if (!frame) {
    // Junk may ask for an ARP or an echo reply.
    if (options_.hostility == 0) faults_.emplace_back("a malformed frame from the server");
    return;
  }
  const Datagram& datagram = frame->datagram;
  if (datagram.source_port == kDhcpServerPort) {
    ledger_.note_reply(datagram.payload, now_);
  } else if (datagram.payload.size() >= 2 && datagram.payload[1] == kData) {
    ++data_frames_;
  }
  down_.send(std::make_shared<const ServerFrame>(*std::move(frame)), now_);
}

void World::deliver(const ServerFrame& frame) {
  if (frame.destination_mac == support::kBroadcastMac) {
    for (const auto& machine : machines_) machine->receive(frame.datagram, now_);
    return;
  }
  for (const Relay& relay : relays_) {
    if (relay.mac() == frame.destination_mac) return deliver_relayed(relay, frame.datagram);
  }
  const auto machine = by_mac_.find(frame.destination_mac);
  if (machine != by_mac_.end()) machine->second->receive(frame.datagram, now_);
}

void World::deliver_relayed(const Relay& relay, const Datagram& datagram) {
  if (datagram.source_port == kDhcpServerPort) {
    auto message = relay.unwrap(datagram);
    if (!message) {
      faults_.emplace_back("a reply to a relay without its own option 82");
      return;
    }
    const auto machine = by_mac_.find(mac_text(ByteView(*message).subspan(28, 6)));
    if (machine == by_mac_.end()) return;
    machine->second->receive(
        {relay.address(), kBroadcastAddress, kDhcpServerPort, kDhcpClientPort, *std::move(message)},
        now_);
    return;
  }
  for (const auto& machine : machines_) {
    if (machine->is_on() && machine->address() == datagram.destination) {
      machine->receive(datagram, now_);
    }
  }
}

std::size_t World::booted() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(machines_, [](const auto& machine) { return machine->is_booted(); }));
}

bool World::has_live_transfers() {
  for (std::size_t w = 0; w < options_.workers; ++w) {
    if (rig_->worker(w).has_live_transfers()) return true;
  }
  return false;
}

std::uint64_t World::blocks() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) sum += machine->blocks();
  return sum;
}

std::uint64_t World::window_blocks() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) sum += machine->window_blocks();
  return sum;
}

std::string World::faults() const {
  std::string text;
  std::vector<std::string> all = faults_;
  const auto add = [&all](const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
  add(ledger_.faults());
  for (const auto& machine : machines_) add(machine->faults());
  constexpr std::size_t kLinesMax = 20;
  for (std::size_t i = 0; i < std::min(all.size(), kLinesMax); ++i) text += all[i] + '\n';
  if (all.size() > kLinesMax) text += "and " + std::to_string(all.size() - kLinesMax) + " more\n";
  return text;
}

std::string World::stragglers() const {
  std::string text;
  for (const auto& machine : machines_) {
    if (!machine->is_booted()) text += machine->describe() + '\n';
  }
  return text;
}

}  // namespace stentor::sim
