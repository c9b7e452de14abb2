// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TFTP on one worker: requests begin transfers, acknowledgements and deadlines move them,
// next_frame() makes what they send. One thread; no I/O.

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/siphash.h"
#include "lease/table.h"
#include "tftp/refusal.h"
#include "wire/data_header.h"
#include "wire/frame.h"
#include "worker/counters.h"
#include "worker/image_use.h"
#include "worker/port.h"
#include "worker/proven_clients.h"
#include "worker/ready_list.h"
#include "worker/request_budget.h"
#include "worker/sightings.h"
#include "worker/snapshot.h"
#include "worker/timing_wheel.h"
#include "worker/transfer_table.h"
#include "worker/verdict.h"
#include "worker/worker_face.h"

namespace stentor::worker {

// One UDP datagram of a received frame, and where it came in.
struct UdpArrival {
  const PortView& port;
  const Network& network;
  const wire::Link& link;
  const PortTraits& traits;
  const wire::UdpDatagram& datagram;
  std::uint16_t attachment = 0;  // the port queue that serves this client's transfers
  base::Time now{};

  [[nodiscard]] wire::Link reply_link() const { return link.reply(traits.mac); }
  // Behind a router the frame's source is the router: zero.
  [[nodiscard]] wire::MacAddress mac_of_client() const {
    return network.address.contains(datagram.source) ? link.source : wire::MacAddress{};
  }
};

// What a transfer sends next.
struct Outgoing {
  enum class Kind : std::uint8_t {
    nothing,  // until an ACK or a deadline
    later,    // it has had its turn
    oack,
    whole,      // a block in netascii, or so short that its frame is padded
    referring,  // blocks inside the image, behind a header each
  };

  Kind kind = Kind::nothing;
  std::uint16_t count = 0;  // of frames
};

// Writes the headers of a run of blocks, one after the other (PortQueue::make_data()).
class BlockWriter {
 public:
  // `transfer` stays as it is meanwhile. Payload sums that `method` wants and the image lacks are
  // made here, and counted in `summed`.
  BlockWriter(const LiveTransfer& transfer, wire::DataChecksum method, base::Counter& summed)
      : state_(transfer.state),
        headers_(transfer.header, state_.bytes_of(state_.next_index()), method),
        summed_(summed) {
    const std::uint64_t index = state_.next_index();
    payload_ = transfer.image->bytes.subspan(state_.offset_of(index), state_.bytes_of(index));
    number_ = state_.number_of(index);
    if (method == wire::DataChecksum::device) return;
    if (transfer.block_sums != kNoBlockSums) {
      const auto kept = transfer.image->block_sums[transfer.block_sums];
      if (!kept.empty()) sums_ = &kept[index - 1];
    }
    makes_sums_ = sums_ == nullptr;
  }

  // Of the next block: its payload and the length of its header, which write_header() writes.
  [[nodiscard]] base::Bytes payload() const { return payload_; }
  [[nodiscard]] std::size_t header_bytes() const { return headers_.bytes(); }
  void write_header(std::uint8_t* out) const { headers_.write(out, number_, payload_sum()); }
  void advance() {
    payload_ = {payload_.data() + payload_.size(), payload_.size()};
    number_ = state_.next_number(number_);
    if (sums_ != nullptr) ++sums_;
  }

 private:
  [[nodiscard]] std::uint16_t payload_sum() const {
    if (!makes_sums_) [[likely]]
      return sums_ == nullptr ? 0 : *sums_;
    if (!payload_.empty()) summed_.add();
    return wire::folded(wire::sum_of(payload_));
  }

