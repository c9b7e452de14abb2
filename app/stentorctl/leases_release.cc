// SPDX-License-Identifier: BSD-3-Clause
#include "leases_release.h"

#include <cstdio>

#include "control/http_client.h"
#include "text_table.h"

namespace stentor::ctl {

ExitStatus run_release(const Asking& asking, const std::vector<std::string>& addresses) {
  ExitStatus status = ExitStatus::all_right;
  Json released = Json::array();
  for (const std::string& address : addresses) {
    auto answer = tell(asking, "DELETE", "/v1/leases/" + control::percent_encoded(address));
    if (!answer) {
      status = answer.error();
      break;
    }
    if (!answer->is_success()) {
      status = fail(asking, *answer);
    } else if (asking.json) {
      released.push_back(std::move(answer->json));
    } else {
      std::printf("%s is released; it was %s.\n", harmless(address).c_str(),
                  harmless(answer->json.at("was").get<std::string>()).c_str());
    }
  }
  if (asking.json) print_json({{"released", std::move(released)}});
  return status;
}

}  // namespace stentor::ctl
