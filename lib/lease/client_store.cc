// SPDX-License-Identifier: BSD-3-Clause
#include "lease/client_store.h"

#include <algorithm>
#include <array>

#include "base/big_endian.h"
#include "base/check.h"

namespace stentor::lease {

namespace {

constexpr std::uint64_t kHasMac = std::uint64_t{1} << 48;
constexpr std::uint64_t kHasSerial = std::uint64_t{1} << 49;
// A write takes some twenty nanoseconds: who meets one this often has met one that was held up.
constexpr unsigned kReadsMax = 64;

struct Words {
  ClientKey key;
  std::uint64_t classes = 0;
  std::uint64_t mac = 0;
  std::uint64_t serial = 0;
  std::uint64_t boot_directory = 0;
  std::uint64_t written = 0;

  [[nodiscard]] bool is_vacant() const { return key == ClientKey{}; }
};

Words words_of(const ClientKey& key, const ClientFacts& facts, base::Time now) {
  Words words{.key = key, .classes = facts.classes, .boot_directory = facts.boot_directory};
  if (facts.mac) words.mac = facts.mac->number() | kHasMac;
  if (facts.serial) words.mac |= kHasSerial;
  words.serial = std::uint64_t{facts.class_list} << 32 | facts.serial.value_or(0);
  words.written = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return words;
}

ClientFacts facts_of(const Words& words) {
  ClientFacts facts{.classes = words.classes,
                    .class_list = static_cast<std::uint32_t>(words.serial >> 32),
                    .boot_directory = words.boot_directory};
  if ((words.mac & kHasMac) != 0) facts.mac = wire::MacAddress::of_number(words.mac);
  if ((words.mac & kHasSerial) != 0) facts.serial = static_cast<std::uint32_t>(words.serial);
  return facts;
}

using Field = std::atomic<std::uint64_t>;

std::uint64_t take(const Field& field) {
  // Acquire pairs with the release in put(): a word of a later write brings its odd number along.
  return field.load(std::memory_order_acquire);
}

void put(Field& field, std::uint64_t word) {
  // Release pairs with the acquire in take(): who sees the word sees that the number is odd.
  field.store(word, std::memory_order_release);
}

// nullopt: it was being written all the while.
std::optional<Words> read(const ClientRecord& record) {
  for (unsigned i = 0; i < kReadsMax; ++i) {
    // Acquire pairs with the release in unlock(): the words of that write are seen, or later ones.
    const std::uint64_t before = record.sequence.load(std::memory_order_acquire);
    const Words words{.key = {take(record.key_low), take(record.key_high)},
                      .classes = take(record.classes),
                      .mac = take(record.mac),
                      .serial = take(record.serial),
                      .boot_directory = take(record.boot_directory),
                      .written = take(record.written)};
    // Relaxed: the acquires above keep it behind them.
    const std::uint64_t after = record.sequence.load(std::memory_order_relaxed);
    if (before == after && before % 2 == 0) return words;
  }
  return std::nullopt;
}

// The number that a writer must give back; nullopt: another has the record.
std::optional<std::uint64_t> lock(ClientRecord& record) {
  // Relaxed: the swap decides.
  std::uint64_t sequence = record.sequence.load(std::memory_order_relaxed);
  const bool is_free = sequence % 2 == 0;
  if (!is_free || !record.sequence.compare_exchange_strong(sequence, sequence + 1)) {
    return std::nullopt;
  }
  return sequence + 2;
}

void unlock(ClientRecord& record, std::uint64_t sequence) {
  // Release pairs with the acquire in read() and with the swap in lock().
  record.sequence.store(sequence, std::memory_order_release);
}

void write(ClientRecord& record, const Words& words) {
  put(record.key_low, words.key.low);
  put(record.key_high, words.key.high);
  put(record.classes, words.classes);
  put(record.mac, words.mac);
  put(record.serial, words.serial);
  put(record.boot_directory, words.boot_directory);
  put(record.written, words.written);
}

ClientRecord* records_at(base::MutableBytes memory, std::size_t bytes_needed) {
  CHECK(memory.size() >= bytes_needed);
  CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % alignof(ClientRecord) == 0);
  return reinterpret_cast<ClientRecord*>(memory.data());
}

ClientKey key_of(std::uint16_t network, const wire::MacAddress& mac) {
  return {std::uint64_t{network} << wire::MacAddress::kBits | mac.number(), 1};
}

}  // namespace

