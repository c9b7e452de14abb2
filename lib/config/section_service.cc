// SPDX-License-Identifier: BSD-3-Clause
// The short sections: images, tftp, limits, log.
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::uint16_t kBlksizeMin = 8;      // RFC 2348
constexpr std::uint16_t kBlksizeMax = 65464;  // RFC 2348
// RFC 7440 allows 65,535; past half of the block numbers an ACK behind cannot be told from one
// ahead.
constexpr std::uint16_t kWindowsizeMax = 32767;
constexpr std::uint16_t kTransferPortMin = 1024;
// 64 workers have four each, so that a client that starts over hears from another port.
constexpr unsigned kTransferPortsMin = 256;
constexpr std::uint32_t kTransfersMax = 1'048'576;

void read_rto(const Cursor& cursor, Tftp& tftp) {
  constexpr base::Duration kMin = std::chrono::milliseconds{1};
  constexpr base::Duration kMax = std::chrono::seconds{60};
  Mapping section(cursor, kRtoSection);
  if (const auto value = section.find("min")) {
    assign(tftp.rto_min, read_duration(*value, kMin, kMax));
  }
  if (const auto value = section.find("max")) {
    assign(tftp.rto_max, read_duration(*value, kMin, kMax));
  }
  if (tftp.rto_min > tftp.rto_max) {
    cursor.error("min (absent: 20ms) is longer than max (absent: 6s); change one of them");
  }
}

void read_transfer_ports(const Cursor& value, Tftp& tftp) {
  tftp.single_port = value.is_word("single");
  if (tftp.single_port) return;
  const auto range = read_port_range(value, kTransferPortMin, 65535);
  if (!range) return;
  if (range->second - range->first + 1u < kTransferPortsMin) {
    return value.unexpected("the range is too short");
  }
  tftp.port_first = range->first;
  tftp.port_last = range->second;
}

// Below the least rate a block would wait longer than the shortest time to a resend.
std::optional<std::uint64_t> read_rate(const Cursor& value) {
  constexpr std::uint64_t kMin = 1'000'000;
  constexpr std::uint64_t kMax = 400'000'000'000;
  const auto rate = parse_bit_rate(value.text());
  if (rate && *rate >= kMin && *rate <= kMax) return rate;
  value.unexpected(is_quantity(value.text(), parse_bit_rate) ? "out of range" : "");
  return std::nullopt;
}

void read_pace(const Cursor& value, Tftp& tftp) {
  if (value.is_word("auto")) return;
  const auto rate = value.is_word("none") ? std::uint64_t{0} : read_rate(value);
  if (!rate) return;
  tftp.pace_bits_per_second = *rate;
  tftp.pace_learned = false;
}

std::optional<std::string> read_manifest_file(const Cursor& value) {
  std::optional<std::string> path = read_relative_path(value, kPathBytesMax);
  if (path && path->starts_with('/')) {
    value.unexpected("the path is absolute");
    return std::nullopt;
  }
  return path;
}

}  // namespace

void read_images(const Cursor& cursor, Settings& settings) {
  Images& images = settings.images;
  Mapping section(cursor, kImagesSection);
  if (const auto value = section.find("root")) assign(images.root, read_absolute_path(*value));
  if (const auto value = section.find("manifest")) {
    Mapping manifest(*value, kManifestSection);
    if (const auto file = manifest.find("file")) {
      assign(images.manifest_file, read_manifest_file(*file));
    }
    if (const auto required = manifest.find("required")) {
      assign(images.manifest_required, read_boolean(*required));
    }
  }
  if (const auto value = section.find("case-insensitive")) {
    const bool folded = read_boolean(*value).value_or(false);
    images.path_case = folded ? base::PathCase::folded : base::PathCase::exact;
  }
  read_watch(section, images.watch);
  read_aliases(section, images);
  read_client_files(section, settings);
}

void read_leases(const Cursor& cursor, Leases& leases) {
  constexpr std::array<Choice<Durability>, 3> kDurability{{{"commit", Durability::commit},
                                                           {"async", Durability::async},
                                                           {"memory", Durability::memory}}};
  Mapping section(cursor, kLeasesSection);
  if (const auto value = section.find("database")) {
    assign(leases.database, read_absolute_path(*value));
  }
  if (const auto value = section.find("durability")) {
    assign(leases.durability, read_choice(*value, kDurability));
  }
}

