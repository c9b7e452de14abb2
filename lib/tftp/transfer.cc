// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/transfer.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace stentor::tftp {
namespace {

// RFC 6298 section 2: before the first measurement.
constexpr std::uint32_t kRtoInitialUs = 1'000'000;
// The clock's granularity G of RFC 6298.
constexpr std::uint32_t kGranularityUs = 1;
// What the OACK's round trip leaves out of a window's: its way through a link of 4 Mb/s.
constexpr std::uint64_t kFirstWindowUsAByte = 2;
// Half of the number space: an ACK further ahead is one from behind.
constexpr std::uint32_t kHalfCycle = 32768;

std::uint32_t microseconds(base::Duration duration) {
  const auto count = duration.count() / 1000;
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t stamp_of(base::Time time) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.time_since_epoch().count()) /
                                    1000);
}

std::uint32_t microseconds_since(std::uint32_t stamp, base::Time now) {
  return stamp_of(now) - stamp;
}

}  // namespace

Transfer::Transfer(const Grant& grant, const Limits& limits, std::uint64_t file_bytes,
                   base::Time now)
    : file_bytes_(file_bytes),
      moved_us_(stamp_of(now)),
      heard_us_(stamp_of(now)),
      timeout_us_(grant.timeout_us),
      pace_(limits.pace, grant.blksize, grant.windowsize, now),
      rto_min_us_(microseconds(limits.rto_min)),
      rto_max_us_(microseconds(limits.rto_max)),
      blksize_(grant.blksize),
      windowsize_(grant.windowsize),
      oack_blksize_(grant.oack_blksize),
      oack_tsize_(grant.oack_tsize),
      oack_timeout_(grant.oack_timeout),
      oack_windowsize_(grant.oack_windowsize),
      oack_utimeout_(grant.oack_utimeout),
      oack_rollover_(grant.rollover.has_value()),
      learns_pace_(limits.pace.learns),
      rollover_to_one_(grant.rollover.value_or(limits.rollover) == 1),
      oack_pending_(grant.has_oack()),
      oack_ready_(grant.has_oack()) {
  CHECK(windowsize_ >= 1 && windowsize_ <= kWindowsizeMax);
  CHECK(limits.rollover <= 1 && grant.rollover.value_or(0) <= 1);
  reset_rto();
}

AckEffect Transfer::on_ack(std::uint16_t number, base::Time now) {
  if (oack_pending_) return acknowledge_oack(number, now);
  const std::uint32_t ahead = ahead_of_acknowledged(number);
  if (ahead <= sent_ahead_) {
    note_heard(now);
    return ahead == 0 ? report_loss(now) : advance(ahead, now);
  }
  // An ACK of earlier blocks that the network delayed moves nothing back.
  const std::uint32_t behind = number_cycle() - ahead;
  const bool is_late = ahead >= kHalfCycle && behind <= acknowledged_ &&
                       (number == 0 || number_of(acknowledged_ - behind) == number);
  return is_late ? AckEffect::duplicate : AckEffect::beyond;
}

