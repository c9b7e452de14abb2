// SPDX-License-Identifier: BSD-3-Clause
// Goal: what comes, changes and goes makes generations of its own, each as it was, and names every
// image that is in use no longer once.
#include "image/catalogue.h"

#include <gtest/gtest.h>
#include <random>

#include "bounded_memory.h"
#include "image/generation_builder.h"
#include "support/allocation_trap.h"

namespace stentor::image {
namespace {

class CatalogueTest : public testing::Test {
 protected:
  std::shared_ptr<const Generation> first(std::initializer_list<const char*> paths,
                                          base::PathCase path_case) {
    GenerationBuilder builder(memory, 0);
    for (const char* path : paths) EXPECT_TRUE(builder.add_copy(path, base::as_bytes("old")));
    return builder.build(1, path_case);
  }
  static const Image* made(Catalogue& catalogue, const std::string& path, std::string_view text) {
    const ImageSpace space = catalogue.stock().reserve(text.size());
    std::ranges::copy(base::as_bytes(text), space.bytes.begin());
    return catalogue.stock().add(space, std::vector{path}).at(0);
  }
  static std::string text(const Image* image) {
    return image == nullptr ? "none" : std::string(base::as_text(image->bytes));
  }

  BoundedMemory memory;
};

TEST_F(CatalogueTest, MakesNoGenerationOfNoChange) {
  Catalogue catalogue(first({"a"}, base::PathCase::exact));
  EXPECT_EQ(catalogue.commit().generation, nullptr);
}

TEST_F(CatalogueTest, KeepsTheOldGenerationAndNamesWhatIsRetired) {
  const auto old = first({"a", "b"}, base::PathCase::exact);
  Catalogue catalogue(old);
  catalogue.put(made(catalogue, "a", "new"));
  catalogue.put(made(catalogue, "c", "new"));
  catalogue.remove("b");
  const auto change = catalogue.commit();
  ASSERT_NE(change.generation, nullptr);
  EXPECT_EQ(change.generation->number(), 2u);
  EXPECT_EQ(change.generation->size(), 2u);
  EXPECT_EQ(text(change.generation->find("a")), "new");
  EXPECT_EQ(text(change.generation->find("b")), "none");
  EXPECT_EQ(text(change.generation->find("c")), "new");
  EXPECT_EQ(text(old->find("a")), "old");
  EXPECT_EQ(text(old->find("b")), "old");
  EXPECT_EQ(text(old->find("c")), "none");
  EXPECT_EQ(change.retired, (std::vector{old->find("a"), old->find("b")}));
  EXPECT_EQ(catalogue.commit().generation, nullptr);
}

// There is no negative cache: what a generation has not, the next may have.
TEST_F(CatalogueTest, ForgetsAMissWithItsGeneration) {
  const auto old = first({"a"}, base::PathCase::folded);
  Catalogue catalogue(old);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(old->find("b"), nullptr);
  ASSERT_EQ(old->find_folded("B"), nullptr);
  catalogue.put(made(catalogue, "b", "new"));
  const auto change = catalogue.commit();
  EXPECT_EQ(text(change.generation->find("b")), "new");
  EXPECT_EQ(text(change.generation->find_folded("B")), "new");
  EXPECT_EQ(old->find("b"), nullptr);
}

TEST_F(CatalogueTest, FindsTheFirstSpellingThatThereIs) {
  Catalogue catalogue(first({"boot/bcd"}, base::PathCase::folded));
  const auto spelling = [&] {
    const auto change = catalogue.commit();
    const Image* image = change.generation->find_folded("BOOT/bcd");
    return image == nullptr ? "none" : std::string(image->path);
  };
  catalogue.put(made(catalogue, "Boot/BCD", "new"));
  EXPECT_EQ(spelling(), "Boot/BCD");
  catalogue.put(made(catalogue, "boot/BCD", "new"));
  EXPECT_EQ(spelling(), "Boot/BCD");
  catalogue.remove("Boot/BCD");
  EXPECT_EQ(spelling(), "boot/BCD");
  catalogue.remove("boot/BCD");
  EXPECT_EQ(spelling(), "boot/bcd");
  catalogue.remove("boot/bcd");
  EXPECT_EQ(spelling(), "none");
}

TEST_F(CatalogueTest, GivesEachImagesMemoryBackByItself) {
  Catalogue catalogue(first({"a"}, base::PathCase::exact));
  const Image* replaced = catalogue.find("a");
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) {
    const Image* next = made(catalogue, "a", large);
    catalogue.put(next);
    EXPECT_EQ(catalogue.commit().retired, std::vector{replaced});
    catalogue.stock().remove(std::vector{replaced});
    replaced = next;
    ASSERT_EQ(catalogue.stock().images(), 1u);
    ASSERT_LE(memory.blocks_out(), 2u);
  }
}

// A file of two paths is one space, and lives as long as one of them does.
TEST_F(CatalogueTest, KeepsBytesUntilTheLastOfTheirPathsGoes) {
  Catalogue catalogue(first({"a"}, base::PathCase::exact));
  const std::string large(1 << 20, 'x');
  const ImageSpace space = catalogue.stock().reserve(large.size());
  const auto both = catalogue.stock().add(space, std::vector<std::string>{"b", "c"});
  EXPECT_EQ(memory.blocks_out(), 2u);
  catalogue.stock().remove(std::vector{both[0]});
  EXPECT_EQ(memory.blocks_out(), 2u);
  catalogue.stock().remove(std::vector{both[1]});
  EXPECT_EQ(memory.blocks_out(), 1u);
}

TEST_F(CatalogueTest, AgreesWithANaiveMapInAnyCaseUnderRandomChanges) {
  std::mt19937 random(5);
  Catalogue catalogue(first({}, base::PathCase::folded));
  std::map<std::string, std::string> naive;
  for (int round = 0; round < 4000; ++round) {
    std::string path = "abcdef";
    for (char& letter : path) {
      if (random() % 2 == 0) letter = static_cast<char>(letter - 'a' + 'A');
    }
    path += std::to_string(random() % 20);
    if (random() % 2 == 0) {
      const std::string bytes = std::to_string(round);
      catalogue.put(made(catalogue, path, bytes));
      naive[path] = bytes;
    } else if (naive.erase(path) != 0) {
      catalogue.remove(path);
    }
    const auto change = catalogue.commit();
    if (change.generation == nullptr) continue;
    ASSERT_EQ(change.generation->size(), naive.size());
    catalogue.stock().remove(change.retired);
    const std::string asked = "AbCdEf" + path.substr(6);
    std::string expected = "none";
    for (const auto& [known, bytes] : naive) {
      if (known.size() != asked.size() || known.substr(6) != asked.substr(6)) continue;
      expected = bytes;
      break;
    }
    ASSERT_EQ(text(change.generation->find_folded(asked)), expected) << round;
  }
}

// Of many changes, each one file of a root of so many: what all that the catalogue does for them
// allocates, new indexes now and then included.
std::uint64_t bytes_allocated(int files, int changes) {
  BoundedMemory memory;
  const auto path_of = [](int file) { return "rack/machine-" + std::to_string(file); };
  GenerationBuilder builder(memory, 0);
  for (int i = 0; i < files; ++i) EXPECT_TRUE(builder.add_copy(path_of(i), {}));
  Catalogue catalogue(builder.build(1));
  const std::uint64_t before = support::allocated_bytes();
  for (int i = 0; i < changes; ++i) {
    const std::string path = path_of(i * 7919 % files);
    catalogue.put(catalogue.stock().add(catalogue.stock().reserve(0), {&path, 1}).at(0));
    catalogue.stock().remove(catalogue.commit().retired);
  }
  return support::allocated_bytes() - before;
}

TEST(CatalogueCost, FollowsTheChangeAndNotTheRoot) {
  constexpr int kChanges = 50'000;
  EXPECT_LT(bytes_allocated(65'536, kChanges), 2 * bytes_allocated(1'024, kChanges));
}

}  // namespace
}  // namespace stentor::image
