// SPDX-License-Identifier: BSD-3-Clause
// Goal: people find what the writer has committed, while it writes and after it has put a whole new
// database in place, and are never in its way.
#include "store/lease_reader.h"

#include <fstream>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

constexpr std::uint32_t kAddress = 0x0a000007;

class LeaseReaderTest : public testing::Test {
 protected:
  LeaseReaderTest() : database(open_or_die({folder.database()})) {}

  void apply(const lease::LeaseChange& change) const {
    const auto applied = database->apply(std::span(&change, 1), clocks_after({}));
    ASSERT_TRUE(applied) << applied.error().sentence;
  }
  // By a reader of its own.
  [[nodiscard]] std::string hostname_at(std::uint32_t address) const {
    auto reader = LeaseReader::open(folder.database());
    if (!reader) return reader.error().sentence;
    const auto record = reader->find(wire::Ipv4Address{address}, clocks_after({}));
    EXPECT_TRUE(reader->ok());
    return record ? std::string(base::as_text(record->change.hostname.view())) : "none";
  }

  TemporaryFolder folder;
  std::unique_ptr<Database> database;
};

TEST_F(LeaseReaderTest, FindsWhatWasCommitted) {
  apply(with_details(bound(kAddress, 1), "node7"));
  apply(with_details(bound(kAddress + 2, 1), "node9"));
  EXPECT_EQ(hostname_at(kAddress), "node7");
  EXPECT_EQ(hostname_at(kAddress + 1), "none");
  EXPECT_EQ(hostname_at(kAddress + 2), "node9");
}

TEST_F(LeaseReaderTest, IsAskedAgainAndAgainWhileTheWriterGoesOn) {
  auto reader = LeaseReader::open(folder.database());
  ASSERT_TRUE(reader);
  for (std::uint32_t version = 1; version < 5; ++version) {
    apply(with_details(bound(kAddress, version), "node7"));
    const auto record = reader->find(wire::Ipv4Address{kAddress}, clocks_after({}));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->change.version, version);
    EXPECT_EQ(record->change.owner, owner_for(kAddress, version));
  }
}

TEST_F(LeaseReaderTest, FindsTheDatabaseThatTookTheOldOnesPlace) {
  apply(with_details(bound(kAddress, 1), "old"));
  auto earlier = LeaseReader::open(folder.database());
  ASSERT_TRUE(earlier);
  ASSERT_TRUE(earlier->find(wire::Ipv4Address{kAddress}, clocks_after({})));
  const auto rewritten = database->rewrite(
      [](const VisitChange& visit) { visit(with_details(bound(kAddress, 2), "new")); }, {},
      clocks_after({}));
  ASSERT_TRUE(rewritten) << rewritten.error().sentence;
  EXPECT_EQ(hostname_at(kAddress), "new");
  earlier = LeaseReader::open(folder.database());
  apply(with_details(bound(kAddress, 3), "newer"));
  EXPECT_EQ(hostname_at(kAddress), "newer");
}

TEST_F(LeaseReaderTest, VisitsAllInOrderUntilItIsEnough) {
  for (std::uint32_t i = 3; i > 0; --i) apply(with_details(bound(kAddress + i, 1), "node"));
  auto reader = LeaseReader::open_checked(folder.database());
  ASSERT_TRUE(reader) << reader.error().sentence;
  const auto visited_first = [&](std::size_t count) {
    std::vector<std::uint32_t> addresses;
    const auto read = reader->for_each(clocks_after({}), [&](const StoredRecord& record) {
      addresses.push_back(record.change.address.host() - kAddress);
      return addresses.size() < count;
    });
    EXPECT_TRUE(read);
    return addresses;
  };
  EXPECT_EQ(visited_first(9), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(visited_first(2), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(LeaseReaderTest, ReadsWhatNoStentordHasAndLeavesItToTheNext) {
  apply(with_details(bound(kAddress, 1), "node7"));
  ASSERT_TRUE(database->end_cleanly(clocks_after({})));
  database.reset();
  {
    auto reader = LeaseReader::open_checked(folder.database());
    ASSERT_TRUE(reader) << reader.error().sentence;
    EXPECT_TRUE(reader->find(wire::Ipv4Address{kAddress}, clocks_after({})));
  }
  database = open_or_die({folder.database()});
  apply(with_details(bound(kAddress, 2), "node8"));
  EXPECT_EQ(hostname_at(kAddress), "node8");
}

TEST_F(LeaseReaderTest, RefusesWhatIsNoDatabaseOfOurs) {
  const auto refusal = [&](const std::string& path) {
    const auto reader = LeaseReader::open_checked(path);
    return reader ? "opened" : reader.error().sentence;
  };
  EXPECT_EQ(refusal(folder.at("absent.db")),
            "there is no lease database at " + folder.at("absent.db") + ".");
  EXPECT_FALSE(std::filesystem::exists(folder.at("absent.db"))) << "it was made";
  std::ofstream(folder.at("text")) << "no database, but a text of more than a hundred bytes: it "
                                      "goes on and on until it is long enough for that";
  EXPECT_NE(refusal(folder.at("text")).find("is not a lease database"), std::string::npos);
  std::ofstream(folder.database() + ".replacement") << "whole";
  EXPECT_NE(refusal(folder.database()).find("start stentord"), std::string::npos);
}

TEST_F(LeaseReaderTest, LeavesTheLogToTheWriter) {
  apply(with_details(bound(kAddress, 1), "node7"));
  EXPECT_EQ(hostname_at(kAddress), "node7");
  EXPECT_TRUE(std::filesystem::exists(folder.database() + "-wal"));
  ASSERT_TRUE(database->end_cleanly(clocks_after({})));
}

TEST_F(LeaseReaderTest, SaysThatThereIsNoDatabase) {
  EXPECT_FALSE(LeaseReader::open(folder.at("absent.db")));
}

}  // namespace
}  // namespace stentor::store
