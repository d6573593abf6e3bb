// SPDX-License-Identifier: Apache-2.0
#include "app/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace wiregauge::app {
namespace {

TEST(Sources, WhatIsAFile) {
  for (const char* file : {"-", "a.pcap", "a.pcapng", "a.cap", "a.pcap.gz", "a.pcapng.zst",
                           "./eth0", "/dev/stdin", "dir/x"}) {
    EXPECT_TRUE(IsFile(file)) << file;
  }
  for (const char* interface : {"lo", "eth0", "any", "wlan0.100", "nosuchthing"}) {
    EXPECT_FALSE(IsFile(interface)) << interface;
  }
}

TEST(Sources, FilesAreNamedByTheirBaseName) {
  EXPECT_EQ(NameOfFile("/a/b/today.pcap"), "today.pcap");
  EXPECT_EQ(NameOfFile("today.pcap"), "today.pcap");
  EXPECT_EQ(NameOfFile("-"), "stdin");
  EXPECT_EQ(NameOfFile("/a/b/"), "b");
  EXPECT_EQ(NameOfFile("/a/\xff.pcap"), "\xEF\xBF\xBD.pcap");
}

TEST(Sources, NamesAreUnique) {
  const auto sources = MakeSources({"x/a.pcap", "y/a.pcap", "lo", "z/a.pcap", "w/lo"});
  ASSERT_TRUE(sources.ok());
  std::vector<std::string> names;
  for (const auto& source : *sources) names.push_back(source.name);
  EXPECT_THAT(names, testing::ElementsAre("a.pcap", "a.pcap-2", "lo", "a.pcap-3", "lo-2"));
  EXPECT_TRUE((*sources)[2].live);
  EXPECT_FALSE((*sources)[4].live);
  EXPECT_EQ((*sources)[1].path_or_interface, "y/a.pcap");
}

TEST(Sources, AnInterfaceStandsOnce) {
  const auto sources = MakeSources({"lo", "lo"});
  ASSERT_FALSE(sources.ok());
  EXPECT_EQ(sources.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(sources.error().message, "interface lo is given twice");
}

TEST(Sources, AFileStandsOnceWhateverItIsCalled) {
  const auto folder = std::filesystem::path(testing::TempDir());
  const std::string file = folder / ("wiregauge_source_" + std::to_string(getpid()));
  const std::string link = file + "_link";
  std::ofstream(file) << "x";
  std::filesystem::create_symlink(file, link);
  for (const auto& sources : {MakeSources({"lo", file, link}), MakeFileSources({file, link})}) {
    ASSERT_FALSE(sources.ok());
    EXPECT_EQ(sources.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(sources.error().message,
              "capture file " + file + " is given twice, as " + link + " too");
  }
  EXPECT_EQ(MakeFileSources({file, file}).error().message,
            "capture file " + file + " is given twice");
  EXPECT_EQ(MakeFileSources({"none.pcap", "none.pcap"}).error().message,
            "capture file none.pcap is given twice");
  std::filesystem::remove(file);
  std::filesystem::remove(link);
}

TEST(Sources, AnyPathIsAFileWhenOnlyFilesAreMeant) {
  const auto sources = MakeFileSources({"lo", "d/lo"});
  ASSERT_TRUE(sources.ok());
  ASSERT_EQ(sources->size(), 2u);
  EXPECT_FALSE((*sources)[0].live);
  EXPECT_EQ((*sources)[0].path_or_interface, "lo");
  EXPECT_EQ((*sources)[1].name, "lo-2");
}

}  // namespace
}  // namespace wiregauge::app
