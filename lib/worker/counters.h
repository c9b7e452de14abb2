// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What one worker counts. Written by the worker alone, folded by the control thread.
//
// Over all workers, and but for frames that are on their way:
//   frames_received = frames_answered + frames_taken + all drops - late_drops

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/counter.h"
#include "base/histogram.h"
#include "tftp/refusal.h"
#include "wire/drop_reason.h"
#include "worker/verdict.h"

namespace stentor::worker {

struct Counters {
  std::array<base::Counter, wire::kDropReasonCount> drops;
  std::array<base::Counter, tftp::kRefusalCount> refusals;  // of transfers_refused, by reason

  base::Counter frames_received;
  base::Counter bytes_received;
  base::Counter frames_sent;
  base::Counter bytes_sent;
  base::Counter frames_handed_over;
  base::Counter frames_answered;  // a reply was made at once
  base::Counter frames_taken;     // an ACK of a transfer, a request that waits, news
  // Of the drops, those of frames that were answered or taken before: no room for the reply, a
  // request that waited in vain, and blocks that a device did not take.
  base::Counter late_drops;

  base::Counter arp_replies;
  base::Counter echo_replies;
  base::Counter router_advertisements;  // to firmware that looks for a router in vain
  base::Counter routers_heard;          // advertisements of others
  base::Counter dhcp_replies;
  base::Counter dhcp_parked;       // requests whose answer had to wait
  base::Counter conflict_checks;   // addresses that were asked for before they were offered
  base::Counter conflict_answers;  // frames that said that such an address is in use
  base::Counter conflicts_found;   // addresses that were set aside for it

  base::Counter transfers_begun;
  base::Counter transfers_completed;
  base::Counter transfers_ended_by_client;  // ERROR from the client: probes and aborts
  base::Counter transfers_given_up;         // the client fell silent
  base::Counter transfers_replaced;         // the client started over
  base::Counter transfers_refused;          // ERROR to the client
  base::Counter blocks_sent;
  base::Counter blocks_resent;
  base::Counter blocks_summed;   // their UDP checksum had to read the payload
  base::Counter buffers_missed;  // no buffer was free for a block: its transfer waited
  base::Counter sightings_lost;  // of clients: their lane was full
  base::Counter frames_captured;
  base::Counter frames_lost_to_capture;  // wanted by one, which had no room for them

  // Nanoseconds. From when a message was received, which is when its loop began, to when its answer
  // was handed to the port, which is when that loop ended: one for each of dhcp_replies, those of
  // the loop that runs excepted.
  base::Histogram dhcp_answer_time;
  base::Histogram commit_wait;    // part of these: what answers waited for leases to be on disk
  base::Histogram transfer_time;  // of completed ones: from the request to the last ACK

  // What is known to the microsecond may seem to end before it began.
  static void note(base::Histogram& histogram, base::Duration time, std::uint64_t count = 1) {
    const base::Duration past = std::max(time, base::Duration::zero());
    histogram.add(static_cast<std::uint64_t>(past.count()), count);
  }
  // A loop has ended, which took so long: its answers that had not waited took as long, too.
  void note_answers(base::Duration loop) {
    const std::uint64_t count = dhcp_replies.value() - dhcp_answer_time.count();
    if (count != 0) note(dhcp_answer_time, loop, count);
  }
  // One that had to wait leaves in this loop.
  void note_late_answer(base::Duration time) {
    dhcp_replies.add();
    note(dhcp_answer_time, time);
  }
  void note_committed(base::Duration time, base::Duration wait) {
    note_late_answer(time);
    note(commit_wait, wait);
  }
  void drop(wire::DropReason reason) { drops[static_cast<std::size_t>(reason)].add(); }
  // What becomes of a frame when it comes; a drop is counted by its reason.
  void note(const Verdict& verdict) {
    switch (verdict.kind()) {
      case Verdict::Kind::reply:
      case Verdict::Kind::minor_reply:
        return frames_answered.add();
      case Verdict::Kind::ready:
      case Verdict::Kind::taken:
        return frames_taken.add();
      case Verdict::Kind::drop:
      case Verdict::Kind::hand_over:
        return;
    }
  }
  // The same of one that was taken when it came.
  void note_resumed(const Verdict& verdict) {
    if (verdict.kind() == Verdict::Kind::drop) late_drops.add();
  }
  void drop_late(wire::DropReason reason) {
    drop(reason);
    late_drops.add();
  }
  void refuse(tftp::Refusal refusal) {
    refusals[static_cast<std::size_t>(refusal)].add();
    transfers_refused.add();
  }
};

}  // namespace stentor::worker
