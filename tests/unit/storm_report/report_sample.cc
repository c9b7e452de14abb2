// SPDX-License-Identifier: BSD-3-Clause
// Writes the reports of a storm that never was, to be looked at and to be checked by page_check.py.
//
//   storm_report_sample MACHINES SHARE_THAT_FAILS html|json|csv     to standard output

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "made_up_storm.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_json.h"

int main(int arguments, char** values) {
  if (arguments != 4) return EXIT_FAILURE;
  const auto storm =
      stentor::rig::made_up_storm(static_cast<std::uint32_t>(std::strtoul(values[1], nullptr, 10)),
                                  std::strtod(values[2], nullptr));
  const std::string_view kind = values[3];
  if (kind == "html") stentor::rig::write_html(std::cout, storm.input());
  if (kind == "json") stentor::rig::write_json(std::cout, storm.input());
  if (kind == "csv") stentor::rig::write_csv(std::cout, storm.input());
  return std::cout.flush() ? EXIT_SUCCESS : EXIT_FAILURE;
}
