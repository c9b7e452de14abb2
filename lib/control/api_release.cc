// SPDX-License-Identifier: BSD-3-Clause
// DELETE /v1/leases/{address}: an operator gives back what its holder does not.
#include <string>

#include "control/api.h"
#include "control/event.h"
#include "control/json_reply.h"
#include "control/lease_state.h"
#include "control/log.h"

namespace stentor::control {

namespace {

// Together less than a connection may last (http_endpoint.h).
constexpr base::Duration kReleasePatience = std::chrono::seconds{4};

}  // namespace

HttpReply Api::release_lease(const Query& query) {
  constexpr std::string_view kParameter = "address";
  const std::string_view text = query.find(kParameter).value_or("");
  const auto address = wire::Ipv4Address::parse(text);
  if (!address) return wrong_parameter(kParameter, text, "an IPv4 address like 10.20.0.7");
  const std::string name(address->text().view());
  const Released released =
      report_.release(*address, base::MonotonicClock::now(), kReleasePatience);
  if (released.what == Release::done || released.what == Release::not_on_disk) {
    events_.add(Event{.type = EventType::lease,
                      .what = "released",
                      .utc_ms = utc_milliseconds(),
                      .glimpse = {.seen = sighting::Seen::released, .address = *address}});
  }
  switch (released.what) {
    case Release::busy:
      return busy_reply();
    case Release::not_held:
      return error_reply(404,
                         "nobody has " + name + "; `stentorctl leases list` says who has what");
    case Release::not_on_disk:
      log_warning("leases: " + name + " was released by the control API, and the disk has it not");
      return error_reply(500,
                         name +
                             " is free again, but that has not reached the disk: a restart may "
                             "know its lease once more. /v1/status says what is wrong with the "
                             "disk");
    case Release::done:
      break;
  }
  const std::string was(name_of(released.was));
  log_info("leases: " + name + " was released by the control API; it was " + was);
  return json_reply({{"address", name}, {"was", was}});
}

}  // namespace stentor::control