TimeoutEffect Transfer::on_timeout(base::Time now, unsigned resends_max) {
  if (now < deadline_) return TimeoutEffect::early;
  // The client answers the end of the window, which has not left yet: we are late, not the client.
  if (!unsent_ && next_ahead_ != 0 && ready_blocks(1) != 0) {
    deadline_ = next_deadline(due(now));
    return TimeoutEffect::early;
  }
  if (is_probing()) return probe(now);
  if (!acknowledging_ && resends_ >= resends_max && silence(now) < kUnprovenHold) {
    deadline_ = now + (kUnprovenHold - silence(now));
    return TimeoutEffect::held;
  }
  if (!acknowledging_ && resends_max == 0) return TimeoutEffect::given_up;
  const bool is_silent =
      resends_ >= kResendsMin && microseconds_since(moved_us_, now) >= microseconds(kSilenceMax);
  // Of who acknowledges, time alone decides: with a timeout of 10 ms 255 resends are 3 s, and a
  // client may be busy for longer.
  if (is_silent || (!acknowledging_ && resends_ >= resends_max)) {
    deadline_ = base::kNever;
    return acknowledging_ && is_whole(acknowledged_ + sent_ahead_) ? TimeoutEffect::complete
                                                                   : TimeoutEffect::given_up;
  }
  if (resends_ < std::numeric_limits<std::uint8_t>::max()) ++resends_;
  if (hushed_) {
    hushed_ = false;
    reset_rto();
  }
  if (!is_timeout_agreed()) {
    rto_us_ = rto_us_ > rto_max_us_ / 2 ? rto_max_us_ : rto_us_ * 2;
    backed_off_ = true;
  }
  // What was on the path when the timer started has arrived or is lost.
  doubts_ = 0;
  rewind();
  report_spent_ = false;
  report_repeated_ = false;
  deadline_ = next_deadline(now);
  return TimeoutEffect::resend;
}

Grant Transfer::grant() const {
  return {
      .blksize = blksize_,
      .windowsize = windowsize_,
      .timeout_us = timeout_us_,
      .rollover = oack_rollover_ ? std::optional<std::uint16_t>(rollover_to_one_) : std::nullopt,
      .oack_blksize = oack_blksize_,
      .oack_tsize = oack_tsize_,
      .oack_windowsize = oack_windowsize_,
      .oack_timeout = oack_timeout_,
      .oack_utimeout = oack_utimeout_};
}

void Transfer::mark_oack_sent(base::Time now) {
  CHECK(oack_ready_);
  timed_ = !oack_sent_;
  retransmissions_ += oack_sent_ ? 1 : 0;
  oack_ready_ = false;
  oack_sent_ = true;
  sent_us_ = stamp_of(now);
  deadline_ = next_deadline(now);
}

std::optional<Block> Transfer::next_block() const {
  if (ready_blocks(1) == 0) return std::nullopt;
  const std::uint64_t index = next_index();
  return Block{.number = number_of(index),
               .offset = offset_of(index),
               .bytes = bytes_of(index),
               .index = index};
}

std::uint16_t Transfer::ready_blocks(std::uint16_t max) const {
  const std::uint64_t index = next_index();
  if (oack_pending_ || next_ahead_ >= windowsize_ || is_whole(index - 1)) return 0;
  // A pace is kept block by block. Blocks that are sent again make a run of their own.
  if (pace_.interval_ns() != 0) return 1;
  const auto end = next_ahead_ < sent_ahead_ ? sent_ahead_ : windowsize_;
  const auto count = std::min(max, static_cast<std::uint16_t>(end - next_ahead_));
  const std::uint64_t rest = file_bytes_ - offset_of(index);
  if (std::uint64_t{count} * blksize_ <= rest) return count;
  // The last block of the file, which is short, stands alone.
  return std::max<std::uint16_t>(static_cast<std::uint16_t>(rest / blksize_), 1);
}

void Transfer::mark_sent(base::Time now, std::uint16_t count) {
  CHECK(next_ahead_ + count <= (next_ahead_ < sent_ahead_ ? sent_ahead_ : windowsize_));
  if (next_ahead_ == sent_ahead_) {
    sent_ahead_ = static_cast<std::uint16_t>(sent_ahead_ + count);
    timed_ = true;
  } else {
    retransmissions_ += count;
    if (next_ahead_ == 0) resent_us_ = stamp_of(now);
    resent_ = true;
  }
  next_ahead_ = static_cast<std::uint16_t>(next_ahead_ + count);
  unsent_ = false;
  sent_us_ = stamp_of(now);
  pace_.note_sent(now);
  // The client answers the end of the window, so the clock runs from the newest block.
  deadline_ = next_deadline(now);
}

void Transfer::mark_unsent(base::Time now) {
  unsent_ = true;
  // A deadline that runs is kept: it bounds how long the blocks before are waited for.
  if (deadline_ == base::kNever) deadline_ = next_deadline(now);
}

