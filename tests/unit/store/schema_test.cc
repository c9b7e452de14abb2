// SPDX-License-Identifier: BSD-3-Clause
// Goal: an empty file becomes a lease database, whole or not at all, and one of our version stays.
#include "store/schema.h"

#include <fstream>
#include <gtest/gtest.h>

#include "store_fixture.h"

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

}  // namespace
}  // namespace stentor::store
