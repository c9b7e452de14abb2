// SPDX-License-Identifier: BSD-3-Clause
// Goal: firmware that looks for an IPv6 router in vain gets an empty advertisement, itself alone,
// on its own network; everybody else gets none, and each refusal is counted under its reason.
#include "support/dhcp_builder.h"
#include "support/router_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using support::DhcpSpec;
using support::RouterSpec;
using support::TagSpec;
using wire::DropReason;
using Tags = std::vector<TagSpec>;
using Frames = std::vector<ByteVector>;

std::string solicitation_config(const std::string& dhcp = "") {
  return std::string(support::kThreeNetworksConfig) +
         "    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.16.255]}\n" + dhcp + "\n";
}

class WorkerSolicitationTest : public WorkerTest {
 protected:
  void SetUp() override { start({.yaml = solicitation_config()}); }

  // A DISCOVER that is answered; of PXE firmware unless another vendor class is given.
  void discover(std::string_view vendor_class = "PXEClient:Arch:00000:UNDI:002001",
                const Tags& tags = {}, std::string_view giaddr = "0.0.0.0") {
    DhcpSpec spec;
    spec.giaddr = giaddr;
    spec.options = {{53, {1}}, {60, support::text_value(vendor_class)}};
    const bool is_relayed = giaddr != "0.0.0.0";
    const auto sent = exchange(support::udp_frame(
        {.destination = is_relayed ? support::kServerMac : support::kBroadcastMac, .tags = tags},
        {.source = giaddr, .destination = is_relayed ? "10.20.0.2" : "255.255.255.255"}, {68, 67},
        support::dhcp_message(spec)));
    ASSERT_EQ(sent.size(), 1u);
  }

  Frames solicit(const RouterSpec& spec = {}, const Tags& tags = {},
                 std::string_view destination = support::kAllRoutersMac) {
    return exchange(support::router_frame({.destination = destination, .tags = tags}, spec));
  }

  // All that iPXE does: what comes of its third solicitation.
  Frames solicit_as_ipxe(const RouterSpec& spec = {}, const Tags& tags = {}) {
    discover("PXEClient:Arch:00000:UNDI:002001", tags);
    EXPECT_TRUE(solicit(spec, tags).empty());
    now += 254ms;
    EXPECT_TRUE(solicit(spec, tags).empty());
    now += 549ms;
    return solicit(spec, tags);
  }

  void hear_router(std::uint16_t lifetime_seconds, const Tags& tags = {}) {
    EXPECT_TRUE(exchange(support::router_frame({.destination = support::kAllNodesMac,
                                                .source = "02:00:00:00:00:aa",
                                                .tags = tags},
                                               support::advertisement(lifetime_seconds)))
                    .empty());
  }

  Frames exchange(ByteVector frame) { return rig->exchange(std::move(frame), now); }

  static ByteVector empty_advertisement(std::string_view destination = support::kClientLinkLocal,
                                        const Tags& tags = {}) {
    RouterSpec spec = support::advertisement(0);
    spec.source = support::kServerLinkLocal;
    spec.destination = destination;
    return support::router_frame(
        {.destination = support::kClientMac, .source = support::kServerMac, .tags = tags}, spec);
  }
};

TEST_F(WorkerSolicitationTest, FirmwareIsToldThatThereIsNoRouter) {
  EXPECT_EQ(solicit_as_ipxe(), Frames{empty_advertisement()});
  EXPECT_EQ(rig->total(&Counters::router_advertisements), 1u);
  EXPECT_EQ(rig->drops(DropReason::solicitation_left_to_routers), 2u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

TEST_F(WorkerSolicitationTest, TheTagsAreKept) {
  const Tags one{{.id = 120}};
  EXPECT_EQ(solicit_as_ipxe({}, one), Frames{empty_advertisement(support::kClientLinkLocal, one)});
  const Tags two{{.id = 100, .tpid = 0x88a8}, {.id = 7, .priority = 3}};
  EXPECT_EQ(solicit_as_ipxe({}, two), Frames{empty_advertisement(support::kClientLinkLocal, two)});
}

// RFC 4861 section 6.2.6: who has no address is spoken to with all nodes; RFC 6085: alone.
TEST_F(WorkerSolicitationTest, AMachineWithoutAnAddressIsToldToo) {
  EXPECT_EQ(solicit_as_ipxe({.source = "::", .options = {}}),
            Frames{empty_advertisement("ff02::1")});
}

TEST_F(WorkerSolicitationTest, AFrameToUsAloneIsHeardAndOneToAnotherStationIsNot) {
  discover();
  EXPECT_TRUE(solicit({}, {}, support::kServerMac).empty());
  now += 600ms;
  EXPECT_EQ(solicit({}, {}, support::kServerMac).size(), 1u);
  now += 600ms;
  EXPECT_TRUE(solicit({}, {}, "02:00:00:00:00:99").empty());
  EXPECT_EQ(rig->drops(DropReason::ethernet_not_ours), 1u);
}

TEST_F(WorkerSolicitationTest, WhoHasSentNoDhcpOfFirmwareIsLeftAlone) {
  discover("MSFT 5.0");
  for (int i = 0; i < 4; ++i, now += 1s) EXPECT_TRUE(solicit().empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_not_firmware), 4u);
}

TEST_F(WorkerSolicitationTest, ARelayAgentIsNoMachineInFirmware) {
  discover("PXEClient:Arch:00000:UNDI:002001", {}, "10.21.0.1");
  for (int i = 0; i < 4; ++i, now += 1s) EXPECT_TRUE(solicit().empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_not_firmware), 4u);
}