void Transfer::restart_unacknowledged(base::Time now) {
  if (acknowledging_) return;
  note_heard(now);
  rewind();
}

void Transfer::hush(base::Time now) {
  hushed_ = true;
  rto_us_ = std::max(rto_us_, microseconds(kSilenceAfterRepeat));
  if (deadline_ != base::kNever) deadline_ = std::max(deadline_, next_deadline(now));
}

base::Duration Transfer::silence(base::Time now) const {
  return std::chrono::microseconds{microseconds_since(heard_us_, now)};
}

std::uint64_t Transfer::bytes_acknowledged() const {
  return std::min(acknowledged_ * blksize_, file_bytes_);
}

AckEffect Transfer::acknowledge_oack(std::uint16_t number, base::Time now) {
  if (number != 0 || !oack_sent_) return AckEffect::beyond;
  // After a second it may be the client's own repeat of an ACK that was lost, and no round trip.
  const bool is_measured =
      microseconds_since(sent_us_, now) < kRtoInitialUs && sample_round_trip(now);
  note_heard(now);
  oack_pending_ = false;
  oack_ready_ = false;
  timed_ = false;
  deadline_ = base::kNever;
  pace_.begin_window(now);
  note_progress(is_measured, now);
  return AckEffect::advanced;
}

AckEffect Transfer::advance(std::uint32_t blocks, base::Time now) {
  // Among them is one that was first sent by the newest resend or after it.
  if (blocks > resent_ahead_) doubts_ = 0;
  // Sooner than the resend can have been answered: the client speaks of the first copies.
  const bool answers_first_copies = is_resend_under_way(now);
  // Exactly what had been sent before the resend: the first copy that it sees again makes it say
  // so. What follows, if anything, was sent once and is on its way.
  const bool had_them_all = blocks == resent_ahead_;
  // Short of what was sent: that was lost, and not only slow.
  bool ends_back_off = true;
  if (blocks == sent_ahead_) {
    learn_pace(blocks, now);
    ends_back_off = sample_round_trip(now);
  } else {
    guess_round_trip(now);
  }
  acknowledged_ += blocks;
  sent_ahead_ = static_cast<std::uint16_t>(sent_ahead_ - blocks);
  next_ahead_ =
      static_cast<std::uint16_t>(next_ahead_ - std::min<std::uint32_t>(next_ahead_, blocks));
  resent_ahead_ =
      static_cast<std::uint16_t>(resent_ahead_ - std::min<std::uint32_t>(resent_ahead_, blocks));
  note_progress(ends_back_off, now);
  if (sent_ahead_ == 0) {
    // It had them all, or may have had: then copies reach it, and it will acknowledge those too.
    report_spent_ = answers_first_copies || had_them_all;
    deadline_ = base::kNever;
    pace_.begin_window(now);
    return is_whole(acknowledged_) ? AckEffect::complete : AckEffect::advanced;
  }
  // RFC 7440 section 4: the client stopped short of what was sent, so what follows was lost.
  report_spent_ = !answers_first_copies && !had_them_all;
  if (report_spent_) resume();
  deadline_ = next_deadline(now);
  return report_spent_ ? AckEffect::resumed : AckEffect::advanced;
}

AckEffect Transfer::report_loss(base::Time now) {
  // Lock-step, RFC 1123 4.2.3.1: only the timer sends a block again. A window of which nothing was
  // sent (since the rewind) has lost nothing.
  if (windowsize_ == 1 || next_ahead_ == 0) return AckEffect::duplicate;
  const bool is_too_soon = microseconds_since(moved_us_, now) < rtt_min_us_ - rtt_min_us_ / 8;
  if (is_too_soon || is_resend_under_way(now)) return AckEffect::duplicate;
  if (guess_round_trip(now)) reset_rto();
  if (report_spent_) {
    report_repeated_ = true;
    return AckEffect::duplicate;
  }
  resume();
  report_spent_ = true;
  deadline_ = next_deadline(now);
  return AckEffect::resumed;
}

