// SPDX-License-Identifier: BSD-3-Clause
// Goal: an empty file becomes a lease database, whole or not at all, and one of our version stays.
#include "store/schema.h"

#include <fstream>
#include <gtest/gtest.h>

#include "store_fixture.h"
#include "version_1_database.h"

namespace stentor::store {
namespace {

struct SchemaSubject {
  SchemaSubject() {
    std::ofstream(folder.database()).close();
    connection = *Connection::open(folder.database(), {});
  }
  [[nodiscard]] std::int64_t version() { return *connection.number("PRAGMA user_version"); }

  TemporaryFolder folder;
  Connection connection;
};

TEST(Schema, LeadsFromNothingToItsVersion) {
  SchemaSubject subject;
  EXPECT_TRUE(migrate(subject.connection));
  EXPECT_EQ(subject.version(), schema_version());
  EXPECT_EQ(subject.connection.number("SELECT count(*) FROM lease"), 0);
  EXPECT_TRUE(migrate(subject.connection)) << "again: nothing is left to do";
}

TEST(Schema, LeavesNothingOfAStepThatFailed) {
  SchemaSubject subject;
  // In the way of the step's second table.
  ASSERT_TRUE(subject.connection.run("CREATE TABLE record (x)"));
  EXPECT_FALSE(migrate(subject.connection));
  EXPECT_EQ(subject.version(), 0);
  EXPECT_EQ(subject.connection.number("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'"), 0);
}

TEST(Schema, RefusesRecordsThatMeanNothing) {
  SchemaSubject subject;
  ASSERT_TRUE(migrate(subject.connection));
  const auto insert = [&](const std::string& values) {
    return subject.connection.run(
        ("INSERT INTO record (address, state, version, owner, changed, htype) VALUES (" + values +
         ")")
            .c_str());
  };
  EXPECT_TRUE(insert("1, 1, 1, zeroblob(16), 0, 1"));
  EXPECT_FALSE(insert("4294967296, 1, 1, zeroblob(16), 0, 1"));
  EXPECT_FALSE(insert("2, 3, 1, zeroblob(16), 0, 1"));
  EXPECT_FALSE(insert("2, 1, -1, zeroblob(16), 0, 1"));
  EXPECT_FALSE(insert("2, 1, 1, zeroblob(15), 0, 1"));
  EXPECT_FALSE(insert("2, 1, 1, 'text', 0, 1"));
}

TEST(Schema, LeadsFromVersion1WithAllThatItSaysOfLeases) {
  const TemporaryFolder folder;
  make_version_1(folder.database());
  auto connection = Connection::open(folder.database(), {});
  ASSERT_EQ(connection->number("PRAGMA user_version"), 1);
  const std::string before = records_of(*connection);
  EXPECT_EQ(std::ranges::count(before, '\n'), 199);
  const auto migrated = migrate(*connection);
  ASSERT_TRUE(migrated) << migrated.error().sentence;
  EXPECT_EQ(connection->number("PRAGMA user_version"), schema_version());
  EXPECT_EQ(records_of(*connection), before);
  EXPECT_EQ(connection->number("SELECT count(*) FROM lease"), 200);
  EXPECT_EQ(connection->number("SELECT count(*) FROM meta"), 3);
  EXPECT_EQ(connection->number("SELECT count(*) FROM run_time_host"), 0);
}

TEST(Schema, LeavesVersion1AsItWasWhenTheStepFromItFails) {
  const TemporaryFolder folder;
  make_version_1(folder.database());
  auto connection = Connection::open(folder.database(), {});
  const std::string before = records_of(*connection);
  // In the way of the step's view.
  ASSERT_TRUE(connection->run("CREATE TABLE run_time_host (x)"));
  EXPECT_FALSE(migrate(*connection));
  EXPECT_EQ(connection->number("PRAGMA user_version"), 1);
  EXPECT_EQ(connection->number("SELECT count(*) FROM sqlite_schema WHERE name = 'host'"), 0);
  EXPECT_EQ(records_of(*connection), before);
}

TEST(Schema, RefusesHostsThatMeanNothing) {
  SchemaSubject subject;
  ASSERT_TRUE(migrate(subject.connection));
  const auto insert = [&](const std::string& values) {
    return subject.connection.run(
        ("INSERT INTO host (mac, address, is_local, is_for_ipxe) VALUES (" + values + ")").c_str());
  };
  EXPECT_TRUE(insert("1, NULL, 0, 0"));
  EXPECT_TRUE(insert("281474976710655, 4294967295, 1, 1"));
  EXPECT_FALSE(insert("0, NULL, 0, 0"));
  EXPECT_FALSE(insert("281474976710656, NULL, 0, 0"));
  EXPECT_FALSE(insert("2, 4294967296, 0, 0"));
  EXPECT_FALSE(insert("2, -1, 0, 0"));
  EXPECT_FALSE(insert("2, NULL, 2, 0"));
  EXPECT_FALSE(insert("2, NULL, NULL, 0"));
  EXPECT_FALSE(insert("2, NULL, 0, 2"));
  EXPECT_FALSE(insert("2, 'text', 0, 0"));
}

}  // namespace
}  // namespace stentor::store