TEST_F(WorkerSolicitationTest, FirmwareOnOneNetworkIsNoneOnAnother) {
  discover();
  for (int i = 0; i < 4; ++i, now += 1s) EXPECT_TRUE(solicit({}, {{.id = 120}}).empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_not_firmware), 4u);
  EXPECT_TRUE(solicit({}, {{.id = 121}}).empty());
  EXPECT_EQ(rig->drops(DropReason::vlan_unknown), 1u);
}

TEST_F(WorkerSolicitationTest, WhereARouterAdvertisesItIsSilentForHalfAnHour) {
  hear_router(0);
  EXPECT_TRUE(solicit_as_ipxe().empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_has_router), 3u);
  EXPECT_EQ(rig->total(&Counters::routers_heard), 1u);
  now += 30min;
  EXPECT_EQ(solicit_as_ipxe().size(), 1u);
}

TEST_F(WorkerSolicitationTest, ARouterCountsOnItsOwnNetworkAlone) {
  hear_router(9000, {{.id = 120}});
  EXPECT_EQ(solicit_as_ipxe().size(), 1u);
  EXPECT_TRUE(solicit_as_ipxe({}, {{.id = 120}}).empty());
}

TEST_F(WorkerSolicitationTest, WhatIsWrongIsNeitherARouterNorASolicitation) {
  RouterSpec forwarded = support::advertisement(9000);
  forwarded.hop_limit = 254;
  EXPECT_TRUE(
      exchange(support::router_frame({.destination = support::kAllNodesMac}, forwarded)).empty());
  EXPECT_EQ(rig->drops(DropReason::router_message_invalid), 1u);
  EXPECT_EQ(rig->total(&Counters::routers_heard), 0u);
  EXPECT_EQ(solicit_as_ipxe().size(), 1u);
  now += 600ms;
  EXPECT_TRUE(solicit({.options = {1, 0, 0, 0, 0, 0, 0, 0}}).empty());
  EXPECT_TRUE(solicit({.checksum = 1}).empty());
  EXPECT_EQ(rig->drops(DropReason::router_message_invalid), 2u);
  EXPECT_EQ(rig->drops(DropReason::icmpv6_checksum_wrong), 1u);
}

TEST_F(WorkerSolicitationTest, SwitchedOffNobodyIsTold) {
  start({.yaml = solicitation_config("  empty-router-advertisements: false")});
  EXPECT_TRUE(solicit_as_ipxe().empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_refused), 3u);
}

TEST_F(WorkerSolicitationTest, WhomWeDoNotAnswerWeDoNotTell) {
  start({.yaml = solicitation_config("  mode: none")});
  for (int i = 0; i < 4; ++i, now += 600ms) EXPECT_TRUE(solicit().empty());
  EXPECT_EQ(rig->drops(DropReason::solicitation_not_firmware), 4u);
}

// Goal: DHCP and solicitations of a machine may come by different queues.
TEST_F(WorkerSolicitationTest, WorkersKnowOfEachOther) {
  start({.yaml = solicitation_config(), .workers = 2});
  discover();
  const ByteVector frame = support::router_frame({.destination = support::kAllRoutersMac}, {});
  EXPECT_TRUE(rig->exchange(frame, now, 1).empty());
  now += 800ms;
  EXPECT_EQ(rig->exchange(frame, now, 1), Frames{empty_advertisement()});
}

}  // namespace
}  // namespace stentor::worker
