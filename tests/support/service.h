// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All that workers serve from, without ports: a configuration from text, boot files from bytes that
// the test makes up, a lease table, the published snapshot.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/published.h"
#include "image/generation_builder.h"
#include "lease/tables_setup.h"
#include "support/frame_builder.h"
#include "worker/snapshot.h"

namespace stentor::support {

// The server of frame_builder.h's defaults: 10.20.0.2/16 on one port, leases 10.20.16.0 to .255.
inline constexpr const char* kOneNetworkConfig = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}]
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}
images: {root: /srv/images}
)";

// One port with an untagged network, one on VLAN 120 and one behind two tags; more subnets, and
// keys of `dhcp`, may follow.
inline constexpr const char* kThreeNetworksConfig = R"(
images: {root: /srv/images}
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks:
      - {address: 10.20.0.2/16}
      - {vlan: 120, address: 10.120.0.2/16}
      - {vlan: "100.7", address: 10.7.0.2/16}
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}
    - {subnet: 10.120.0.0/16, pools: [10.120.16.0-10.120.16.255]}
    - {subnet: 10.7.0.0/16, pools: [10.7.16.0-10.7.16.255]}
)";

// kOneNetworkConfig for tests on a clock that stands still: windows leave in one burst.
inline const std::string kUnpacedConfig = std::string(kOneNetworkConfig) + "tftp: {pace: none}\n";

class Service {
 public:
  static constexpr base::HashKey kKey{0x1122334455667788, 0x99aabbccddeeff00};

  // A configuration with errors ends the test program with their text. Every worker serves every
  // port. Images lie in `memory`; in ordinary pages without one. `guard`, if relay agents have
  // keys, outlives it.
  Service(const std::string& yaml, const std::map<std::string, ByteVector>& images,
          std::size_t workers, std::unique_ptr<image::Memory> memory = nullptr,
          dhcp::RelayGuard* guard = nullptr);

  [[nodiscard]] std::size_t ports() const { return ports_; }
  base::Published<worker::Snapshot>& snapshots() { return *snapshots_; }
  lease::Table& leases() { return tables_->current(); }
  // Serves `yaml` from the workers' next bursts on, as a reload of stentord does: by the same ports
  // and the same way of knowing clients. False: there is no room for its addresses. The one before
  // it must have been settle()d.
  bool reload(const std::string& yaml, base::Time now);
  // Whether the pools have it, and no reservation.
  [[nodiscard]] bool gives(wire::Ipv4Address address) const;
  // What is served now, made once more, to be published.
  [[nodiscard]] std::unique_ptr<worker::Snapshot> copy_snapshot();
  // False: not every worker has begun a burst since the last reload() yet.
  bool settle();
  // Where the configuration needs it.
  lease::ClientStore& clients() { return *clients_; }
  // Which files are served; the first generation is of the constructor's images.
  image::CurrentGeneration& images() { return images_; }
  [[nodiscard]] const std::shared_ptr<const image::Generation>& generation() const {
    return generation_;
  }

 private:
  [[nodiscard]] std::unique_ptr<worker::Snapshot> make_snapshot(const config::Settings& settings);

  std::size_t ports_ = 0;
  std::vector<worker::WorkerIndex> workers_;
  dhcp::RelayGuard* guard_;
  std::unique_ptr<image::Memory> image_memory_;
  config::Settings settings_;
  std::shared_ptr<const image::Generation> generation_;
  image::CurrentGeneration images_;
  std::vector<std::uint64_t> lease_memory_;
  std::optional<lease::Tables> tables_;
  std::vector<std::uint64_t> client_memory_;
  std::optional<lease::ClientStore> clients_;
  std::unique_ptr<base::Published<worker::Snapshot>> snapshots_;
  std::uint64_t reloaded_ = 0;  // the mark of the last reload
};

}  // namespace stentor::support
