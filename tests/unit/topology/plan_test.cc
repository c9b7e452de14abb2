// SPDX-License-Identifier: BSD-3-Clause
// Goal: golden placements. Each row is a machine, its ports and settings, and who polls what:
// "control C; CORE: port.queue ...; ...".
#include "topology/plan.h"

#include <gtest/gtest.h>

namespace stentor::topology {
namespace {

// `nodes` nodes of `each` cores, numbered one node after the other.
Host machine(int nodes, unsigned each) {
  Host host;
  for (int node = 0; node < nodes; ++node) {
    for (unsigned i = 0; i < each; ++i) {
      host.cores.push_back({static_cast<unsigned>(node) * each + i, node});
    }
  }
  return host;
}

std::string text_of(const Placement& placement) {
  std::string text = "control " + std::to_string(placement.control_core);
  for (const WorkerPlan& worker : placement.workers) {
    text += "; " + std::to_string(worker.core) + ":";
    for (const QueueRef& queue : worker.attachments) {
      text += " " + std::to_string(queue.port) + "." + std::to_string(queue.queue);
    }
  }
  return text;
}

struct Row {
  const char* name;
  Host host;
  std::vector<PortDemand> ports;
  std::vector<unsigned> cores;  // empty: auto
  const char* expected;
};

const Row kRows[] = {
    {"OneCoreIsSharedByWorkerAndControl", machine(1, 1), {{"a", -1, 4}}, {}, "control 0; 0: 0.0"},
    {"TwoCoresAreControlAndOneWorker", machine(1, 2), {{"a", 0, 4}}, {}, "control 0; 1: 0.0"},
    {"OneSocketHasAWorkerAQueue",
     machine(1, 8),
     {{"a", 0, 4}},
     {},
     "control 0; 4: 0.0; 5: 0.1; 6: 0.2; 7: 0.3"},
    {"MoreQueuesThanCoresLeavesOneCore",
     machine(1, 4),
     {{"a", 0, 16}},
     {},
     "control 0; 1: 0.0; 2: 0.1; 3: 0.2"},
    {"TwoSocketsWithAPortOnEach",
     machine(2, 4),
     {{"a", 0, 2}, {"b", 1, 2}},
     {},
     "control 0; 2: 0.0; 3: 0.1; 6: 1.0; 7: 1.1"},
    {"APortOnNodeOneIsServedThere",
     machine(2, 4),
     {{"a", 1, 8}},
     {},
     "control 4; 5: 0.0; 6: 0.1; 7: 0.2"},
    {"SubNumaClustersAreNodes",
     machine(4, 4),
     {{"a", 2, 4}},
     {},
     "control 8; 9: 0.0; 10: 0.1; 11: 0.2"},
    {"ANodeWithOneCoreGivesIt",
     Host{{{0, 0}, {1, 0}, {2, 1}}},
     {{"a", 1, 4}},
     {},
     "control 0; 2: 0.0"},
    {"APortOnANodeWithoutCoresIsServedElsewhere",
     machine(1, 4),
     {{"a", 3, 2}},
     {},
     "control 0; 2: 0.0; 3: 0.1"},
    {"SinglesArePolledSpreadEvenly",
     machine(1, 3),
     {{"a", -1, 1}, {"b", -1, 1}, {"c", -1, 1}, {"d", -1, 1}, {"e", -1, 1}},
     {},
     "control 0; 1: 0.0 2.0 4.0; 2: 1.0 3.0"},
    {"EveryQueueIsPolledByFewerWorkers",
     machine(1, 3),
     {{"a", -1, 5, true}},
     {},
     "control 0; 1: 0.0 0.2 0.4; 2: 0.1 0.3"},
    {"OneCorePollsEveryQueue",
     machine(1, 1),
     {{"a", -1, 3, true}},
     {},
     "control 0; 0: 0.0 0.1 0.2"},
    {"NamedCoresAreUsedInTheirOrder",
     machine(1, 8),
     {{"a", 0, 2}},
     {6, 2},
     "control 0; 6: 0.0; 2: 0.1"},
    {"ANamedCoreOnTheFarNodeServesIfThereIsNoOther",
     machine(2, 2),
     {{"a", 0, 2}},
     {3},
     "control 0; 3: 0.0"},
    {"NamedCoresOfThePortsNodeComeFirst",
     machine(2, 4),
     {{"a", 1, 4}, {"b", 0, 1}},
     {1, 5, 6},
     "control 4; 1: 1.0; 5: 0.0; 6: 0.1"},
    {"ANamedCoreWithoutAQueueStaysFree", machine(1, 4), {{"a", 0, 1}}, {1, 2}, "control 0; 1: 0.0"},
    {"AllCoresNamedShareTheFirstWithControl",
     machine(1, 2),
     {{"a", 0, 2}},
     {0, 1},
     "control 0; 0: 0.0; 1: 0.1"},
    {"CoresWithGapsInTheirNumbers",
     Host{{{3, 0}, {9, 0}, {40, 0}}},
     {{"a", 0, 2}},
     {},
     "control 3; 9: 0.0; 40: 0.1"},
};

class PlanTable : public testing::TestWithParam<Row> {};

TEST_P(PlanTable, PlacesAsWritten) {
  const Row& row = GetParam();
  config::Workers workers;
  workers.cores = row.cores;
  const auto placement = plan(row.host, row.ports, workers);
  ASSERT_TRUE(placement.has_value()) << placement.error().sentence;
  EXPECT_EQ(text_of(*placement), row.expected);
}

INSTANTIATE_TEST_SUITE_P(Golden, PlanTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

std::string failure_of(const std::vector<unsigned>& cores) {
  config::Workers workers;
  workers.cores = cores;
  const auto placement = plan(Host{{{0, 0}, {1, 0}, {2, 0}, {6, 0}}}, {{"a", 0, 2}}, workers);
  return placement ? "" : placement.error().sentence;
}

TEST(Plan, NamesACoreThatIsNotThere) {
  EXPECT_EQ(failure_of({1, 4}),
            "`workers.cores` names core 4, which this process may not use: it has 0-2,6.");
}

TEST(Plan, NamesTheListAsItsOperatorDoes) {
  config::Workers workers;
  workers.cores = {0, 9};
  const auto placement = plan(Host{{{0, 0}}}, {{"a", 0, 2}}, workers, "--cores");
  ASSERT_FALSE(placement.has_value());
  EXPECT_EQ(placement.error().sentence,
            "--cores names core 9, which this process may not use: it has 0.");
}

TEST(Plan, NamesACoreThatIsNamedTwice) {
  EXPECT_EQ(failure_of({1, 1}), "`workers.cores` names core 1 twice.");
}

TEST(Plan, WantsAPort) { EXPECT_FALSE(plan(machine(1, 2), {}, {}).has_value()); }

// Whatever the machine: the invariants of plan.h.
TEST(Plan, AttachesEachQueueOnceAndSharesNoCore) {
  for (int nodes = 1; nodes <= 4; ++nodes) {
    for (unsigned each = 1; each <= 9; ++each) {
      for (std::uint16_t queues = 1; queues <= 16;
           queues = static_cast<std::uint16_t>(queues * 2)) {
        const Host host = machine(nodes, each);
        const std::vector<PortDemand> ports = {
            {"a", nodes - 1, queues}, {"b", -1, queues, true}, {"c", 0, 1}};
        const auto placement = plan(host, ports, {});
        ASSERT_TRUE(placement.has_value());
        EXPECT_EQ(placement->queues_of(1), queues);
        std::vector<unsigned> cores;
        for (const WorkerPlan& worker : placement->workers) {
          EXPECT_FALSE(worker.attachments.empty());
          EXPECT_EQ(std::count(cores.begin(), cores.end(), worker.core), 0);
          EXPECT_TRUE(worker.core != placement->control_core || host.cores.size() == 1);
          cores.push_back(worker.core);
        }
        for (std::uint16_t port = 0; port < ports.size(); ++port) {
          const std::vector<int> queue_nodes = placement->queue_nodes(port);
          EXPECT_GE(queue_nodes.size(), 1u);
          EXPECT_EQ(std::count(queue_nodes.begin(), queue_nodes.end(), -1), 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace stentor::topology
