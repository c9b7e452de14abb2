// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One emulated machine: it asks for an address, fetches the loader that the server names, perhaps
// asks again as iPXE does, and fetches kernel and initrd, each byte compared with the image. A
// machine whose firmware gives up is switched on again after a while, as an operator would.
//
// No I/O: what it sends is taken from it, what it receives is given to it. The images outlive it.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "client/boot_profile.h"
#include "sim/datagram.h"

namespace stentor::sim {

using Images = std::map<std::string, ByteVector>;

struct BootPlan {
  const client::BootProfile* firmware;
  const client::BootProfile* loader;
  bool loader_asks_address;  // iPXE does; GRUB and PXELINUX go on with the firmware's
};

inline constexpr std::array<BootPlan, 5> kBootPlans = {{
    {&client::kBiosRom, &client::kIpxe, true},
    {&client::kEdk2, &client::kGrub, false},
    {&client::kBiosRom, &client::kPxelinux, false},
    {&client::kEdk2, &client::kIpxe, true},
    {&client::kIpxe, &client::kIpxe, false},
}};

inline constexpr base::Duration kRestartPause = std::chrono::seconds{5};

class Machine {
 public:
  Machine(std::size_t number, const BootPlan& plan, const Images& images, std::uint64_t seed);

  void power_on(base::Time now);
  void power_off();
  // While it hangs it hears nothing and does nothing.
  void set_hung(bool hangs) { is_hung_ = hangs; }
  // Asks for the file that it fetches again, from the same port and with the same bytes, as a
  // firmware that was reset does. True if it was fetching one.
  bool restart_fetch(base::Time now);
  // RELEASE; it stays booted, without an address.
  void release();

  void receive(const Datagram& datagram, base::Time now);
  void fire(base::Time now);  // when deadline() has come
  std::vector<Datagram> take_sent() { return std::exchange(sent_, {}); }

  [[nodiscard]] base::Time deadline() const;
  [[nodiscard]] const std::string& mac() const { return mac_; }
  [[nodiscard]] std::uint32_t address() const { return address_; }  // 0: none
  [[nodiscard]] bool is_on() const { return is_on_; }
  [[nodiscard]] bool is_booted() const { return is_on_ && step_ == steps_.size(); }
  [[nodiscard]] bool is_fetching() const { return tftp_.has_value(); }
  [[nodiscard]] std::uint64_t bytes_of_fetch() const { return offset_; }
  [[nodiscard]] base::Time booted_at() const { return booted_at_; }
  [[nodiscard]] unsigned restarts() const { return restarts_; }
  // Blocks of the files that it fetched whole.
  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
  // The same for windows of more than one block.
  [[nodiscard]] std::uint64_t window_blocks() const { return window_blocks_; }
  // Bytes that were not those of the image; must be empty.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  // Where it stands, for the message of a failed test.
  [[nodiscard]] std::string describe() const;

 private:
  enum class Action { ask_address, fetch_named, fetch };
  struct Step {
    Action action;
    const client::BootProfile* profile;
    std::string file;
  };

  void begin_step(base::Time now);
  void start_fetch(base::Time now, std::uint16_t port);
  void receive_dhcp(const Datagram& datagram, base::Time now);
  void receive_tftp(const Datagram& datagram, base::Time now);
  void after_tftp(base::Time now);
  void take_block(std::uint64_t offset, base::Bytes bytes);
  void finish_fetch(base::Time now);
  void fail(base::Time now);
  void send_dhcp(const client::DhcpOutgoing& outgoing);
  void send_tftp(const client::Outgoing& outgoing);
  [[nodiscard]] std::uint16_t random_port();

  const Images& images_;
  std::string mac_;
  client::DhcpIdentity identity_;
  base::Random random_;
  std::vector<Step> steps_;
  std::size_t step_ = 0;
  bool is_on_ = false;
  bool is_hung_ = false;
  std::optional<client::DhcpClient> dhcp_;
  std::optional<client::TftpClient> tftp_;
  std::uint32_t address_ = 0;
  std::uint32_t server_ = 0;
  std::uint16_t port_ = 0;
  std::string named_file_;
  std::string file_;
  std::uint64_t offset_ = 0;
  // GRUB counts its blocks from 0 again when the network delivers a copy of the OACK after blocks,
  // and then takes block 1 for the next one, if that comes again: what it has is no kernel then,
  // and the machine is switched on again.
  bool is_misled_ = false;
  base::Time restart_at_ = base::kNever;
  base::Time booted_at_ = base::kNever;
  unsigned restarts_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t window_blocks_ = 0;
  std::array<std::uint8_t, 600> message_{};
  std::vector<Datagram> sent_;
  std::vector<std::string> faults_;
};

}  // namespace stentor::sim
