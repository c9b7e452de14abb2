// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a client says of itself is kept within its limits, and cut where it hurts least.
#include "lease/lease_change.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::lease {
namespace {

std::string kept(const std::string& name) {
  LeaseChange change;
  assign_hostname(change, base::as_bytes(name));
  return std::string(base::as_text(change.hostname.view()));
}

TEST(LeaseChange, KeepsANameThatFits) {
  EXPECT_EQ(kept(""), "");
  EXPECT_EQ(kept("node7.rack3"), "node7.rack3");
  EXPECT_EQ(kept(std::string(64, 'a')), std::string(64, 'a'));
}

TEST(LeaseChange, CutsALongNameAtALabel) {
  const std::string label(31, 'a');
  EXPECT_EQ(kept(label + "." + label + "." + label), label + "." + label);
  EXPECT_EQ(kept(std::string(64, 'a') + ".example"), std::string(64, 'a'));
  EXPECT_EQ(kept("." + std::string(80, 'a')), "." + std::string(63, 'a'));
}

TEST(LeaseChange, CutsALongLabelBetweenCharacters) {
  EXPECT_EQ(kept(std::string(100, 'a')), std::string(64, 'a'));
  EXPECT_EQ(kept(std::string(63, 'a') + "\u00fc" + "b"), std::string(63, 'a'));
  EXPECT_EQ(kept(std::string(100, '\x80')), "") << "no character begins there";
}

TEST(LeaseChange, CutsFieldsThatAreTooLong) {
  Field<16> field;
  const std::string text = "0123456789abcdefgh";
  field.assign(base::as_bytes(text));
  EXPECT_EQ(base::as_text(field.view()), "0123456789abcdef");
}

TEST(LeaseChange, KnowsWhetherItHasDetails) {
  LeaseChange change;
  EXPECT_FALSE(change.has_details());
  LeaseChange other;
  other.remote_id.assign(base::as_bytes("r"));
  EXPECT_TRUE(other.has_details());
  change.assign_details(other);
  EXPECT_EQ(base::as_text(change.remote_id.view()), "r");
}

}  // namespace
}  // namespace stentor::lease
