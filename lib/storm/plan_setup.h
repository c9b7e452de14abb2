// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From a scenario to a plan: every name resolved, every limit checked, reference files mapped.
// Cold; errors are sentences for the operator.

#include <memory>

#include "base/error.h"
#include "storm/plan.h"

namespace stentor::storm {

struct PlanOptions {
  std::size_t cores = 1;
  wire::MacAddress port_mac{};  // relays' MACs are derived from it: two rigs on a link differ
  StreamHasher hasher{};        // needed for Verification::Bytes::hash
  // In place of Verification::reference: files that are in memory already.
  std::unique_ptr<Reference> reference{};
};

inline constexpr std::size_t kCoresMax = 256;

base::Result<std::unique_ptr<const Plan>> make_plan(const Scenario& scenario, PlanOptions options);

}  // namespace stentor::storm