  const tftp::Transfer& state_;
  const wire::DataHeaderRun headers_;
  base::Counter& summed_;
  base::Bytes payload_;
  const std::uint16_t* sums_ = nullptr;  // of the payloads, folded
  std::uint16_t number_ = 0;
  bool makes_sums_ = false;
};

class TftpService {
 public:
  // A turn of a transfer that has just begun is one frame, of others one at the least: so in a
  // flood of requests more than nine tenths of what the port carries are left to the live.
  static constexpr std::uint32_t kTurnsOfAll = 12;
  // Of a crowd, whose turn has come has the next ones too, at once or as soon as its client has
  // answered: the others wait in memory, and what is served is in the cache. They get in one go
  // what they would have had meanwhile, unless a round of all takes too long so (kRoundMax): then
  // something else than caches limits, and all have their turns one by one.
  static constexpr std::uint8_t kTurnsInARow = 8;

  // `faces` (HandOverMesh::faces()), `sightings` and `counters` outlive the service.
  // Serves transfers on port queues, its attachments: `queues` are their numbers on their ports.
  TftpService(WorkerIndex self, std::uint32_t transfers_max, std::vector<std::uint16_t> queues,
              std::uint64_t seed, const base::HashKey& key, std::span<WorkerFace> faces,
              Sightings& sightings, Counters& counters, base::Time now);
  // What the tables for so many transfers take, but for what does not grow with them: 176 KiB (the
  // slots of the wheel, the calendar) and 256 KiB (ProvenClients), four bytes an image and some an
  // attachment.
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t transfers_max) {
    return TransferTable::memory_bytes(transfers_max) + TimingWheel::memory_bytes(transfers_max) +
           ReadyList::memory_bytes(transfers_max) + transfers_max * sizeof(base::Time);
  }

  // First of all in each loop: who has which address, from now on.
  void begin_loop(lease::Table& leases) { leases_ = &leases; }

  // Before a burst of frames of a port queue is dispatched: which of them need not be (a bit each),
  // for they are requests of new transfers that could only be dropped, here or by the worker that
  // decides them; they are counted as such. Where more transfers are acknowledged than a cache
  // holds, those that the other frames speak of are fetched all at once, so that one wait is all of
  // theirs. `reasons`: as many as frames; of those that are dropped, why.
  [[nodiscard]] std::uint32_t shed(std::span<const base::Bytes> frames, std::size_t attachment,
                                   const PortSteering& steering, base::Time now,
                                   std::span<wire::DropReason> reasons);

  // Last of all in each loop: whether there is more to do than a loop does. While there is,
  // requests of new transfers have a budget.
  void end_loop(bool is_behind, base::Time now);

  // A datagram to port 69: a request, or in single-port mode any message. An ERROR answer is
  // written to `out` as a whole frame.
  Verdict on_request(const Snapshot& snapshot, const UdpArrival& arrival, base::MutableBytes out);
  // A datagram to a server port of the worker's slice.
  Verdict on_transfer_message(const UdpArrival& arrival);
  // One to a server port of another's slice: its, if it may have a transfer of that client.
  [[nodiscard]] Verdict leave_to(WorkerIndex owner, const wire::UdpDatagram& datagram) const;

  // Fires the deadlines that have passed, a burst of them at the most: transfers become ready
  // again, or end.
  void expire(base::Time now);

  // The next transfer of a port queue that may have frames to send, taken out of the ready list;
  // kNoTransfer if there is none. Whoever takes it puts it back if it stopped short of the end.
  // Those that have just begun wait for one turn in kTurnsOfAll, while others are ready: their
  // requests may be forged.
  TransferIndex take_ready(std::size_t attachment) {
    const std::size_t newcomers = first_newcomer_queue_ + attachment;
    std::size_t queue = first_served_queue_ + attachment;
    if (ready_.empty(queue)) queue = attachment;
    if (!ready_.empty(newcomers)) {
      const bool is_their_turn = ++admissions_[attachment].turns % kTurnsOfAll == 0;
      if (is_their_turn || ready_.empty(queue)) queue = newcomers;
    }
    const TransferIndex taken = ready_.pop(queue);
    ++turns_of_[attachment].taken;
    if (ready_.length(queue) >= kLongQueue) {
      prefetch(ready_.second(queue));
      if (queue == attachment && turns_of_[attachment].come_in_a_row) {
        table_[taken].turns = kTurnsInARow;
      }
    }
    return taken;
  }
  // After each loop's turns.
  void note_turns(std::size_t attachment, base::Time now);
  [[nodiscard]] bool has_ready(std::size_t attachment) const {
    return !ready_.empty(attachment) || !ready_.empty(first_served_queue_ + attachment);
  }
  void make_ready(TransferIndex index) {
    const LiveTransfer& transfer = table_[index];
    const std::size_t first = transfer.turns != 0 ? first_served_queue_ : 0;
    ready_.push(first + transfer.attachment, index);
  }
  // What is sent again goes before what is new: who lost a frame is likelier to lose the next.
  void make_ready_first(TransferIndex index) {
    ready_.push_front(first_served_queue_ + table_[index].attachment, index);
  }

