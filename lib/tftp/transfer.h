// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One read transfer as a state machine without I/O: RFC 1350, 2347, 7440. The worker feeds it ACKs
// and times; it says which block goes next and when to wake it.
//
// Blocks are counted in 64 bits from 1 (block 0 stands for the OACK); the 16-bit number on the wire
// is derived, so files of any length roll over as often as they must.
//
// Loss: windowsize 1: a duplicate ACK causes nothing (RFC 1123 4.2.3.1). windowsize above 1: an ACK
// inside the window, or of the block just before it, is a loss report: sending resumes after it,
// once; its repeats do nothing until the number moves or the timer (or a probe) passes. A report
// that cannot be one is not believed, because each would be answered by a needless window, whose
// copies make the client report again, and so on to the end of the file:
// - of the block just before the window, sooner after the number moved than 7/8 of the shortest
//   round trip: nobody can have answered yet what was sent since (a network that duplicates);
// - sooner after a resend began than the shortest round trip: the client speaks of the first
//   copies, and what it lacks is on its way; if its number moved, the window moves with it;
// - of the block just before the window, if its own ACK came that soon after a resend, or
//   acknowledged just what had been sent before a resend, which went no further: the client may
//   have had the blocks already, and then it acknowledges each copy;
// - of just what had been sent before a resend, which went further: the first copy of a block that
//   the client had already makes it say so (if the next block is lost, it will say that again).
// Where a window takes long to leave, copies of several resends can queue on the path, and the
// shortest round trip says little. So after more than kResendsPlain resends in a row the number
// moves the window, but no report is believed until what was sent before has arrived or is lost: a
// block is acknowledged that was first sent by the newest resend or after it, or a probe is due and
// the client has been quiet as long as one waits (no longer than the timer). Not so with a
// negotiated timeout, which has no probes and may be minutes.
// The shortest round trip is at first that of the OACK. If that went unmeasured, because it was
// sent twice or its ACK was lost, a quarter of the first window's stands for it, or the time from
// the newest OACK to its ACK if that is longer: a bound that is too low lets one report too many be
// believed, one that is too high none.
//
// Pace: a window that fills is spread over the time that the network takes for it (pace.h). due()
// says when the next block may leave; whoever sends obeys it. Nothing is learned while the shortest
// round trip is only a quarter of a window's: the rest would be taken for a queue.
//
// Time: retransmission follows the measured round trip (RFC 6298's shape in microseconds, Karn's
// rule). Back-off lasts until a round trip has been measured (RFC 6298 section 5.7), for of a
// window that was sent twice none is: behind a link that takes longer for a window than the timer's
// first guess each window would leave twice for good, and its copies would queue. An ACK short of
// what was sent ends it too: what followed was lost, and is not only slow. A negotiated timeout
// replaces it, without back-off; before its OACK is acknowledged it is not agreed on, and the timer
// starts at a second, as without it: how long a request holds its slot is not for the requester to
// say. A timeout sends the window again from the first block that is not acknowledged. A transfer
// ends by silence after kResendsMin resends in a row once the client's number has not moved for
// kSilenceMax, however short its timeout: GRUB withholds ACKs while its queue is full, others write
// to flash between blocks. While blocks of a window are still to leave, held back by their pace or
// by other transfers' turns, the timer waits for them: it is the end of the window that a client
// answers.
//
// Probes: of a window whose end is lost, or the ACK of it, a client says nothing, and of a resend
// that is lost nothing new; the timer's floor may be a hundred round trips. So the newest block
// leaves once more before it (RFC 8985 section 7), when the RTO without its floor has passed since
// the window was out (RFC 9002 section 6.2). Who has the block acknowledges the copy, who lacks it
// takes it, who lacks more reports that. If the client has repeated a report that was no longer
// believed, late enough to answer the newest resend, that resend was lost: the window leaves again
// in place of the probe. Up to kProbesMax of these until the number moves; they are no timeouts,
// and the timer, which they do not back off, starts over with each. There are none with windowsize
// 1, with a negotiated timeout, while hushed, after a timeout until back-off ends, and
// before anything was sent again: where nothing is lost, the timer is all there is. An ACK of all
// that was sent, sooner after a probe than the shortest round trip, was on its way before it: it
// measures the window, from the time that the probe waited.
//
// Some clients never acknowledge the last block, so silence after it counts as success; but only of
// a client that has acknowledged anything, its OACK or a block. A file of one block that was asked
// for without options has no earlier ACK: it is complete when its block is acknowledged.
//
// A client that has never acknowledged gets `resends_max` resends, and is then held in silence
// until its request is kUnprovenHold old: its ACK may come later than our timer, which knows
// nothing of its round trip yet.
//
// Signs of life: a valid ACK is one of a block in the window, or of the block just before it, so
// also a copy of the last one. An ACK from further behind is none: the network delivers late, and a
// machine that was reset acknowledges block 0 to whatever it hears. Nor is one of what was not
// sent.
//
// Owned by one worker; no call allocates or does I/O. `now` never goes back.

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "tftp/negotiate.h"