bool Transfer::is_resend_under_way(base::Time now) const {
  return resent_ && (is_in_doubt() || microseconds_since(resent_us_, now) < rtt_min_us_);
}

// RFC 8985 section 7.
TimeoutEffect Transfer::probe(base::Time now) {
  if (is_in_doubt()) {
    const auto after = [now](std::uint32_t stamp, std::uint64_t wait_us) {
      return now + std::chrono::microseconds{wait_us} -
             std::chrono::microseconds{microseconds_since(stamp, now)};
    };
    deadline_ = std::min(after(heard_us_, measured_rto_us()), after(sent_us_, rto_us_));
    if (now < deadline_) return TimeoutEffect::early;
    doubts_ = 0;
  }
  ++probes_;
  const bool resend_was_lost = report_repeated_;
  report_repeated_ = false;
  report_spent_ = resend_was_lost;
  if (resend_was_lost) {
    rewind();
  } else {
    note_resend();
    next_ahead_ = static_cast<std::uint16_t>(sent_ahead_ - 1);
    resent_us_ = stamp_of(now);
  }
  deadline_ = next_deadline(now);
  return resend_was_lost ? TimeoutEffect::resend : TimeoutEffect::probe;
}

// All that the window allows has left, and its answer is worth a probe.
bool Transfer::is_probing() const {
  if (!resent_ || windowsize_ == 1 || probes_ == kProbesMax) return false;
  if (!sampled_ || hushed_ || resends_ != 0 || is_timeout_agreed()) return false;
  const bool is_out = sent_ahead_ != 0 && next_ahead_ == sent_ahead_ && ready_blocks(1) == 0;
  return is_out && !backed_off_ && measured_rto_us() < rto_us_;
}

void Transfer::note_heard(base::Time now) {
  heard_us_ = stamp_of(now);
  if (!hushed_) return;
  hushed_ = false;
  reset_rto();
  if (deadline_ != base::kNever) deadline_ = next_deadline(now);
}

void Transfer::note_progress(bool ends_back_off, base::Time now) {
  acknowledging_ = true;
  moved_us_ = stamp_of(now);
  resends_ = 0;
  probes_ = 0;
  report_repeated_ = false;
  if (ends_back_off || !backed_off_ || is_timeout_agreed()) reset_rto();
}

void Transfer::note_resend() {
  resent_ahead_ = sent_ahead_;
  timed_ = false;
  if (doubts_ <= kResendsPlain) ++doubts_;
}

void Transfer::rewind() {
  note_resend();
  next_ahead_ = 0;
  oack_ready_ = oack_pending_;
}

// After a report that is believed.
void Transfer::resume() {
  if (pace_on_trial_) pace_.take_back();
  pace_on_trial_ = false;
  rewind();
}

// RFC 6298 section 2, in microseconds, from the newest copy of what was sent. True: it was
// measured.
bool Transfer::sample_round_trip(base::Time now) {
  const std::uint32_t since_sent = microseconds_since(sent_us_, now);
  const std::uint32_t since_resent = microseconds_since(resent_us_, now);
  if (timed_) {
    take_sample(since_sent);
    return true;
  }
  if (oack_pending_) {
    // Karn: the ACK may be an earlier copy's. The round trip is no shorter, which is all that is
    // known on a network that makes the client ask twice.
    rtt_min_us_ = std::max(rtt_min_us_, since_sent);
    return false;
  }
  if (!sampled_ || probes_ == 0 || since_resent >= rtt_min_us_) return false;
  // Sooner than a probe can have been answered: the window's last block had left as long before
  // the probe as that waits. Without this, windows that have become slower would be probed for
  // good, one after the other, and none of them be measured.
  take_sample(static_cast<std::uint32_t>(measured_rto_us()) + since_resent);
  return true;
}

