// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a running Appliance says of itself to the control API. Threads: as control::Report has them;
// workers are read through their counters alone.

#include <string>
#include <vector>

#include "appliance.h"
#include "control/report.h"
#include "control/state_lock.h"
#include "control/token_gate.h"
#include "lease/lease_change.h"

namespace stentor {

class ApplianceReport final : public control::Report {
 public:
  // `appliance` serves; it and `gate`, of the API's TCP socket, outlive the report.
  ApplianceReport(Appliance& appliance, control::StateLock& lock, const control::TokenGate& gate)
      : appliance_(appliance), lock_(lock), gate_(gate) {}

  [[nodiscard]] control::StatusRow status() const override;
  [[nodiscard]] std::vector<control::WorkerRow> workers() const override;
  [[nodiscard]] std::vector<control::PortRow> ports() const override;
  [[nodiscard]] std::vector<control::ReasonRow> drops() const override;
  [[nodiscard]] std::vector<control::ReasonRow> refusals() const override;
  [[nodiscard]] image::RejectedFiles rejected_images() const override;
  [[nodiscard]] config::Source config() const override;
  [[nodiscard]] std::vector<control::MetricFamily> metrics() const override;

  [[nodiscard]] control::LeasePiece leases(wire::Ipv4Address from, std::uint32_t slots,
                                           base::Time now) const override;
  [[nodiscard]] lease::Table::CensusPiece census(wire::Ipv4Address first, wire::Ipv4Address last,
                                                 std::uint32_t slots,
                                                 base::Time now) const override;
  [[nodiscard]] std::vector<wire::Ipv4Prefix> subnets() const override;
  [[nodiscard]] std::vector<wire::Ipv4Address> addresses_of(
      const wire::MacAddress& mac) const override;
  [[nodiscard]] std::shared_ptr<const image::Generation> borrow_images() override;
  [[nodiscard]] std::vector<config::RunTimeHost> hosts(const std::optional<wire::MacAddress>& after,
                                                       std::size_t limit) const override {
    return appliance_.hosts_.page(after, limit);
  }
  [[nodiscard]] std::optional<config::RunTimeHost> host(
      const wire::MacAddress& mac) const override {
    return appliance_.hosts_.find(mac);
  }
  [[nodiscard]] std::vector<std::string> host_problems(
      const config::RunTimeHost& host) const override {
    return appliance_.host_problems(host);
  }
  [[nodiscard]] control::HostOutcome set_host(const config::RunTimeHost& host) override {
    return appliance_.set_host(host);
  }
  [[nodiscard]] control::OnDisk host_on_disk(std::uint64_t ticket) const override {
    return appliance_.host_on_disk(ticket);
  }
  void add_details(std::vector<control::LeaseRow>& rows) const override;
  [[nodiscard]] control::Released release(wire::Ipv4Address address, base::Time now,
                                          base::Duration patience) override;

 private:
  [[nodiscard]] std::vector<std::string> problems() const;

  struct Ended {
    control::Released released;
    bool is_for_disk = false;
  };

  [[nodiscard]] lease::LeaseChange change_on_disk(wire::Ipv4Address address) const;
  [[nodiscard]] Ended end_lease(lease::LeaseChange& change, base::Time now);

  Appliance& appliance_;
  control::StateLock& lock_;
  const control::TokenGate& gate_;
};

}  // namespace stentor
