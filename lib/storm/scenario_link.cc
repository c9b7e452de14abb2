// SPDX-License-Identifier: BSD-3-Clause
#include "config/limit.h"
#include "config/value.h"
#include "storm/quantity.h"
#include "storm/scenario_key.h"
#include "storm/scenario_section.h"

namespace stentor::storm {
namespace {

using config::Cursor;
using config::Mapping;

void read_bytes(const Cursor& value, Verification& verify) {
  if (const auto done = parse_bytes(value.text(), verify); !done) value.error(done.error());
}

}  // namespace

void read_link(const Cursor& cursor, LinkModel& link) {
  Mapping section(cursor, kLinkSection);
  if (const auto value = section.find("rate"); value && !value->is_word("none")) {
    const auto rate = parse_bit_rate(value->text());
    if (!rate || *rate == 0) value->unexpected();
    link.bits_per_second = rate.value_or(0);
  }
  read_unit(section, "rtt", link.round_trip, parse_time);
  read_unit(section, "loss", link.loss, parse_fraction);
  read_unit(section, "duplicate", link.duplication, parse_fraction);
  read_unit(section, "reorder", link.reordering, parse_fraction);
  read_unit(section, "corrupt", link.corruption, parse_fraction);
}

void read_verify(const Cursor& cursor, Verification& verify) {
  if (cursor.is_scalar()) return read_bytes(cursor, verify);
  Mapping section(cursor, kVerifySection);
  if (const auto value = section.find("bytes")) read_bytes(*value, verify);
  if (const auto value = section.find("reference")) {
    config::assign(verify.reference, config::read_text(*value, config::kPathBytesMax));
  }
  if (const auto value = section.find("subnet")) verify.subnet = config::read_network(*value);
  if (const auto value = section.find("router")) verify.router = config::read_address(*value);
  read_unit(section, "lease-min", verify.lease_min, parse_time);
}

}  // namespace stentor::storm
