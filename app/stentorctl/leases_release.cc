// SPDX-License-Identifier: BSD-3-Clause
#include "leases_release.h"

#include <cstdio>

#include "control/http_client.h"
#include "pages.h"
#include "text_table.h"
#include "wire/address.h"

namespace stentor::ctl {

namespace {

using Addresses = std::vector<std::string>;

// Who has none has been told of.
tl::expected<Addresses, ExitStatus> addresses_of(const Asking& asking, const std::string& whose) {
  if (!wire::MacAddress::parse(whose)) return Addresses{whose};
  const auto answer = ask_all(asking, {"/v1/leases", "leases", {{"mac", whose}}});
  if (!answer) return tl::unexpected(answer.error());
  Addresses addresses;
  for (const Json& row : answer->at("leases")) {
    addresses.push_back(row.at("address").get<std::string>());
  }
  if (addresses.empty()) {
    fail(ExitStatus::failed,
         "no lease is known by " + whose + "; `stentorctl leases list` says who has what");
  }
  return addresses;
}

// True: it is done.
tl::expected<bool, ExitStatus> release(const Asking& asking, const std::string& address,
                                       Json& released) {
  auto answer = tell(asking, "DELETE", "/v1/leases/" + control::percent_encoded(address));
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->is_success()) {
    fail(asking, *answer);
    return false;
  }
  if (!asking.json) {
    std::printf("%s is released; it was %s.\n", harmless(address).c_str(),
                harmless(answer->json.at("was").get<std::string>()).c_str());
  }
  released.push_back(std::move(answer->json));
  return true;
}

// As release(), of all that somebody has.
tl::expected<bool, ExitStatus> release_all_of(const Asking& asking, const std::string& whose,
                                              Json& released) {
  const auto addresses = addresses_of(asking, whose);
  if (!addresses) return tl::unexpected(addresses.error());
  bool is_done = !addresses->empty();
  for (const std::string& address : *addresses) {
    const auto one = release(asking, address, released);
    if (!one) return one;
    is_done = is_done && *one;
  }
  return is_done;
}

}  // namespace

ExitStatus run_release(const Asking& asking, const std::vector<std::string>& holders) {
  ExitStatus status = ExitStatus::all_right;
  Json released = Json::array();
  for (const std::string& whose : holders) {
    const auto is_done = release_all_of(asking, whose, released);
    if (is_done && *is_done) continue;
    status = is_done ? ExitStatus::failed : is_done.error();
    if (!is_done) break;
  }
  if (asking.json) print_json({{"released", std::move(released)}});
  return status;
}

}  // namespace stentor::ctl
