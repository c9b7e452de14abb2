// SPDX-License-Identifier: BSD-3-Clause
// Goal: who was noted last is known, in memory that does not grow.
#include "worker/proven_clients.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

wire::Ipv4Address numbered(std::uint32_t number) { return wire::Ipv4Address{0x0a000001 + number}; }

TEST(ProvenClients, KnowsWhoWasNoted) {
  ProvenClients clients(/*hash_key=*/7);
  EXPECT_FALSE(clients.has(numbered(0)));
  clients.note(numbered(0));
  clients.note(numbered(0));
  EXPECT_TRUE(clients.has(numbered(0)));
  EXPECT_FALSE(clients.has(numbered(1)));
}

// Of the first so many.
std::size_t known_of(const ProvenClients& clients, std::uint32_t count) {
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (clients.has(numbered(i))) ++known;
  }
  return known;
}

TEST(ProvenClients, KnowsTheNewestOfMoreThanItHasRoomFor) {
  ProvenClients clients(/*hash_key=*/7);
  const auto count = static_cast<std::uint32_t>(4 * ProvenClients::kSlots);
  for (std::uint32_t i = 0; i < count; ++i) {
    clients.note(numbered(i));
    EXPECT_TRUE(clients.has(numbered(i)));
  }
  EXPECT_LE(known_of(clients, count), ProvenClients::kSlots);
  EXPECT_GT(known_of(clients, count), ProvenClients::kSlots / 2);
}

TEST(ProvenClients, HasRoomForMostOfARack) {
  ProvenClients clients(/*hash_key=*/7);
  for (std::uint32_t i = 0; i < 1000; ++i) clients.note(numbered(i));
  EXPECT_GT(known_of(clients, 1000), 900u);
}

}  // namespace
}  // namespace stentor::worker
