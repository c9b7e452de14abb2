// SPDX-License-Identifier: BSD-3-Clause
// Goal: lines and paths of a manifest are read as their writers meant them.
#include "digest/manifest_text.h"

#include <gtest/gtest.h>

namespace stentor::digest {
namespace {

TEST(LineReader, EndsLinesAtEitherEndAndCountsThem) {
  LineReader lines("one\ntwo\r\n\nlast");
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), "two");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), "last");
  EXPECT_EQ(lines.number(), 4u);
  EXPECT_EQ(lines.wrong("expected more").value().sentence, "line 4: expected more.");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_EQ(LineReader("").next(), std::nullopt);
}

TEST(CataloguePath, IsBeneathTheRoot) {
  EXPECT_EQ(catalogue_path("./netboot//linux"), "netboot/linux");
  EXPECT_EQ(catalogue_path("/a/./b"), "a/b");
  EXPECT_EQ(catalogue_path("..."), "...");
  for (const char* written : {"", ".", "/", "../a", "a/../b", "a/.."})
    EXPECT_EQ(catalogue_path(written), std::nullopt) << written;
}

}  // namespace
}  // namespace stentor::digest
