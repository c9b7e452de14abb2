// SPDX-License-Identifier: BSD-3-Clause
// Goal: what control says of a machine while a worker serves counts from the worker's next burst
// on, for DHCP and for what the machine fetches beside its boot file.
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr wire::MacAddress kHostMac{{0x52, 0x54, 0x00, 0x12, 0x34, 0x11}};

class WorkerHostsTest : public WorkerTest {
 protected:
  void SetUp() override {
    start(
        {.yaml = support::kOneNetworkConfig + std::string("boot: {rules: [{file: efi/x}]}\n"),
         .images = {{"efi/conf", support::patterned(100)}, {"lab/conf", support::patterned(30)}}});
  }

  void say(config::RunTimeHost host) {
    host.mac = kHostMac;
    if (host.address) rig->leases().reserve(*host.address);
    board().put(dhcp::compile_host(host, 0, host.address, support::Service::kKey));
  }
  dhcp::HostBoard& board() { return rig->service().snapshots().latest().hosts; }

  // The answer to one that must be answered.
  support::DhcpReply ask(std::vector<support::DhcpOption> options) {
    support::DhcpSpec spec;
    spec.chaddr = {kHostMac.bytes.begin(), kHostMac.bytes.end()};
    spec.options = std::move(options);
    const auto frames =
        rig->exchange(support::udp_frame({.destination = support::kBroadcastMac},
                                         {.source = "0.0.0.0", .destination = "255.255.255.255"},
                                         {68, 67}, support::dhcp_message(spec)),
                      now);
    EXPECT_EQ(frames.size(), 1u);
    if (frames.empty()) return {ByteVector(300), {}};
    return support::read_dhcp_reply({frames[0].begin() + 42, frames[0].end()}).value();
  }
  // Gets an address; the ACK.
  support::DhcpReply boot() {
    const std::string offered = ask({{53, {1}}}).yiaddr();
    return ask({{53, {3}},
                {54, support::address_value("10.20.0.2")},
                {50, support::address_value(offered)}});
  }
  // How much of `file` comes to the machine at `address`.
  std::size_t fetched(const std::string& address, const std::string& file) {
    const auto frames =
        rig->exchange(support::udp_frame({}, {.source = address}, {client_port++, 69},
                                         support::tftp_request(file)),
                      now);
    return frames.empty() ? 0 : support::tftp_reply(frames[0]).data.size();
  }
};

TEST_F(WorkerHostsTest, TellsAMachineWhatIsSaidOfItFromTheNextBurstOn) {
  EXPECT_EQ(boot().yiaddr(), "10.20.16.0");
  say({.address = wire::Ipv4Address::parse("10.20.1.7"), .boot_file = "lab/y"});
  EXPECT_EQ(boot().yiaddr(), "10.20.16.0") << "that address has no record";
  EXPECT_EQ(boot().file(), "lab/y");
  say({.address = wire::Ipv4Address::parse("10.20.16.9"), .is_local = true});
  EXPECT_EQ(boot().yiaddr(), "10.20.16.9");
  EXPECT_EQ(boot().file(), "");
  board().erase(kHostMac);
  EXPECT_EQ(boot().file(), "efi/x");
}

TEST_F(WorkerHostsTest, GivesAMachineWhatLiesBesideTheFileThatItWasTold) {
  const std::string address = boot().yiaddr();
  EXPECT_EQ(fetched(address, "conf"), 100u);
  say({.boot_file = "lab/y"});
  EXPECT_EQ(fetched(address, "conf"), 100u) << "it has not asked since";
  EXPECT_EQ(boot().yiaddr(), address);
  EXPECT_EQ(fetched(address, "conf"), 30u);
}

}  // namespace
}  // namespace stentor::worker
