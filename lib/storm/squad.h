// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The machines of one core, without I/O: frames come in by receive(), deadlines by fire(), what
// they make stands in the outbox. The poll loop around it is Crew (crew.h).
//
// One thread, apart from tally(). Shared with other cores: the address ledger and the next hops,
// both lock-free. Nothing is allocated after construction. Machines are indexed by
// Plan::local_of().
//
// Before each receive() and fire() the outbox has_room().

#include <memory>
#include <span>
#include <vector>

#include "client/dhcp_reply.h"
#include "storm/address_ledger.h"
#include "storm/machine.h"
#include "storm/name_table.h"
#include "storm/next_hop.h"
#include "storm/outbox.h"
#include "storm/own_name.h"
#include "storm/plan.h"
#include "storm/tally.h"
#include "worker/timing_wheel.h"

namespace stentor::storm {

// What the cores of a storm share.
struct Shared {
  Shared(std::uint32_t machines, base::Time start_time) : ledger(machines), start(start_time) {}

  AddressLedger ledger;
  NextHops hops;
  base::Time start;  // of the storm; before it, of its making. Changed only before it
};

class Squad {
 public:
  Squad(const Plan& plan, std::size_t core, Shared& shared);
  ~Squad();
  Squad(const Squad&) = delete;
  Squad& operator=(const Squad&) = delete;

  // A frame that Router says is for machine `local`, or for its relay on its behalf.
  void receive(std::uint32_t local, base::Bytes frame, wire::ReceiveChecksums device,
               base::Time now) {
    if (!take_data(machines_[local], local, frame, device, now)) {
      receive_slowly(local, frame, device, now);
    }
  }
  // Ahead of receive(): the lines of the machine that a DATA frame needs, or those of a shorter
  // one, which is DHCP most of the time.
  void prefetch(std::uint32_t local, std::size_t frame_bytes) const {
    constexpr std::size_t kLine = 64;
    constexpr std::size_t kShort = 600;
    const auto* lines = reinterpret_cast<const std::uint8_t*>(machines_ + local);
    __builtin_prefetch(lines, 1);
    __builtin_prefetch(lines + kLine, 1);
    __builtin_prefetch(lines + 2 * kLine, 1);
    if (frame_bytes > kShort) return;
    __builtin_prefetch(lines + 3 * kLine, 1);
    __builtin_prefetch(lines + 4 * kLine, 1);
  }

  // ARP that is for a relay, or for everybody: on any core.
  void receive_arp(base::Bytes frame);

  // Switches machines on, and fires what is due, as far as the outbox has room. True if there was
  // anything.
  bool fire(base::Time now);

  // The storm is over: who has not booted fails for `why`, or because it was never switched on.
  void stop(base::Time now, Failure why);
  // Every machine has booted or failed for good.
  [[nodiscard]] bool is_over() const { return over_ == machine_count_; }

  Outbox& outbox() { return outbox_; }
  [[nodiscard]] const Outbox& outbox() const { return outbox_; }
  Tally& tally() { return tally_; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] std::span<const Machine> machines() const { return {machines_, machine_count_}; }
  [[nodiscard]] const LongestStage& longest(std::uint32_t local) const { return longest_[local]; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] base::Time start() const { return shared_.start; }
  [[nodiscard]] std::uint32_t number_of(std::uint32_t local) const {
    return static_cast<std::uint32_t>(local * plan_.cores() + core_);
  }

 private:
  // squad.cc: from power-on to the end, and the stages between.
  void make_machines();
  void power_on(std::uint32_t local, base::Time now);
  bool adopt_address(std::uint32_t local, const wire::Ipv4Prefix& first, base::Time now);
  void begin_stage(std::uint32_t local, base::Time now);
  void launch(std::uint32_t local, base::Time now);
  void pass_stage(std::uint32_t local, base::Time now);
  void fail(std::uint32_t local, Failure failure, base::Time now);
  void die(std::uint32_t local, base::Time now);
  // Until it is switched on again.
  void switch_off(std::uint32_t local, base::Duration pause, base::Time now);
  [[nodiscard]] bool dies_now(std::uint32_t local) const;
  void finish(std::uint32_t local, MachineState state, base::Time now);
  void arm(std::uint32_t local);
  [[nodiscard]] const StagePlan& stage_of(const Machine& machine) const {
    return plan_.groups()[machine.group].stages[machine.stage];
  }
  [[nodiscard]] const client::BootProfile& profile_of(std::uint32_t local) const;
  static std::uint32_t next_random(Machine& machine);
  Interval& interval_at(base::Time now) { return tally_.timeline.at(now - shared_.start); }
  StageTally& stage_tally(const Machine& machine) {
    return tally_.stages[plan_.groups()[machine.group].first_stage + machine.stage];
  }

  // squad_timer.cc
  bool power_on_due(base::Time now);
  bool fire_due(base::Time now);
  void on_timer(std::uint32_t local, base::Time now);
  void on_dhcp_timeout(std::uint32_t local, base::Time now);
  void on_tftp_timeout(std::uint32_t local, base::Time now);
  [[nodiscard]] Failure silence_of(const Machine& machine) const;

  // squad_hop.cc: who is the next hop, and ARP.
  void find_hop(std::uint32_t local, wire::Ipv4Address peer, base::Time now);
  [[nodiscard]] std::uint16_t hop_to(std::uint32_t local, wire::Ipv4Address peer);
  bool serve_waiting(base::Time now);
  void ask_for(std::uint32_t local, std::uint16_t hop, base::Time now);
  void take_arp(std::uint32_t local, const wire::Frame& frame);
  void answer_arp(std::uint32_t local, const wire::Frame& request, const wire::MacAddress& mac);
  void send_arp(std::uint32_t local, const wire::Link& link, const wire::ArpMessage& message);