void Transfer::take_sample(std::uint32_t sample) {
  if (!sampled_) begin_rtt_min(sample);
  rtt_min_us_ = std::min(rtt_min_us_, sample);
  // A quarter of the average: what was averaged was a client's wait, not the network's.
  if (!sampled_ || sample < srtt_us_ / 4) {
    srtt_us_ = sample;
    rttvar_us_ = sample / 2;
  } else {
    const std::uint32_t error = srtt_us_ > sample ? srtt_us_ - sample : sample - srtt_us_;
    rttvar_us_ = rttvar_us_ - rttvar_us_ / 4 + error / 4;
    srtt_us_ = srtt_us_ - srtt_us_ / 8 + sample / 8;
  }
  sampled_ = true;
}

// The OACK travels alone. How much of a window's round trip was its own way through the network,
// nobody knows: too long a shortest one would make the client's reports, and the answers to probes,
// seem to come too soon, for good; so it is taken for a quarter, unless an OACK that was sent twice
// tells more.
void Transfer::begin_rtt_min(std::uint32_t first_sample) {
  const std::uint32_t no_shorter = rtt_min_us_;
  const std::uint32_t guess = oack_pending_ ? first_sample : first_sample / 4;
  rtt_min_us_ = std::max(no_shorter, guess);
  rtt_min_known_ = oack_pending_ || no_shorter >= guess;
}

// Of a client whose OACK told nothing: it answers some block of a window that was sent once, and
// none of it left before its number moved, so the round trip is no longer.
bool Transfer::guess_round_trip(base::Time now) {
  if (sampled_ || !timed_) return false;
  take_sample(microseconds_since(moved_us_, now));
  return true;
}

// A window that fills: moved_us_ is when the ACK before came and its first block could leave.
void Transfer::learn_pace(std::uint32_t blocks, base::Time now) {
  if (!learns_pace_ || !timed_ || !rtt_min_known_ || blocks < 2) return;
  const std::uint32_t round_trip = microseconds_since(sent_us_, now);
  const std::uint32_t queue = round_trip > rtt_min_us_ ? round_trip - rtt_min_us_ : 0;
  const std::uint32_t before = pace_.interval_ns();
  pace_.learn(blocks, sent_us_ - moved_us_, queue);
  pace_on_trial_ = pace_.interval_ns() < before;
}

std::uint64_t Transfer::measured_rto_us() const {
  return srtt_us_ + std::max<std::uint64_t>(kGranularityUs, std::uint64_t{rttvar_us_} * 4);
}

void Transfer::reset_rto() {
  backed_off_ = false;
  if (is_timeout_agreed()) {
    rto_us_ = timeout_us_;
    return;
  }
  std::uint64_t rto = sampled_ ? measured_rto_us() : kRtoInitialUs;
  if (acknowledged_ == 0 && sampled_ && windowsize_ > 1) {
    rto += std::min<std::uint64_t>(std::uint64_t{windowsize_} * blksize_ * kFirstWindowUsAByte,
                                   kRtoInitialUs);
  }
  rto_us_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::max<std::uint64_t>(rto, rto_min_us_), rto_max_us_));
}

base::Time Transfer::next_deadline(base::Time now) const {
  return now + std::chrono::microseconds{is_probing() ? measured_rto_us() : rto_us_};
}

std::uint32_t Transfer::number_cycle() const { return rollover_to_one_ ? 65535 : 65536; }

// How many blocks after the acknowledged one `number` stands, on the circle of wire numbers.
std::uint32_t Transfer::ahead_of_acknowledged(std::uint16_t number) const {
  const std::uint32_t cycle = number_cycle();
  const std::uint32_t from = number_of(acknowledged_);
  // Beyond the first blocks a 0 is no block's number where the circle starts at 1: a late ACK of
  // the OACK.
  if (rollover_to_one_ && number == 0 && acknowledged_ != 0) return cycle - 1;
  return number >= from ? number - from : number + cycle - from;
}

}  // namespace stentor::tftp