  // A turn of a transfer (deficit round robin, by bytes, so that a client of large blocks has no
  // more of the device than one of small ones): begin_turn(); then, as long as next_outgoing() has
  // something, frames of it by block_writer() or write_frame(), and mark_sent(); then end_turn() if
  // anything was sent.
  void begin_turn(TransferIndex index);
  // `max` frames at the most. A transfer whose next block may not leave yet has nothing: it waits
  // out of the ready list until it may.
  [[nodiscard]] Outgoing next_outgoing(TransferIndex index, std::size_t max, base::Time now);
  // For `referring` frames.
  [[nodiscard]] BlockWriter block_writer(TransferIndex index, bool checksum_by_device) {
    return {table_[index],
            checksum_by_device ? wire::DataChecksum::device : wire::DataChecksum::from_sum,
            counters_.blocks_summed};
  }
  // An OACK, or a `whole` block, into `out` (kFrameBytesMax); returns the frame's length.
  std::size_t write_frame(TransferIndex index, base::MutableBytes out);
  // `count` frames of it.
  void mark_sent(TransferIndex index, std::uint16_t count, base::Time now);
  void end_turn(TransferIndex index);
  // There was no buffer for a frame: the transfer is ready again a millisecond later, and ends like
  // one whose client is silent if it finds none, for ever.
  void postpone(TransferIndex index, base::Time now);

  [[nodiscard]] WorkerIndex self() const { return self_; }
  [[nodiscard]] std::uint32_t live() const { return table_.live(); }
  // Any thread, to read.
  [[nodiscard]] const ImageUse& images() const { return images_; }
  // Those of them whose client has acknowledged something.
  [[nodiscard]] std::uint32_t proven() const { return proven_; }

 private:
  // Of fewer transfers that are acknowledged a level-2 cache has the records and links (450 KiB).
  static constexpr std::uint32_t kPrefetchFrom = 2048;
  // Whose turn comes after so many others' has left the cache since its ACK.
  static constexpr std::uint32_t kLongQueue = 1024;

  // Of ten thousand transfers three find none that the device brings to their worker.
  static constexpr std::size_t kPortTriesAWorker = 8;

  struct Opened {
    const image::Image* image;
    tftp::Mode mode;
    tftp::Grant grant;
    const tftp::Limits& limits;
    bool is_awaited;
  };

  // Whether a port queue's transfers wait too long for their turns. One that has just begun is
  // watched at a time, until it has had its first turn: it comes after all who asked before. While
  // the queue is overloaded, the next one begins when the one before has had its turn, and none
  // other: so it is always found out when the load is gone, and nobody is locked out for good.
  struct Admission {
    TransferIndex watched = kNoTransfer;
    std::uint32_t turns = 0;  // of all, while there are newcomers
    bool is_overloaded = false;
    base::Time begun{};
  };

  // How fast a port queue's turns go by.
  struct Turns {
    std::uint64_t taken = 0;  // or looked for
    base::Time since{};
    bool come_in_a_row = false;  // those of whoever has waited, of a crowd
  };

