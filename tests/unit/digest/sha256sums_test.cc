// SPDX-License-Identifier: BSD-3-Clause
// Goal: every form that sha256sum(1) writes is read, a wrong line is named, and a file verifies
// only with its own bytes.
#include "digest/sha256sums.h"

#include <gtest/gtest.h>

#include "digest/file_hasher.h"

namespace stentor::digest {
namespace {

const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

image::Verdict verdict_of(const image::Verifier& sums, std::string_view path,
                          std::string_view bytes) {
  return sums.verify(path, base::as_bytes(bytes)).verdict;
}

TEST(Sha256Sums, ReadsTextAndBinaryLinesCommentsAndEscapes) {
  const auto sums =
      read_sha256sums("# made by hand\n" + kAbc + "  text\n" + kAbc + " *./sub/binary\r\n\n\\" +
                      kAbc + "  a\\nb\\\\c\\rd\n" + kAbc + "  with  spaces ");
  ASSERT_TRUE(sums.has_value()) << sums.error().sentence;
  for (const char* path : {"text", "sub/binary", "a\nb\\c\rd", "with  spaces "})
    EXPECT_EQ(verdict_of(**sums, path, "abc"), image::Verdict::verified) << path;
  EXPECT_EQ((*sums)->paths().size(), 4u);
}

TEST(Sha256Sums, TellsBadFromUnlisted) {
  const auto sums = read_sha256sums(kAbc + "  file\n");
  ASSERT_TRUE(sums.has_value());
  EXPECT_EQ(verdict_of(**sums, "file", "abd"), image::Verdict::bad);
  EXPECT_EQ(verdict_of(**sums, "file", ""), image::Verdict::bad);
  EXPECT_EQ(verdict_of(**sums, "other", "abc"), image::Verdict::unlisted);
  const image::Verification bad = (*sums)->verify("file", base::as_bytes("abd"));
  EXPECT_NE(bad.reason.find("the manifest says " + kAbc), std::string::npos);
}

TEST(Sha256Sums, NamesTheWrongLine) {
  const std::string good = kAbc + "  a\n";
  for (const std::string& wrong :
       {kAbc, kAbc + "  ", kAbc + " b", kAbc + "\tb", "x" + kAbc.substr(1) + "  b",
        kAbc.substr(1) + "  b", "\\" + kAbc + "  b\\q", "\\" + kAbc + "  b\\", kAbc + "  ../b",
        std::string(64, '0') + "  a", std::string("\\")}) {
    const auto sums = read_sha256sums(good + wrong + "\n");
    ASSERT_FALSE(sums.has_value()) << wrong;
    EXPECT_TRUE(sums.error().sentence.starts_with("line 2: ")) << sums.error().sentence;
  }
}

TEST(Sha256Sums, AllowsTheSamePathTwiceWithTheSameHash) {
  const auto sums = read_sha256sums(kAbc + "  a\n" + kAbc + "  ./a\n");
  ASSERT_TRUE(sums.has_value());
  EXPECT_EQ((*sums)->paths().size(), 1u);
}

TEST(Sha256Sums, WritesLinesThatItReadsBack) {
  const Sha256 hash = sha256_of(base::as_bytes("abc"));
  EXPECT_EQ(sha256sums_line("a/b", hash), kAbc + "  a/b\n");
  EXPECT_EQ(sha256sums_line("a\nb\\", hash), "\\" + kAbc + "  a\\nb\\\\\n");
  const auto sums = read_sha256sums(sha256sums_line("a\nb\\\r", hash));
  ASSERT_TRUE(sums.has_value());
  EXPECT_EQ(verdict_of(**sums, "a\nb\\\r", "abc"), image::Verdict::verified);
}

}  // namespace
}  // namespace stentor::digest