  // squad_receive.cc: the hot lane, and the way of all other frames.
  bool take_data(Machine& machine, std::uint32_t local, base::Bytes frame,
                 wire::ReceiveChecksums device, base::Time now);
  void receive_slowly(std::uint32_t local, base::Bytes frame, wire::ReceiveChecksums device,
                      base::Time now);
  void receive_udp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now);
  void receive_relayed(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now);

  // squad_dhcp.cc
  void start_dora(std::uint32_t local, base::Time now);
  void receive_dhcp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now);
  void count_answer(const Machine& machine, const client::DhcpReply& reply,
                    client::DhcpState before, base::Time now);
  void take_lease(std::uint32_t local, const client::DhcpReply& ack, base::Time now);
  void take_boot_server_answer(std::uint32_t local, const client::DhcpReply& ack, base::Time now);
  void take_boot_file(Machine& machine, const client::DhcpReply& ack);
  [[nodiscard]] bool are_options_right(const client::DhcpReply& ack) const;
  void send_dhcp(std::uint32_t local, const client::DhcpOutgoing& outgoing, std::uint8_t* message,
                 base::Time now);
  void send_dhcp_unicast(std::uint32_t local, const client::DhcpOutgoing& outgoing,
                         const std::uint8_t* message, base::Time now);
  void send_relayed(std::uint32_t local, const RelayPlan& relay, std::size_t length,
                    std::uint8_t* message);
  void count_sent(client::DhcpType type);

  // squad_tftp.cc
  void start_fetch(std::uint32_t local, base::Time now);
  void send_request(std::uint32_t local, base::Time now);
  void make_ack_header(std::uint32_t local, std::uint16_t port, std::uint16_t server_port);
  void receive_tftp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now);
  void after_tftp(std::uint32_t local, base::Time now);
  void finish_fetch(std::uint32_t local, base::Time now);
  void abort_fetch(std::uint32_t local, Failure failure, base::Time now);
  void send_tftp(std::uint32_t local, const client::Outgoing& outgoing);
  void count_tftp(Machine& machine, base::Bytes payload, client::TftpState before, bool is_taken,
                  base::Time now);
  void note_next_data(const Machine& machine, base::Time now);
  [[nodiscard]] bool is_half_way(std::uint32_t local) const;
  void fail_fetch(std::uint32_t local, base::Time now);
  void miss(std::uint32_t local, base::Time now);
  // none, wrong_bytes or wrong_size.
  Failure check_block(std::uint32_t local, std::uint64_t offset, base::Bytes bytes);
  [[nodiscard]] bool is_sampled(std::uint64_t block) const {
    return sample_every_ == 1 || (sample_every_ != 0 && block % sample_every_ == 0);
  }
  [[nodiscard]] std::uint8_t* hash_state(std::uint32_t local) {
    return hash_states_.get() + local * plan_.hasher().state_bytes;
  }

  // squad_name.cc: which file a fetch is of.
  std::string_view name_to_ask(std::uint32_t local);
  std::string_view pxelinux_name(std::uint32_t local, const client::Asker& asker);
  [[nodiscard]] const ReferenceFile* reference_file(std::uint32_t local) const;

  // squad_send.cc: links and payloads to frames in the outbox.
  [[nodiscard]] wire::Link link_to(const Machine& machine, const wire::MacAddress& source,
                                   const wire::MacAddress& destination) const;
  [[nodiscard]] const wire::MacAddress& source_mac(std::uint32_t local) const;
  // The payload stands at payload_of() the next frame of the outbox.
  [[nodiscard]] std::uint8_t* payload_of(const Machine& machine);
  void commit_udp(std::uint32_t local, const wire::Link& link, const wire::UdpFlow& flow,
                  std::size_t payload_bytes);
  [[nodiscard]] const RelayPlan* relay_of(std::uint32_t local) const {
    return relay_of_.empty() || relay_of_[local] == kNoRelay ? nullptr
                                                             : &plan_.relays()[relay_of_[local]];
  }

  const Plan& plan_;
  const std::size_t core_;
  Shared& shared_;
  const std::uint32_t machine_count_;
  std::vector<LongestStage> longest_;    // by machine
  Machine* machines_ = nullptr;          // machine_count_, aligned
  std::vector<std::uint16_t> relay_of_;  // by machine; empty where the plan has no relay
  std::vector<std::uint8_t> dies_in_;    // by machine; empty where nobody dies
  NameTable names_;
  OwnNames own_names_;
  worker::TimingWheel wheel_;
  Outbox outbox_;
  Tally tally_;
  std::uint32_t sample_every_;  // 0: never, 1: every block
  bool sums_all_;               // UDP checksums are checked of every DATA, not of sampled ones
  std::unique_ptr<std::uint8_t[]> hash_states_;
  std::uint32_t next_power_on_ = 0;     // machines are switched on in their order
  std::uint32_t over_ = 0;              // booted or failed for good
  std::vector<std::uint32_t> waiting_;  // for a next hop; room for all
  std::size_t waiting_count_ = 0;
  std::size_t waiting_cursor_ = 0;
  std::uint32_t hops_seen_ = 0;  // NextHops::version() at the last look
  base::Time look_at_hops_at_{};
};

}  // namespace stentor::storm