  // All that its ACK, its turn or its end touches; `index` may be kNoTransfer. A function that only
  // prefetches is one without effects to the compiler, which may leave out a call that it has not
  // put in line.
  [[gnu::always_inline]] void prefetch(TransferIndex index) const {
    if (index == kNoTransfer) return;
    table_.prefetch(index);
    wheel_.prefetch(index);
    ready_.prefetch(index);
  }
  // Whose requests are no stranger's: who forges one has to know who is there. `owner`: of them.
  [[nodiscard]] bool is_known(WorkerIndex owner, wire::Ipv4Address client, base::Time now) const {
    return faces_[owner].proven->has(client) || holds_lease(client, now);
  }
  // Why requests of new transfers are dropped, if they are: on any port queue, on this one.
  [[nodiscard]] std::optional<wire::DropReason> reason_to_shed(bool is_known, base::Time now);
  [[nodiscard]] std::optional<wire::DropReason> reason_to_shed(std::size_t attachment,
                                                               bool is_known, base::Time now);
  // The same of a request that has come to its owner; counts it, if there is no reason.
  [[nodiscard]] std::optional<wire::DropReason> turn_away(const UdpArrival& arrival);
  [[nodiscard]] WorkerIndex owner_of_requests(wire::Ipv4Address client,
                                              const PortSteering& steering) const {
    const std::uint64_t hash = wire::flow_hash(key_[1], client, /*port=*/0);
    return steering.workers[hash % steering.workers.size()];
  }
  // Of a client whose requests are this worker's; `old`: its transfer from the same port.
  Verdict on_owned_request(const Snapshot& snapshot, const UdpArrival& arrival, TransferIndex old,
                           base::MutableBytes out);
  Verdict open(const Snapshot& snapshot, const UdpArrival& arrival,
               const tftp::ReadRequest& request, TransferIndex old, base::MutableBytes out);
  Verdict begin(const UdpArrival& arrival, const Opened& opened, TransferIndex old);
  [[nodiscard]] bool is_overloaded(std::size_t attachment) const {
    const Admission& admission = admissions_[attachment];
    return admission.is_overloaded && admission.watched != kNoTransfer;
  }
  void watch(TransferIndex index, base::Time now);
  void make_newcomer_ready(TransferIndex index) {
    ready_.push(first_newcomer_queue_ + table_[index].attachment, index);
  }
  void look_at_watched(base::Time now);
  [[nodiscard]] bool has_room(bool for_known) const {
    return table_.live() < table_.capacity() || !ready_.empty(held_queue_) ||
           (for_known && !ready_.empty(unproven_queue_));
  }
  bool make_room(wire::Ipv4Address client, base::Time now);
  TransferIndex take_stranger(base::Time now);
  // It does not only wait for a first ACK any more.
  void leave_unproven(TransferIndex index) {
    ready_.remove_from(held_queue_, index);
    ready_.remove_from(unproven_queue_, index);
  }
  [[nodiscard]] bool is_copy(const LiveTransfer& old, const UdpArrival& arrival) const;
  Verdict repeat(TransferIndex index, const UdpArrival& arrival);
  Verdict refuse(const UdpArrival& arrival, tftp::Refusal refusal, base::MutableBytes out);
  // The same of a file that somebody wants.
  Verdict deny(const UdpArrival& arrival, const tftp::ReadRequest& request, tftp::Refusal refusal,
               base::MutableBytes out);
  Verdict on_ack(TransferIndex index, std::uint16_t block, const UdpArrival& arrival);
  static void follow_client(LiveTransfer& transfer, const UdpArrival& arrival);
  // False: its end must not be lost, and cannot be told yet: it stays in the table until then.
  bool complete(TransferIndex index, base::Time now);
  [[nodiscard]] bool must_stay(const LiveTransfer& transfer);
  void keep_untold(TransferIndex index, base::Time now);
  void give_up(TransferIndex index, base::Time now);
  // `heard`: when its client was last heard.
  void end(TransferIndex index, base::Counter& outcome, sighting::Seen how, base::Time heard);
  void unwatch(TransferIndex index);
  // Whether a machine that is to boot a file once asks, or perhaps does.
  [[nodiscard]] static bool is_awaited(const Snapshot& snapshot, const UdpArrival& arrival);
  void note_begun(TransferIndex index, const UdpArrival& arrival);
  void note_progress(TransferIndex index, base::Time now);
  void note_ended(TransferIndex index, sighting::Seen how, base::Time heard);
  void note_denied(const UdpArrival& arrival, tftp::Refusal refusal, std::string_view file_name);
  // Filled in but for a file's name; null: it is lost.
  sighting::Sighting* claim_sighting(TransferIndex index, sighting::Seen seen, base::Time at);
  bool wait_for_pace(TransferIndex index, base::Time now);
  // The block as it is sent: in mode netascii made anew each time.
  static void read_block(LiveTransfer& transfer, const tftp::Block& block, base::MutableBytes out);
  [[nodiscard]] bool may_fetch(const Snapshot& snapshot, wire::Ipv4Address client,
                               base::Time now) const;
  [[nodiscard]] bool holds_lease(wire::Ipv4Address client, base::Time now) const;
  void look_once_a_second(TransferIndex index, base::Time now);
  void wake_paced(base::Time now);
  [[nodiscard]] unsigned resends_max(const LiveTransfer& transfer, base::Time now) const;
  // Of this worker's server ports: the first, and any one.
  [[nodiscard]] std::uint16_t first_server_port(const PortSteering& steering) const;
  [[nodiscard]] std::uint16_t any_server_port(const PortSteering& steering);
  // For a transfer: one whose ACKs the device brings to this worker, where it is known which are;
  // any, where luck has it that none is found. But not `not_this`, if there are others.
  [[nodiscard]] std::uint16_t server_port_for(const UdpArrival& arrival, std::uint16_t not_this);