namespace stentor::tftp {

// How long an acknowledging client may stand still.
inline constexpr base::Duration kSilenceMax = std::chrono::seconds{60};
// And how many resends it gets in any case, should its negotiated timeout be a long one.
inline constexpr unsigned kResendsMin = 5;
// How long a client may take to its first ACK, counted from its request or its last repeat,
// whatever timeout it asked for. Longer than firmware waits before it asks again (EDK2: 4 s), so
// that nobody slower is lost. What a flood of forged requests costs by it: see
// TftpService::make_room().
inline constexpr base::Duration kUnprovenHold = std::chrono::seconds{5};

// Probes until the client's number moves.
inline constexpr unsigned kProbesMax = 3;
// Resends in a row of which no ACK told for sure what became of them, and reports are believed.
inline constexpr unsigned kResendsPlain = 8;

// How long a transfer sends nothing of its own accord once its client's request is heard again:
// either the network made a copy, and the client's next ACK ends the silence, or the client was
// reset and would take the old transfer's blocks for the new one's. Longer than firmware waits
// before it asks once more (EDK2: 4 s); it ends, because a client that only listens (GRUB) may have
// lost a block just then.
inline constexpr base::Duration kSilenceAfterRepeat = std::chrono::seconds{5};

struct Block {
  std::uint16_t number = 0;  // on the wire
  std::uint64_t offset = 0;  // of its first byte in the file
  std::uint16_t bytes = 0;   // 0 to blksize
  std::uint64_t index = 0;   // counted from 1
};

enum class AckEffect : std::uint8_t {
  advanced,   // blocks may be ready
  resumed,    // a loss report: sending starts again after it
  duplicate,  // nothing to do
  beyond,     // names a block that was not sent
  complete,   // the last block is acknowledged
};

enum class TimeoutEffect : std::uint8_t {
  early,     // the deadline has moved since: nothing to do
  resend,    // blocks (or the OACK) are ready again
  probe,     // the newest block is ready again
  held,      // a client that never acknowledged has had its resends: deadline() is its end
  complete,  // all was sent to a client that acknowledges, but for the end: a success (quirk 40)
  given_up,  // too many in a row
};

class Transfer {
 public:
  // `file_bytes`: as many as are sent, in the mode that was asked for.
  Transfer(const Grant& grant, const Limits& limits, std::uint64_t file_bytes, base::Time now);

  AckEffect on_ack(std::uint16_t number, base::Time now);
  // `resends_max`: how many resends in a row are for a client that has never acknowledged.
  TimeoutEffect on_timeout(base::Time now, unsigned resends_max);

  // As given to the constructor, for write_oack().
  [[nodiscard]] Grant grant() const;
  [[nodiscard]] std::uint16_t blksize() const { return blksize_; }

  // The OACK is to be sent (again). Cleared by mark_oack_sent().
  [[nodiscard]] bool oack_ready() const { return oack_ready_; }
  void mark_oack_sent(base::Time now);

