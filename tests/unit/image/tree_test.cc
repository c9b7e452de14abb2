// SPDX-License-Identifier: BSD-3-Clause
// Goal: the walk lists what can be served, names everything else with a reason, and neither hangs
// nor leaves the root, whatever lies there.
#include "image/tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "base/path.h"
#include "temporary_tree.h"

namespace stentor::image {
namespace {

Listing listing_of(const TemporaryTree& files) {
  const auto tree = Tree::open(files.root());
  EXPECT_TRUE(tree.has_value());
  auto listing = tree->list();
  EXPECT_TRUE(listing.has_value()) << listing.error().sentence;
  return *listing;
}

std::vector<std::string> paths_of(const Listing& listing) {
  std::vector<std::string> paths;
  for (const FileEntry& file : listing.files) paths.push_back(file.path);
  return paths;
}

std::string reason_for(const Listing& listing, const std::string& path) {
  const auto found = std::ranges::find(listing.rejected, path, &Rejected::path);
  return found == listing.rejected.end() ? "not rejected" : found->reason;
}

using Paths = std::vector<std::string>;

TEST(Tree, ListsFilesOfAllFoldersByPathHiddenOnesToo) {
  const TemporaryTree files;
  files.write("z", "1");
  files.write("a/b/c", "22");
  files.write(".treeinfo", "");
  files.write(".disk/info", "");
  files.folder("empty");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), (Paths{".disk/info", ".treeinfo", "a/b/c", "z"}));
  EXPECT_EQ(listing.files[2].bytes, 2u);
  EXPECT_TRUE(listing.rejected.empty());
}

TEST(Tree, FollowsLinksThatStayInside) {
  const TemporaryTree files;
  files.write("real/file", "abc");
  files.link("real/file", "link");
  files.link("../real", "real/../folder");
  files.link("real", "other");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), (Paths{"link", "other/file", "real/file"}));
  EXPECT_EQ(listing.files[0].inode, listing.files[2].inode);
  EXPECT_EQ(listing.files[0].bytes, 3u);
  EXPECT_NE(reason_for(listing, "folder").find("out of the image root"), std::string::npos);
}

TEST(Tree, RefusesLinksThatLeadOut) {
  const TemporaryTree outside;
  outside.write("secret", "x");
  const TemporaryTree files;
  files.write("file", "x");
  files.link(outside.at("secret"), "absolute");
  files.link("../../../../../../etc/passwd", "climbing");
  files.link(outside.root(), "folder");
  files.link(files.at("file"), "absolute inside");
  files.link("/proc/self/root/etc/passwd", "magic");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), Paths{"file"});
  for (const char* path : {"absolute", "climbing", "folder", "absolute inside", "magic"})
    EXPECT_NE(reason_for(listing, path).find("out of the image root"), std::string::npos) << path;
}

TEST(Tree, RefusesLinksThatEndNowhere) {
  const TemporaryTree files;
  files.link("b", "a");
  files.link("a", "b");
  files.link("absent", "dangling");
  const Listing listing = listing_of(files);
  EXPECT_NE(reason_for(listing, "a").find("circle"), std::string::npos);
  EXPECT_NE(reason_for(listing, "b").find("circle"), std::string::npos);
  EXPECT_NE(reason_for(listing, "dangling").find("leads to nothing"), std::string::npos);
}

TEST(Tree, DoesNotGoRoundInFolderLinks) {
  const TemporaryTree files;
  files.write("a/file", "x");
  files.folder("b");
  files.link("..", "a/up");
  files.link("../b", "a/b");
  files.link("../a", "b/a");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), (Paths{"a/file", "b/a/file"}));
  EXPECT_NE(reason_for(listing, "a/up").find("contains it"), std::string::npos);
  EXPECT_NE(reason_for(listing, "a/b/a").find("contains it"), std::string::npos);
  EXPECT_NE(reason_for(listing, "b/a/b").find("contains it"), std::string::npos);
}

