// SPDX-License-Identifier: BSD-3-Clause
#include "base/histogram.h"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

// Goal: every value has one bucket, buckets are in order and leave no gap.
TEST(Histogram, BucketsCoverAllValuesOnce) {
  std::uint64_t next = 0;
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    ASSERT_EQ(Histogram::lowest_of(bucket), next) << bucket;
    ASSERT_EQ(Histogram::bucket_of(Histogram::lowest_of(bucket)), bucket);
    ASSERT_EQ(Histogram::bucket_of(Histogram::highest_of(bucket)), bucket);
    next = Histogram::highest_of(bucket) + 1;
  }
  EXPECT_EQ(next, 0U);  // past the last one
}

// Goal: a quantile is exact for small values, and at most 1/32 too high for large ones.
TEST(Histogram, QuantilesAreNearTheTruth) {
  Histogram small;
  for (std::uint64_t value = 1; value <= 50; ++value) small.add(value);
  EXPECT_EQ(small.quantile(0.5), 25U);
  EXPECT_EQ(small.quantile(0), 1U);
  EXPECT_EQ(small.quantile(1), 50U);

  Histogram large;
  for (std::uint64_t value = 1; value <= 100'000; ++value) large.add(value * 1000);
  for (const double fraction : {0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double truth = fraction * 100'000'000;
    const auto found = static_cast<double>(large.quantile(fraction));
    EXPECT_GE(found, truth * 0.999);
    EXPECT_LE(found, truth * (1 + 1.0 / 32) + 1000);
  }
  EXPECT_EQ(large.quantile(1), large.max());
}

// Goal: two histograms added up are the histogram of all values.
TEST(Histogram, AddsUp) {
  Histogram left;
  Histogram right;
  left.add(10);
  right.add(3, 2);
  left.add(right);
  EXPECT_EQ(left.count(), 3U);
  EXPECT_EQ(left.min(), 3U);
  EXPECT_EQ(left.max(), 10U);
  EXPECT_DOUBLE_EQ(left.mean(), 16.0 / 3);
  EXPECT_EQ(Histogram{}.quantile(0.5), 0U);
  EXPECT_EQ(Histogram{}.min(), 0U);
}

}  // namespace
}  // namespace stentor::base
