// SPDX-License-Identifier: BSD-3-Clause
// Goal: folders of a client's own are spelled as other servers and loaders spell them.
#include "tftp/client_directory.h"

#include <gtest/gtest.h>

namespace stentor::tftp {
namespace {

const ClientContext kClient{.classes = 0,
                            .address = wire::Ipv4Address{0xc000025b},
                            .mac = wire::MacAddress{{0xb8, 0x27, 0xeb, 0x01, 0x02, 0x0f}},
                            .serial = 0x0ffefdef,
                            .boot_directory = {}};

std::string inside(std::string_view folder, const ClientContext& client,
                   std::string_view path = "a/b") {
  base::PathBuffer buffer;
  const auto made =
      path_inside(*config::ClientTemplate::parse_directory(folder), client, path, buffer);
  return made ? std::string(*made) : "none";
}

TEST(ClientDirectory, SpellsEveryWord) {
  EXPECT_EQ(inside("{mac}", kClient), "b8-27-eb-01-02-0f/a/b");
  EXPECT_EQ(inside("{mac:colons}", kClient), "b8:27:eb:01:02:0f/a/b");
  EXPECT_EQ(inside("{mac:hex}", kClient), "b827eb01020f/a/b");
  EXPECT_EQ(inside("{address}", kClient), "192.0.2.91/a/b");
  EXPECT_EQ(inside("{address:hex}", kClient), "C000025B/a/b");
  EXPECT_EQ(inside("{serial}", kClient), "0ffefdef/a/b");
  EXPECT_EQ(inside("x/01-{mac}{{/{address}y", kClient), "x/01-b8-27-eb-01-02-0f{/192.0.2.91y/a/b");
}

TEST(ClientDirectory, IsNobodysWithoutWhatItIsNamedAfter) {
  for (const char* folder : {"{mac}", "{mac:colons}", "{mac:hex}", "{address}", "{address:hex}",
                             "{serial}", "{mac}/{serial}"}) {
    EXPECT_EQ(inside(folder, {}), "none") << folder;
  }
  EXPECT_EQ(inside("{mac}/{serial}", {.mac = kClient.mac}), "none");
}

TEST(ClientDirectory, HoldsNoPathThatIsTooLong) {
  EXPECT_EQ(inside("{mac:hex}", kClient, std::string(242, 'a')).size(), 255u);
  EXPECT_EQ(inside("{mac:hex}", kClient, std::string(243, 'a')), "none");
  base::PathBuffer buffer;
  const auto fixed = *config::ClientTemplate::parse("efi");
  EXPECT_EQ(path_inside(fixed, {}, "grubx64.efi", buffer), "efi/grubx64.efi");
  EXPECT_TRUE(path_inside(fixed, {}, std::string(251, 'a'), buffer));
  EXPECT_FALSE(path_inside(fixed, {}, std::string(252, 'a'), buffer));
}

}  // namespace
}  // namespace stentor::tftp