TEST(Tree, RefusesWhatIsNoFileWithoutTouchingIt) {
  const TemporaryTree files;
  ASSERT_EQ(::mkfifo(files.at("fifo").c_str(), 0666), 0);
  files.link("fifo", "link to fifo");
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  files.at("socket").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const bool has_device = ::mknod(files.at("device").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0;
  const Listing listing = listing_of(files);
  ::close(listener);
  EXPECT_TRUE(listing.files.empty());
  EXPECT_EQ(reason_for(listing, "fifo"), "It is a FIFO: only files are served.");
  EXPECT_EQ(reason_for(listing, "link to fifo"), "It is a FIFO: only files are served.");
  EXPECT_EQ(reason_for(listing, "socket"), "It is a socket: only files are served.");
  if (has_device) {
    EXPECT_EQ(reason_for(listing, "device"), "It is a device: only files are served.");
  }
}

TEST(Tree, RefusesNamesThatNoClientCanAskFor) {
  const TemporaryTree files;
  files.write("new\nline", "x");
  files.write("back\\slash", "x");
  files.write("dele\x7fte", "x");
  files.write(
      "gr\xc3\xbc\xc3\x9f"
      "e",
      "x");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), Paths{"gr\xc3\xbc\xc3\x9f"
                                     "e"});
  for (const char* path : {"new\\x0aline", "back\\x5cslash", "dele\\x7fte"})
    EXPECT_NE(reason_for(listing, path).find("no client can ask"), std::string::npos) << path;
}

TEST(Tree, ServesAPathOf255BytesAndRefusesLongerOnes) {
  const TemporaryTree files;
  const std::string folder = std::string(100, 'a') + "/" + std::string(100, 'b');
  const std::string longest = folder + "/" + std::string(base::kPathBytesMax - 202, 'c');
  files.write(longest, "x");
  files.write(longest + "d", "x");
  const Listing listing = listing_of(files);
  EXPECT_EQ(paths_of(listing), Paths{longest});
  EXPECT_NE(reason_for(listing, longest + "d").find("longer than 255 bytes"), std::string::npos);
}

TEST(Tree, NamesFoldersThatItMayNotRead) {
  const TemporaryTree files;
  files.write("closed/file", "x");
  files.write("open", "x");
  ::chmod(files.at("closed").c_str(), 0);
  EXPECT_TRUE(holds_without_privileges([&] {
    const Listing listing = listing_of(files);
    return paths_of(listing) == Paths{"open"} &&
           reason_for(listing, "closed").find("may not read it") != std::string::npos;
  }));
  ::chmod(files.at("closed").c_str(), 0755);
}

TEST(Tree, SaysWhatIsWrongWithTheRoot) {
  const TemporaryTree files;
  files.write("file", "x");
  files.folder("closed");
  ::chmod(files.at("closed").c_str(), 0);
  EXPECT_NE(Tree::open(files.at("absent")).error().sentence.find("does not exist: create it"),
            std::string::npos);
  EXPECT_NE(Tree::open(files.at("file")).error().sentence.find("is not a directory"),
            std::string::npos);
  EXPECT_TRUE(holds_without_privileges([&] {
    const auto tree = Tree::open(files.at("closed"));
    const auto listing = tree->list();
    return !listing && listing.error().sentence.find("chmod a+rx") != std::string::npos;
  }));
}

TEST(Tree, OpensFilesBeneathTheRootOnly) {
  const TemporaryTree files;
  files.write("file", "x");
  files.link("/etc/passwd", "out");
  ASSERT_EQ(::mkfifo(files.at("fifo").c_str(), 0666), 0);
  const auto tree = Tree::open(files.root());
  EXPECT_TRUE(tree->open_file("file").has_value());
  for (const char* path : {"out", "../etc/passwd", "/etc/passwd"})
    EXPECT_NE(tree->open_file(path).error().find("out of the image root"), std::string::npos);
  EXPECT_EQ(tree->open_file("fifo").error(), "It is no longer a regular file.");
  EXPECT_EQ(tree->open_file("absent").error(), "It vanished while the images were loaded.");
}

TEST(Tree, LeavesNoDescriptorOpen) {
  const TemporaryTree files;
  files.write("a/b/c", "x");
  files.link("/etc", "out");
  const std::size_t before = open_descriptors();
  listing_of(files);
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\x1b[31m\\b"), "a\\x1b[31m\\x5cb");
  EXPECT_EQ(printable("plain/name"), "plain/name");
}

}  // namespace
}  // namespace stentor::image