  // The next block that the window allows, or nullopt.
  [[nodiscard]] std::optional<Block> next_block() const;
  // How many blocks, `max` at the most, may leave at once, all as long as the next one: a run of
  // them from next_index() on. For each block its offset, length and number can be asked alone: the
  // hot path passes no Block through memory.
  [[nodiscard]] std::uint16_t ready_blocks(std::uint16_t max) const;
  [[nodiscard]] std::uint64_t next_index() const { return acknowledged_ + next_ahead_ + 1; }
  [[nodiscard]] std::uint64_t offset_of(std::uint64_t index) const {
    return (index - 1) * blksize_;
  }
  // Of a block that the file has.
  [[nodiscard]] std::uint16_t bytes_of(std::uint64_t index) const {
    const std::uint64_t rest = file_bytes_ - offset_of(index);
    return rest < blksize_ ? static_cast<std::uint16_t>(rest) : blksize_;
  }
  // After 65535 comes 0 or 1. The index 0 (the OACK) is number 0 either way.
  [[nodiscard]] std::uint16_t number_of(std::uint64_t index) const {
    if (!rollover_to_one_ || index == 0) return static_cast<std::uint16_t>(index);
    return static_cast<std::uint16_t>((index - 1) % 65535 + 1);
  }
  [[nodiscard]] std::uint16_t next_number(std::uint16_t number) const {
    return number == UINT16_MAX ? std::uint16_t{rollover_to_one_} : ++number;
  }
  // Moves past `count` blocks of ready_blocks().
  void mark_sent(base::Time now, std::uint16_t count = 1);
  // What is ready could not be sent, for want of a buffer. It stays ready; a deadline passes as if
  // it had been lost, so that a transfer that can never send ends by silence.
  void mark_unsent(base::Time now);
  // When what is ready may leave, at `now` or later; an OACK is not held back.
  [[nodiscard]] base::Time due(base::Time now) const {
    return oack_pending_ ? now : pace_.due(now);
  }

  // Before the first ACK a repeated RRQ is a retransmission: what was sent is ready again.
  [[nodiscard]] bool is_acknowledged() const { return acknowledging_; }
  void restart_unacknowledged(base::Time now);
  // After it, a repeated RRQ that is ignored silences the timer, for kSilenceAfterRepeat or until
  // the next valid ACK, at which deadline() may be earlier than before.
  void hush(base::Time now);
  [[nodiscard]] bool is_hushed() const { return hushed_; }

  [[nodiscard]] base::Time deadline() const {
    return deadline_;  // kNever if nothing is outstanding, nor was to be sent in vain
  }
  // Since the client's last valid ACK; before the first one, since its request or its repeat.
  [[nodiscard]] base::Duration silence(base::Time now) const;
  [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }
  [[nodiscard]] std::uint64_t bytes_acknowledged() const;
  // Blocks and OACKs that were sent again.
  [[nodiscard]] std::uint64_t retransmissions() const { return retransmissions_; }

 private:
  [[nodiscard]] std::uint32_t ahead_of_acknowledged(std::uint16_t number) const;
  [[nodiscard]] std::uint32_t number_cycle() const;
  AckEffect acknowledge_oack(std::uint16_t number, base::Time now);
  AckEffect advance(std::uint32_t blocks, base::Time now);
  AckEffect report_loss(base::Time now);
  [[nodiscard]] bool is_resend_under_way(base::Time now) const;
  void note_heard(base::Time now);
  void note_progress(bool ends_back_off, base::Time now);
  TimeoutEffect probe(base::Time now);
  [[nodiscard]] bool is_probing() const;
  [[nodiscard]] bool is_in_doubt() const { return doubts_ > kResendsPlain && !is_timeout_agreed(); }
  void note_resend();
  void rewind();
  void resume();
  bool sample_round_trip(base::Time now);
  void take_sample(std::uint32_t sample);
  void begin_rtt_min(std::uint32_t first_sample);
  bool guess_round_trip(base::Time now);
  void learn_pace(std::uint32_t blocks, base::Time now);
  [[nodiscard]] std::uint64_t measured_rto_us() const;
  void reset_rto();
  // RFC 2347: with its OACK's ACK the client accepts it.
  [[nodiscard]] bool is_timeout_agreed() const { return timeout_us_ != 0 && acknowledging_; }
  [[nodiscard]] base::Time next_deadline(base::Time now) const;
  // Whether `blocks` are all of the file: the last one is the first that is not full, an empty one
  // if need be (RFC 1350 section 6).
  [[nodiscard]] bool is_whole(std::uint64_t blocks) const {
    return blocks * blksize_ > file_bytes_;
  }

