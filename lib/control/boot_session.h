// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How far one machine has come with its boot, made of what workers saw of it.
//
// A boot is one session, though its ROM, iPXE and the system that they load each ask for an
// address. Who asks for one begins another session if it speaks earlier in that order than who was
// heard before; if it is firmware, and a file has been loaded since; or if nothing was heard of the
// machine for kSilenceMax. A renewal is no sign that it boots, and begins nothing.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "sighting/sighting.h"

namespace stentor::control {

enum class Stage : std::uint8_t {
  asking,     // for an address, in vain
  offered,    // one, or with ProxyDHCP a boot server
  told,       // its boot file, by ProxyDHCP
  refused,    // by a NAK
  declined,   // by the machine, which found its address in use
  elsewhere,  // another server gives it its address
  bound,
  loading,
  failed,  // its newest file
  loaded,  // its newest file, to the last byte
  released,
};
inline constexpr std::size_t kStages = 11;

struct BootSession {
  // Longer than a large image takes, with the start of what is in it.
  static constexpr base::Duration kSilenceMax = std::chrono::minutes{5};
  static constexpr std::uint32_t kNotReached = std::numeric_limits<std::uint32_t>::max();

  explicit BootSession(const sighting::Sighting& first);

  // Whether `next`, of the same machine, is of another session.
  [[nodiscard]] bool ends_before(const sighting::Sighting& next) const;
  // All of it but the name of a file, which the caller sets.
  void take(const sighting::Sighting& seen);

  // Nothing more is expected of it, as far as we can know: it has its newest file, an address that
  // an operating system asked for, or another server.
  [[nodiscard]] bool is_finished() const;
  // It is not, and has shown nothing for so long.
  [[nodiscard]] bool is_stuck(base::Time now, base::Duration silence) const {
    return !is_finished() && now - heard > silence;
  }
  // Bytes a second of its newest file, until it was last heard; 0: not known yet.
  [[nodiscard]] std::uint64_t rate() const;

  wire::MacAddress mac{};       // zero: not known
  wire::Ipv4Address address{};  // zero: none yet
  std::uint16_t network = 0;
  Stage stage = Stage::asking;
  std::optional<sighting::Speaker> speaker{};    // of its newest DHCP message; nullopt: none came
  sighting::Seen how = sighting::Seen::nothing;  // what the stage was reached by
  std::uint16_t reason = 0;                      // of unanswered and denied
  base::Time began{};
  base::Time heard{};
  // Milliseconds after `began` at which a stage was entered, the newest time.
  std::array<std::uint32_t, kStages> entered;
  // The newest file that it asked for.
  std::uint16_t port = 0;
  const std::string* file = nullptr;  // the table's
  base::Time file_began{};            // or was denied; zero: it has asked for none
  std::uint64_t file_bytes = 0;
  std::uint64_t file_has = 0;
  std::uint32_t file_resent = 0;
  // Of all that have ended.
  std::uint32_t files_loaded = 0;
  std::uint64_t bytes = 0;
  std::uint64_t resent = 0;

 private:
  void enter(Stage next, const sighting::Sighting& seen);
  void take_dhcp(const sighting::Sighting& seen);
  void take_transfer(const sighting::Sighting& seen);
};

// As the API spells them.
std::string_view name_of(Stage stage);
std::optional<Stage> find_stage(std::string_view name);
std::string_view name_of(sighting::Speaker speaker);

}  // namespace stentor::control
