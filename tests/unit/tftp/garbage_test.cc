// SPDX-License-Identifier: BSD-3-Clause
// Goal: garbage goes from behind a request's file name, and nothing else changes.
#include "tftp/garbage.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::tftp {
namespace {

using namespace std::string_literals;

std::string cleaned(const std::string& datagram) {
  RequestBuffer buffer;
  return std::string(base::as_text(without_garbage(base::as_bytes(datagram), buffer)));
}

TEST(Garbage, GoesFromBehindTheFileName) {
  const std::string clean = "\0\1file\0octet\0tsize\0000\0"s;
  for (const std::string& name : {"file\xff"s, "file\xff\xff\xff"s, "file\0"s, "file\0\0\0"s,
                                  "file\xff\0\xff\0"s, "file\0\xff"s}) {
    EXPECT_EQ(cleaned("\0\1"s + name + "\0octet\0tsize\0000\0"s), clean);
  }
}

TEST(Garbage, IsNotFoundInWhatIsClean) {
  for (const std::string& datagram :
       {"\0\1file\0octet\0"s, "\0\1fi\xffle\0octet\0\0\0"s, "\0\1\xff"s, "\0\1file\xff\xff"s,
        "\0\1file"s, "\0\1\0octet\0"s, "\0\1"s, "\0"s, ""s}) {
    EXPECT_EQ(cleaned(datagram), datagram);
  }
}

TEST(Garbage, IsNotLookedForInOtherMessages) {
  for (const std::string& datagram :
       {"\0\2file\xff\0octet\0"s, "\0\4\xff\xff\0\0"s, "\0\3\0\1\xff\0\0"s, "\0\5\0\0gone\xff\0\0"s,
        "\1\1file\xff\0octet\0"s}) {
    EXPECT_EQ(cleaned(datagram), datagram);
  }
}

TEST(Garbage, LeavesNoNameWhereThereIsNothingElse) {
  EXPECT_EQ(cleaned("\0\1\xff\0octet\0"s), "\0\1\0octet\0"s);
  EXPECT_EQ(cleaned("\0\1\0\0\0"s), "\0\1\0"s);
}

TEST(Garbage, StaysInRequestsThatAreTooLongToBeAny) {
  const std::string longest = "\0\1file\xff\0octet\0"s;
  const std::string fits = longest + std::string(RequestBuffer{}.size() + 1 - longest.size(), 'x');
  EXPECT_EQ(cleaned(fits), "\0\1file\0octet\0"s + fits.substr(longest.size()));
  EXPECT_EQ(cleaned(fits + "x"), fits + "x");
}

}  // namespace
}  // namespace stentor::tftp