  // Invariant: next_ahead_, resent_ahead_ <= sent_ahead_ <= windowsize_, and acknowledged_ +
  // sent_ahead_ <= blocks of the file.
  // "Ahead" counts blocks after acknowledged_.
  std::uint64_t file_bytes_;
  std::uint64_t acknowledged_ = 0;
  base::Time deadline_ = base::kNever;

  // Points in time, in microseconds: compared with others at most 71 minutes away.
  std::uint32_t moved_us_;       // when the client's number last moved; first, when it began
  std::uint32_t sent_us_ = 0;    // when a block (or the OACK) last left
  std::uint32_t resent_us_ = 0;  // when the last resend began, if resent_
  std::uint32_t heard_us_;       // see silence()

  std::uint32_t timeout_us_;  // 0: not negotiated
  Pace pace_;
  std::uint32_t rto_us_ = 0;  // in force now: backed off, or the negotiated timeout
  std::uint32_t rto_min_us_;
  std::uint32_t rto_max_us_;
  std::uint32_t srtt_us_ = 0;
  std::uint32_t rttvar_us_ = 0;
  std::uint32_t rtt_min_us_ = 0;
  std::uint32_t retransmissions_ = 0;

  std::uint16_t blksize_;
  std::uint16_t windowsize_;
  std::uint16_t next_ahead_ = 0;  // blocks sent in this pass over the window
  std::uint16_t sent_ahead_ = 0;  // blocks ever sent
  // Of these, the ones sent before the newest resend began; 0 after it has been answered.
  std::uint16_t resent_ahead_ = 0;
  std::uint8_t resends_ = 0;  // timeouts since progress

  // What was granted besides.
  bool oack_blksize_ : 1;
  bool oack_tsize_ : 1;
  bool oack_timeout_ : 1;
  bool oack_windowsize_ : 1;
  bool oack_utimeout_ : 1;
  bool oack_rollover_ : 1;

  bool learns_pace_ : 1;
  bool rollover_to_one_ : 1;
  bool oack_pending_ : 1;       // not yet acknowledged: no block may leave
  bool oack_ready_ : 1;         // to be sent
  bool oack_sent_ : 1 = false;  // at least once
  bool acknowledging_ : 1 = false;
  bool timed_ : 1 = false;          // Karn: the newest block was sent once
  bool sampled_ : 1 = false;        // srtt_us_ and its companions hold a measurement
  bool rtt_min_known_ : 1 = false;  // not only guessed
  bool pace_on_trial_ : 1 = false;  // the newest window without a resend has made it faster
  bool resent_ : 1 = false;         // some block was sent again
  bool report_spent_ : 1 = false;   // a report of acknowledged_ is not believed (any more)
  // Such a report was repeated once the newest resend could have been answered.
  bool report_repeated_ : 1 = false;
  bool backed_off_ : 1 = false;  // rto_us_, and see "Time"
  bool unsent_ : 1 = false;      // what is ready found no buffer
  bool hushed_ : 1 = false;      // rto_us_ is kSilenceAfterRepeat at least
  std::uint8_t probes_ : 2 = 0;  // since the number moved
  // Resends, probes included, since an ACK told for sure; kResendsPlain + 1 at the most.
  std::uint8_t doubts_ : 4 = 0;
};
// A worker's transfer, its addresses and links included, fits three cache lines.
static_assert(sizeof(Transfer) <= 96);

}  // namespace stentor::tftp