std::size_t ClientStore::bytes_needed(std::size_t slots) {
  return (slots + kUnleased) * sizeof(ClientRecord);
}

ClientStore::ClientStore(std::size_t slots, base::MutableBytes memory, const base::HashKey& key)
    : key_(key), leased_(records_at(memory, bytes_needed(slots))), unleased_(leased_ + slots) {}

bool ClientStore::note_lease(const Table& leases, wire::Ipv4Address address, const Owner& owner,
                             const ClientFacts& facts, base::Time now) {
  const auto slot = leases.slot_of(address);
  if (!slot) return true;
  ClientRecord& record = leased_[*slot];
  const auto known = read(record);
  // A renewal says what the record says already.
  if (known && known->key == owner.hash && facts_of(*known) == facts) return true;
  const auto sequence = lock(record);
  if (!sequence) return false;
  // Who wrote while the address was still its own cannot overwrite the next owner's facts: that one
  // finds the record taken, and its client asks again.
  if (leases.owner_at(address) == owner) write(record, words_of(owner.hash, facts, now));
  unlock(record, *sequence);
  return true;
}

ClientStore::Found ClientStore::find_lease(const Table& leases, wire::Ipv4Address address) const {
  const auto slot = leases.slot_of(address);
  if (!slot) return std::optional<ClientFacts>{};
  const auto words = read(leased_[*slot]);
  if (!words) return tl::unexpected(Busy{});
  if (words->is_vacant()) return std::optional<ClientFacts>{};
  // After the record was read: facts of who had the address before are never taken for its owner's.
  if (leases.owner_at(address) != Owner{words->key}) return std::optional<ClientFacts>{};
  return facts_of(*words);
}

ClientRecord* ClientStore::set_of(const ClientKey& key) const {
  std::array<std::uint8_t, 8> bytes;
  base::store_big_endian(bytes.data(), key.low);
  return unleased_ + base::siphash64(key_, bytes) % (kUnleased / kWays) * kWays;
}

bool ClientStore::note_unleased(std::uint16_t network, const wire::MacAddress& mac,
                                const ClientFacts& facts, base::Time now) {
  const ClientKey key = key_of(network, mac);
  ClientRecord* set = set_of(key);
  std::array<std::uint64_t, kWays> written;
  std::size_t place = kWays;
  for (std::size_t way = 0; way < kWays && place == kWays; ++way) {
    const auto words = read(set[way]);
    if (!words) return false;
    written[way] = words->written;
    if (words->key == key || words->is_vacant()) place = way;
  }
  if (place == kWays) {
    place = static_cast<std::size_t>(std::ranges::min_element(written) - written.begin());
  }
  const auto sequence = lock(set[place]);
  if (!sequence) return false;
  write(set[place], words_of(key, facts, now));
  unlock(set[place], *sequence);
  return true;
}

ClientStore::Found ClientStore::find_unleased(std::uint16_t network,
                                              const wire::MacAddress& mac) const {
  const ClientKey key = key_of(network, mac);
  const ClientRecord* set = set_of(key);
  for (std::size_t way = 0; way < kWays; ++way) {
    const auto words = read(set[way]);
    if (!words) return tl::unexpected(Busy{});
    if (words->key == key) return facts_of(*words);
  }
  return std::optional<ClientFacts>{};
}

}  // namespace stentor::lease