void read_tftp(const Cursor& cursor, Tftp& tftp) {
  constexpr std::array<Choice<TftpClients>, 3> kClients{{{"leased", TftpClients::leased},
                                                         {"subnets", TftpClients::subnets},
                                                         {"any", TftpClients::any}}};
  Mapping section(cursor, kTftpSection);
  if (const auto value = section.find("clients")) {
    assign(tftp.clients, read_choice(*value, kClients));
  }
  const bool is_spelled_out = tftp.clients != TftpClients::subnets;
  for (const Cursor& item : section.find_items("allow", kTftpAllowMax)) {
    if (const auto prefix = read_network(item)) tftp.allow.push_back(*prefix);
  }
  if (const auto value = section.find("blksize-max"); value && !value->is_word("mtu")) {
    tftp.blksize_max = read_number<std::uint16_t>(*value, kBlksizeMin, kBlksizeMax);
  }
  if (const auto value = section.find("windowsize-max")) {
    assign(tftp.windowsize_max, read_number<std::uint16_t>(*value, 1, kWindowsizeMax));
  }
  if (const auto value = section.find("ports")) {
    read_transfer_ports(*value, tftp);
    if (tftp.single_port && !is_spelled_out) {
      value->error(
          "needs clients: leased, or any spelled out: where all transfers have one port, "
          "whoever knows a client's can speak for it");
    }
  }
  if (const auto value = section.find("transfers-max")) {
    assign(tftp.transfers_max, read_number<std::uint32_t>(*value, 1, kTransfersMax));
  }
  if (const auto value = section.find("rto")) read_rto(*value, tftp);
  if (const auto value = section.find("pace")) read_pace(*value, tftp);
  if (const auto value = section.find("rollover")) {
    assign(tftp.rollover, read_number<std::uint16_t>(*value, 0, 1));
  }
  if (const auto value = section.find("strip-garbage")) {
    assign(tftp.strip_garbage, read_boolean(*value));
  }
}

void read_class_tftp(const Cursor& cursor, ClassTftp& tftp) {
  constexpr std::array<Choice<TftpOption>, 6> kOptions{{{"blksize", TftpOption::blksize},
                                                        {"tsize", TftpOption::tsize},
                                                        {"timeout", TftpOption::timeout},
                                                        {"utimeout", TftpOption::utimeout},
                                                        {"windowsize", TftpOption::windowsize},
                                                        {"rollover", TftpOption::rollover}}};
  Mapping section(cursor, kClassTftpSection);
  if (const auto value = section.find("blksize-max")) {
    tftp.blksize_max = read_number<std::uint16_t>(*value, kBlksizeMin, kBlksizeMax);
  }
  if (const auto value = section.find("windowsize-max")) {
    tftp.windowsize_max = read_number<std::uint16_t>(*value, 1, kWindowsizeMax);
  }
  if (const auto value = section.find("transfers-per-client")) {
    tftp.transfers_per_client = read_number<std::uint16_t>(*value, 1, 65535);
  }
  if (const auto value = section.find("pace")) tftp.pace_bits_per_second = read_rate(*value);
  for (const Cursor& item : section.find_items("reject", kOptions.size())) {
    const auto option = read_choice(item, kOptions);
    if (option) tftp.reject = static_cast<TftpOptionMask>(tftp.reject | bit_of(*option));
  }
}

std::optional<std::uint32_t> read_discover_rate(const Cursor& value) {
  if (value.is_word("none")) return 0;
  constexpr std::uint64_t kMax = 1000;
  const auto rate = parse_rate(value.text());
  if (rate && *rate >= 1 && *rate <= kMax) return static_cast<std::uint32_t>(*rate);
  value.unexpected(rate ? "out of range" : "");
  return std::nullopt;
}

void read_limits(const Cursor& cursor, Limits& limits) {
  Mapping section(cursor, kLimitsSection);
  if (const auto value = section.find("discovers-per-client")) {
    assign(limits.discovers_per_client, read_discover_rate(*value));
  }
  if (const auto value = section.find("drain")) {
    assign(limits.drain, read_duration(*value, std::chrono::seconds{0}, std::chrono::hours{1}));
  }
  if (const auto value = section.find("transfers-per-client")) {
    assign(limits.transfers_per_client, read_number<std::uint16_t>(*value, 1, 65535));
  }
  if (const auto value = section.find("unknown-clients")) {
    constexpr std::array<Choice<UnknownClients>, 2> kChoices{
        {{"serve", UnknownClients::serve}, {"ignore", UnknownClients::ignore}}};
    assign(limits.unknown_clients, read_choice(*value, kChoices));
  }
}

void read_log(const Cursor& cursor, LogLevel& level) {
  constexpr std::array<Choice<LogLevel>, 4> kLevels{{{"error", LogLevel::error},
                                                     {"warning", LogLevel::warning},
                                                     {"info", LogLevel::info},
                                                     {"debug", LogLevel::debug}}};
  Mapping section(cursor, kLogSection);
  if (const auto value = section.find("level")) assign(level, read_choice(*value, kLevels));
}

}  // namespace stentor::config