  const WorkerIndex self_;
  const base::HashKey key_;
  lease::Table* leases_ = nullptr;  // this loop's
  Sightings& sightings_;
  Counters& counters_;
  base::Random random_;
  TransferTable table_;
  const std::span<WorkerFace> faces_;  // by worker
  std::vector<base::Time> begun_;      // by transfer; beside the records, which are full
  ImageUse images_;                    // of the transfers in table_
  TimingWheel wheel_;
  ReadyList ready_;
  // The queue of ready_ after the attachments': who never acknowledged, and is held in silence with
  // nothing to send.
  const std::size_t held_queue_;
  // The one after it: whose first ACK may still be on its way, the oldest first.
  const std::size_t unproven_queue_;
  static constexpr std::uint64_t kStretches = 4096;  // of the calendar
  // From here on its queues are a calendar of those whose next block waits for its time: one queue
  // a stretch of time, in a circle.
  const std::size_t first_paced_queue_;
  // One queue an attachment of those whose answer to their request has not left yet.
  const std::size_t first_newcomer_queue_;
  // And one of those that have turns left of kTurnsInARow.
  const std::size_t first_served_queue_;
  std::uint64_t next_stretch_ = 0;           // to be woken
  std::vector<Admission> admissions_;        // of each attachment
  std::vector<Turns> turns_of_;              // likewise
  const std::vector<std::uint16_t> queues_;  // likewise: its number on its port
  RequestBudget budget_;
  RequestBudget known_budget_;  // for who is no stranger, once budget_ is spent
  ProvenClients proven_clients_;
  bool is_behind_ = false;
  std::size_t watched_ = 0;  // how many of them watch a transfer
  std::uint32_t proven_ = 0;
};

// The longest frame that a worker writes as a whole: a jumbo frame of netascii, or an echo as long
// as its request.
inline constexpr std::size_t kFrameBytesMax = 9728;
static_assert(wire::kDataHeaderBytesMax + tftp::kTextBlksizeMax <= kFrameBytesMax);

}  // namespace stentor::worker
