// SPDX-License-Identifier: BSD-3-Clause
#include "worker_figures.h"

#include <array>

namespace stentor {

std::span<const WorkerFigure> worker_figures() {
  using Counters = worker::Counters;
  static constexpr std::array kFigures{
      WorkerFigure{"frames_received", "stentor_frames_received_total",
                   "Frames that came to the workers.", &Counters::frames_received},
      WorkerFigure{"bytes_received", "stentor_received_bytes_total", "Bytes of these frames.",
                   &Counters::bytes_received},
      WorkerFigure{"frames_sent", "stentor_frames_sent_total", "Frames that devices took to send.",
                   &Counters::frames_sent},
      WorkerFigure{"bytes_sent", "stentor_sent_bytes_total", "Bytes of these frames.",
                   &Counters::bytes_sent},
      WorkerFigure{"frames_handed_over", "stentor_frames_handed_over_total",
                   "Frames that crossed to the worker that owns what they are about.",
                   &Counters::frames_handed_over},
      WorkerFigure{"frames_answered", "stentor_frames_answered_total",
                   "Received frames for which a reply was made at once.",
                   &Counters::frames_answered},
      WorkerFigure{
          "frames_taken", "stentor_frames_taken_total",
          "Received frames that moved a transfer, that wait for their answer, or that need none.",
          &Counters::frames_taken},
      WorkerFigure{"late_drops", "stentor_late_drops_total",
                   "Those of the drops whose frame had been answered or taken before.",
                   &Counters::late_drops},
      WorkerFigure{"arp_replies", "stentor_arp_replies_total", "ARP requests that were answered.",
                   &Counters::arp_replies},
      WorkerFigure{"echo_replies", "stentor_echo_replies_total", "Pings that were answered.",
                   &Counters::echo_replies},
      WorkerFigure{"router_advertisements", "stentor_router_advertisements_total",
                   "Machines in firmware that were told that there is no IPv6 router.",
                   &Counters::router_advertisements},
      WorkerFigure{"routers_heard", "stentor_routers_heard_total",
                   "Router advertisements of others.", &Counters::routers_heard},
      WorkerFigure{"dhcp_replies", "stentor_dhcp_replies_total",
                   "DHCP messages that were answered.", &Counters::dhcp_replies},
      WorkerFigure{"dhcp_parked", "stentor_dhcp_parked_total",
                   "DHCP messages whose answer had to wait.", &Counters::dhcp_parked},
      WorkerFigure{"conflict_checks", "stentor_conflict_checks_total",
                   "Addresses that were asked for before they were offered.",
                   &Counters::conflict_checks},
      WorkerFigure{"conflict_answers", "stentor_conflict_answers_total",
                   "Frames that said that such an address is in use.", &Counters::conflict_answers},
      WorkerFigure{"conflicts_found", "stentor_conflicts_found_total",
                   "Addresses that were set aside for it.", &Counters::conflicts_found},
      WorkerFigure{"transfers_begun", "stentor_transfers_begun_total", "TFTP transfers that began.",
                   &Counters::transfers_begun},
      WorkerFigure{"transfers_completed", "stentor_transfers_completed_total",
                   "Transfers whose last block was acknowledged.", &Counters::transfers_completed},
      WorkerFigure{"transfers_ended_by_client", "stentor_transfers_ended_by_client_total",
                   "Transfers that their client ended with an ERROR.",
                   &Counters::transfers_ended_by_client},
      WorkerFigure{"transfers_given_up", "stentor_transfers_given_up_total",
                   "Transfers whose client fell silent.", &Counters::transfers_given_up},
      WorkerFigure{"transfers_replaced", "stentor_transfers_replaced_total",
                   "Transfers that their client began anew.", &Counters::transfers_replaced},
      WorkerFigure{"transfers_refused", "stentor_transfers_refused_total",
                   "TFTP requests that got an ERROR.", &Counters::transfers_refused},
      WorkerFigure{"blocks_sent", "stentor_blocks_sent_total", "DATA blocks.",
                   &Counters::blocks_sent},
      WorkerFigure{"blocks_resent", "stentor_blocks_resent_total", "Those among them sent again.",
                   &Counters::blocks_resent},
      WorkerFigure{"blocks_summed", "stentor_blocks_summed_total",
                   "Blocks whose checksum had to read them.", &Counters::blocks_summed},
      WorkerFigure{"buffers_missed", "stentor_buffers_missed_total",
                   "Times that no buffer was free for a block.", &Counters::buffers_missed},
      WorkerFigure{"sightings_lost", "stentor_sightings_lost_total",
                   "What workers saw of clients, and nobody read in time.",
                   &Counters::sightings_lost},
      WorkerFigure{"frames_captured", "stentor_frames_captured_total",
                   "Frames that were copied for a capture.", &Counters::frames_captured},
      WorkerFigure{"frames_lost_to_capture", "stentor_frames_lost_to_capture_total",
                   "Frames that a capture wanted, and had no room for.",
                   &Counters::frames_lost_to_capture},
  };
  return kFigures;
}

std::span<const WorkerDistribution> worker_distributions() {
  using Counters = worker::Counters;
  static constexpr std::array kDistributions{
      WorkerDistribution{"stentor_dhcp_answer_seconds",
                         "From when a DHCP message was received to when its answer was handed to "
                         "the port.",
                         &Counters::dhcp_answer_time, 13, 32},
      WorkerDistribution{"stentor_commit_wait_seconds",
                         "Part of these: what answers waited for leases to be on disk.",
                         &Counters::commit_wait, 16, 31},
      WorkerDistribution{"stentor_transfer_seconds",
                         "From a TFTP request to the last ACK of its file.",
                         &Counters::transfer_time, 20, 42},
  };
  return kDistributions;
}

std::uint64_t live_transfers(const worker::Counters& counters) {
  // The worker goes on meanwhile, so that one end more than beginnings may be seen.
  const std::uint64_t ended =
      counters.transfers_completed.value() + counters.transfers_ended_by_client.value() +
      counters.transfers_given_up.value() + counters.transfers_replaced.value();
  const std::uint64_t begun = counters.transfers_begun.value();
  return begun > ended ? begun - ended : 0;
}

}  // namespace stentor
