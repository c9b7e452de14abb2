// SPDX-License-Identifier: BSD-3-Clause
// Goal: a failure is sorted by what helps, says where it was, and stays until it is reset.
#include "store/connection.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

struct EmptyConnection {
  EmptyConnection() {
    std::ofstream(folder.database()).close();
    connection = *Connection::open(folder.database(), {});
  }
  TemporaryFolder folder;
  Connection connection;
};

TEST(Connection, OpensNoFileThatIsNotThere) {
  const TemporaryFolder folder;
  const auto opened = Connection::open(folder.database(), {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().trouble, Trouble::broken);
  EXPECT_THAT(opened.error().sentence,
              testing::HasSubstr("cannot open the lease database " + folder.database()));
  EXPECT_THAT(opened.error().sentence, testing::HasSubstr("No such file"));
  EXPECT_FALSE(std::filesystem::exists(folder.database()));
}

TEST(Connection, BindsAndReadsNumbersBytesAndNothing) {
  EmptyConnection subject;
  Statement select(subject.connection, "SELECT ?1, ?2, ?3, ?4");
  select.bind(1, std::int64_t{-7});
  select.bind(2, base::as_bytes("ab"));
  select.bind(3, base::Bytes{});
  select.bind(4, std::optional<std::int64_t>{});
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.number(0), -7);
  EXPECT_EQ(base::as_text(select.bytes(1)), "ab");
  EXPECT_TRUE(select.bytes(2).empty());
  EXPECT_EQ(select.number_or_null(2), std::nullopt);
  EXPECT_EQ(select.number_or_null(3), std::nullopt);
  EXPECT_FALSE(select.step());
  EXPECT_TRUE(select.ok());
}

TEST(Connection, DoesNothingMoreAfterAFailureUntilItIsReset) {
  EmptyConnection subject;
  ASSERT_TRUE(subject.connection.run("CREATE TABLE t (x INTEGER CHECK (x > 0))"));
  Statement insert(subject.connection, "INSERT INTO t VALUES (?1)");
  insert.bind(1, std::int64_t{0});
  EXPECT_FALSE(insert.step());
  EXPECT_FALSE(insert.ok());
  EXPECT_THAT(subject.connection.failure("write").sentence, testing::HasSubstr("CHECK"));
  insert.bind(1, std::int64_t{1});
  EXPECT_FALSE(insert.ok()) << "the failure is not forgotten";
  insert.reset();
  insert.bind(1, std::int64_t{1});
  EXPECT_TRUE(insert.run());
  EXPECT_EQ(subject.connection.number("SELECT count(*) FROM t"), 1);
}

TEST(Connection, FailsWithAStatementThatIsNone) {
  EmptyConnection subject;
  Statement none;
  EXPECT_FALSE(none.step());
  EXPECT_FALSE(none.ok());
  EXPECT_FALSE(Statement(subject.connection, "no SQL").ok());
}

TEST(Connection, RollsBackWhatWasBegun) {
  EmptyConnection subject;
  ASSERT_TRUE(subject.connection.run("BEGIN; CREATE TABLE t (x)"));
  EXPECT_TRUE(subject.connection.is_in_transaction());
  subject.connection.roll_back();
  EXPECT_FALSE(subject.connection.is_in_transaction());
  EXPECT_FALSE(subject.connection.run("SELECT * FROM t"));
}

}  // namespace
}  // namespace stentor::store
