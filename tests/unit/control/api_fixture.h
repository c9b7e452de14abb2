// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An API with all that it asks, in hand: the fixture of its tests.

#include <gtest/gtest.h>

#include "control/api.h"
#include "report_stub.h"

namespace stentor::control {

class ApiFixture : public testing::Test {
 protected:
  explicit ApiFixture(const ReloadDesk::Patience& patience = {}) : reloads(patience) {}

  StateLock lock;
  ReportStub report{lock};
  ReloadDesk reloads;
  BootSessionTable sessions{{1, 2}};
  TransferList transfers;
  EventLog events;
  CaptureDesk captures{{}, {"boot0"}};
  Api api{report, lock, reloads, sessions, transfers, events, captures};
};

}  // namespace stentor::control
