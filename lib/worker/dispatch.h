// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One frame in, one verdict out: what the whole appliance does with a received frame, without I/O.
// The same code runs in stentord, in the golden tests, in the fuzzer and in the simulator.

#include <cstdint>

#include "base/bytes.h"
#include "base/clock.h"
#include "dhcp/journal.h"
#include "lease/table.h"
#include "wire/frame.h"
#include "worker/counters.h"
#include "worker/parked_requests.h"
#include "worker/pending_acks.h"
#include "worker/port.h"
#include "worker/probe_board.h"
#include "worker/sightings.h"
#include "worker/snapshot.h"
#include "worker/solicitation_board.h"
#include "worker/store_end.h"
#include "worker/tftp_service.h"
#include "worker/verdict.h"

namespace stentor::worker {

// A received frame and where it stands. The bytes are borrowed for the call.
struct FrameArrival {
  PortIndex port = 0;
  std::uint16_t attachment = 0;  // the port queue that serves this port's transfers on this worker
  const PortTraits& traits;
  base::Bytes frame;
  wire::ReceiveChecksums checksums;
  base::Time now{};
  const ParkedRequest* resumed = nullptr;  // null: it has just been received
};

class Dispatcher {
 public:
  // All of them outlive the dispatcher.
  Dispatcher(TftpService& tftp, ParkedRequests& parked, ProbeBoard& probes,
             SolicitationBoard& solicitations, PendingAcks& acks, const StoreEnd& store,
             Sightings& sightings, Counters& counters)
      : tftp_(tftp),
        parked_(parked),
        probes_(probes),
        solicitations_(solicitations),
        acks_(acks),
        store_(store),
        sightings_(sightings),
        counters_(counters) {}

  // A reply is written to `out` (a whole frame of at most out.size() bytes). Counts the replies of
  // each protocol; the caller counts frames and drops. A request whose answer is not due yet is
  // copied to the parked ones, and comes back from there.
  Verdict dispatch(const Snapshot& snapshot, const FrameArrival& arrival, base::MutableBytes out);

  // Before frames of one burst of `port` are dispatched: what will be looked at for them is fetched
  // into the cache, so that their misses overlap. For bursts of DHCP that follow bursts of DHCP.
  void prefetch(const Snapshot& snapshot, PortIndex port, std::span<const base::Bytes> frames);

 private:
  struct Context;

  Verdict on_arp(const Context& context, const wire::ArpMessage& message, base::MutableBytes out);
  Verdict on_echo(const Context& context, const wire::IcmpEcho& echo, base::MutableBytes out);
  Verdict on_router_message(const Context& context, const wire::RouterMessage& message,
                            base::MutableBytes out);
  Verdict on_solicitation(const Context& context, const wire::RouterMessage& message,
                          base::MutableBytes out);
  Verdict on_udp(const Context& context, const wire::UdpDatagram& datagram, base::MutableBytes out);
  Verdict on_dhcp(const Context& context, const wire::UdpDatagram& datagram,
                  base::MutableBytes out);

  dhcp::Decision answer(const Context& context, const wire::UdpDatagram& datagram,
                        base::MutableBytes payload);
  // An ACK's frame: it is sent, or waits until its lease is on disk. `ticket`: nullopt, the store
  // has no room for it.
  Verdict promise(const FrameArrival& arrival, std::optional<std::uint64_t> ticket,
                  base::Bytes frame, const sighting::Glimpse& glimpse);
  // `ack` and its frame wait behind those that do.
  Verdict hold(const FrameArrival& arrival, PendingAck ack, base::Bytes frame,
               const sighting::Glimpse& glimpse);
  Verdict reply_now(const FrameArrival& arrival, std::size_t frame_bytes,
                    const sighting::Glimpse& glimpse);
  Verdict park(const Context& context, const dhcp::Park& park, base::MutableBytes out);
  std::size_t write_probe(const Context& context, const dhcp::Park& park, base::MutableBytes out);
  // What became of the probe of a request that was parked.
  bool close_probe(const Context& context, const ParkedRequest& parked);

  TftpService& tftp_;
  ParkedRequests& parked_;
  ProbeBoard& probes_;
  SolicitationBoard& solicitations_;
  PendingAcks& acks_;
  const StoreEnd store_;
  Sightings& sightings_;
  Counters& counters_;
  // Of the message that is being answered.
  dhcp::Journal journal_;
  dhcp::Caller caller_;
  dhcp::DiscoverLimit discovers_;
  std::uint32_t dhcp_messages_ = 0;  // since the last prefetch()
};

// An ARP announcement of `network`'s address (RFC 5227 section 3): sent at start and on link-up, so
// that switches and neighbours learn where the appliance is. Returns the frame's length.
std::size_t write_announcement(base::MutableBytes out, const PortTraits& traits,
                               const Network& network);

}  // namespace stentor::worker
