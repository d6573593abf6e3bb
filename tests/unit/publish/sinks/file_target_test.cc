// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/file_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "flow_records.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;

class SetClock final : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Timestamp now = kFirstSeen;
};

class FileTargetTest : public testing::Test {
 protected:
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }
  // What a shell says of the file.
  std::string Output(const std::string& command) const {
    const std::string out = folder_ / "out";
    EXPECT_EQ(std::system((command + " > " + out).c_str()), 0);
    std::string text = ReadFile(out);
    fs::remove(out);
    return text;
  }

  Folder folder_;
  SetClock clock_;
  Interrupt stop_;
};

TEST_F(FileTargetTest, AppendsLines) {
  FileTarget target({.path = folder_ / "flows.ndjson"}, clock_);
  EXPECT_TRUE(target.Deliver(MakeParcel(1, 2), stop_).problem.empty());
  EXPECT_TRUE(target.Deliver(MakeParcel(3, 1), stop_).problem.empty());
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "1\n2\n3\n");
  FileTarget again({.path = folder_ / "flows.ndjson"}, clock_);
  again.Deliver(MakeParcel(4, 1), stop_);
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "1\n2\n3\n4\n");
}

TEST_F(FileTargetTest, RotatesBySize) {
  FileTarget target({.path = folder_ / "flows.ndjson", .rotate_bytes = 4, .keep_files = 2}, clock_);
  for (uint64_t i = 1; i <= 9; ++i) {
    target.Deliver(MakeParcel(i, 1), stop_);
    clock_.now += std::chrono::seconds(1);
  }
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "9\n");
  EXPECT_THAT(Files(), testing::ElementsAre("flows-20261125T004302.000Z.ndjson",
                                            "flows-20261125T004304.000Z.ndjson", "flows.ndjson"));
  EXPECT_EQ(ReadFile(folder_ / "flows-20261125T004304.000Z.ndjson"), "7\n8\n");
}

TEST_F(FileTargetTest, NamesOfRotatedFilesSortAsTheirRecords) {
  FileTarget target({.path = folder_ / "flows.ndjson", .rotate_bytes = 4}, clock_);
  for (uint64_t i = 1; i <= 30; ++i) target.Deliver(MakeParcel(i, 1), stop_);  // in no time
  std::string lines, numbers;
  for (const std::string& name : Files()) lines += ReadFile(folder_ / name);
  for (uint64_t i = 1; i <= 30; ++i) numbers += std::to_string(i) + "\n";
  EXPECT_EQ(lines, numbers);
}

TEST_F(FileTargetTest, OnlyWhatItHasRotatedIsRemoved) {
  for (const char* path : {"flows.ndjson", "flows"}) {
    const std::vector<std::string> others = {
        "flows-2.ndjson",           "flows-2",
        "flows-2-report.ndjson",    "flows-2-20261125T004302.000Z.ndjson",
        "flows-20261125.ndjson",    "flows-20261125T004302.000Z.ndjson.bak",
        "flows-20261125T004302.0Z", "flows-20261125T004302.00xZ.ndjson"};
    for (const std::string& name : others) std::ofstream(folder_ / name) << "mine\n";
    FileTarget target({.path = folder_ / path, .rotate_bytes = 4, .keep_files = 1}, clock_);
    for (uint64_t i = 10; i < 20; ++i) target.Deliver(MakeParcel(i, 1), stop_);
    EXPECT_THAT(Files(), testing::IsSupersetOf(others));
    EXPECT_EQ(Files().size(), others.size() + 2);
    for (const std::string& name : Files()) fs::remove(folder_ / name);
  }
}

TEST_F(FileTargetTest, AFileIsLargerThanWantedOnlyWhenOneParcelIs) {
  FileTarget target({.path = folder_ / "flows.ndjson", .rotate_bytes = 8}, clock_);
  for (const size_t records : {3, 1, 1, 2, 6, 1}) target.Deliver(MakeParcel(1, records), stop_);
  std::vector<size_t> sizes;
  for (const std::string& name : Files()) sizes.push_back(fs::file_size(folder_ / name));
  EXPECT_THAT(sizes, testing::ElementsAre(8, 6, 12, 2));
  FileTarget later({.path = folder_ / "flows.ndjson", .rotate_bytes = 8}, clock_);
  later.Deliver(MakeParcel(1, 4), stop_);
  EXPECT_EQ(fs::file_size(folder_ / "flows.ndjson"), 8u);
}

TEST_F(FileTargetTest, RotatesByTime) {
  FileTarget target({.path = folder_ / "flows.ndjson", .rotate_interval = std::chrono::hours(1)},
                    clock_);
  target.Deliver(MakeParcel(1, 1), stop_);
  EXPECT_EQ(target.Tend(stop_), "");
  EXPECT_EQ(Files().size(), 1u);
  clock_.now += std::chrono::minutes(20);  // past the hour
  EXPECT_EQ(target.Tend(stop_), "");
  EXPECT_EQ(Files().size(), 2u);
  clock_.now += std::chrono::hours(5);  // an empty file begins with what comes first
  target.Deliver(MakeParcel(2, 1), stop_);
  EXPECT_EQ(target.Tend(stop_), "");
  EXPECT_EQ(Files().size(), 2u);
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "2\n");
}

TEST_F(FileTargetTest, GoesOnWhenSomebodyMovedTheFile) {
  FileTarget target({.path = folder_ / "flows.ndjson"}, clock_);
  target.Deliver(MakeParcel(1, 1), stop_);
  fs::rename(folder_ / "flows.ndjson", folder_ / "flows.ndjson.1");
  target.Deliver(MakeParcel(2, 1), stop_);
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "2\n");
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson.1"), "1\n");
}

TEST_F(FileTargetTest, CompressedFilesAreReadByTheUsualTools) {
  for (const auto& [compression, name, tool] :
       {std::tuple{Compression::kGzip, "f.ndjson.gz", "gzip -dc "},
        {Compression::kZstd, "f.ndjson.zst", "zstd -dcq "}}) {
    FileTarget target({.path = folder_ / name, .compression = compression}, clock_);
    for (uint64_t i = 0; i < 3; ++i) target.Deliver(MakeParcel(i * 2, 2), stop_);
    EXPECT_EQ(Output(tool + (folder_ / name)), "0\n1\n2\n3\n4\n5\n");
  }
}

TEST_F(FileTargetTest, AParcelThatHasNoRoomLeavesNoTornLine) {
  FileTarget target({.path = folder_ / "flows.ndjson"}, clock_);
  target.Deliver(MakeParcel(100, 5), stop_);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 30, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Delivery delivery = target.Deliver(MakeParcel(200, 5), stop_);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_THAT(delivery.problem, testing::HasSubstr("File too large"));
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "100\n101\n102\n103\n104\n");
  EXPECT_EQ(target.Deliver(MakeParcel(200, 1), stop_).result, Delivery::Result::kDone);
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "100\n101\n102\n103\n104\n200\n");
}

// copytruncate of logrotate.
TEST_F(FileTargetTest, WhoShortensTheFileGetsNoZeros) {
  const std::string path = folder_ / "flows.ndjson";
  FileTarget target({.path = path}, clock_);
  target.Deliver(MakeParcel(100, 5), stop_);
  fs::resize_file(path, 0);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 10, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Delivery delivery = target.Deliver(MakeParcel(200, 5), stop_);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_EQ(ReadFile(path), "");
}

TEST_F(FileTargetTest, WhatAnEarlierProcessHadBegunIsCutOff) {
  for (const std::string torn : {R"({"IN_BYTES":1)", "{", "", R"({"A":"}")"}) {
    const std::string path = folder_ / "flows.ndjson";
    std::ofstream(path) << "1\n2\n" << torn;
    FileTarget({.path = path}, clock_).Deliver(MakeParcel(3, 1), stop_);
    EXPECT_EQ(ReadFile(path), "1\n2\n3\n") << torn;
  }
  fs::resize_file(folder_ / "flows.ndjson", 1000);  // as a power failure leaves it
  FileTarget({.path = folder_ / "flows.ndjson"}, clock_).Deliver(MakeParcel(4, 1), stop_);
  EXPECT_EQ(ReadFile(folder_ / "flows.ndjson"), "1\n2\n3\n4\n");
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(FileTargetTest, ACompressedFileIsCutBackToItsLastWholeParcel) {
  for (const auto& [compression, name, tool] :
       {std::tuple{Compression::kGzip, "f.ndjson.gz", "gzip -dc "},
        {Compression::kZstd, "f.ndjson.zst", "zstd -dcq "}}) {
    const std::string path = folder_ / name;
    FileTarget first({.path = path, .compression = compression}, clock_);
    for (const uint64_t from : {10, 20, 30}) first.Deliver(MakeParcel(from, 2), stop_);
    const std::string whole = ReadFile(path);
    first.Deliver(MakeParcel(40'000, 20'000), stop_);
    const std::string all = ReadFile(path);
    for (const size_t size : {whole.size() + 1, whole.size() + 5, all.size() / 2, all.size() - 1}) {
      std::ofstream(path, std::ios::binary) << all.substr(0, size);
      FileTarget({.path = path, .compression = compression}, clock_)
          .Deliver(MakeParcel(50, 1), stop_);
      EXPECT_EQ(Output(tool + path), "10\n11\n20\n21\n30\n31\n50\n") << size;
    }
    std::ofstream(path, std::ios::binary) << all;
    FileTarget({.path = path, .compression = compression}, clock_)
        .Deliver(MakeParcel(50, 1), stop_);
    EXPECT_EQ(ReadFile(path).substr(0, all.size()), all);
  }
  EXPECT_EQ(Files().size(), 2u);
}

TEST_F(FileTargetTest, AFileThatItDoesNotKnowIsSetAside) {
  const std::string path = folder_ / "flows.ndjson";
  FileTarget({.path = path, .compression = Compression::kGzip}, clock_)
      .Deliver(MakeParcel(1, 1), stop_);
  const std::string gzip = ReadFile(path);
  for (const auto& [compression, content] :
       {std::tuple{Compression::kNone, gzip},
        {Compression::kNone, "a note\nof somebody"},
        {Compression::kZstd, gzip},
        {Compression::kGzip, std::string("1\n2\n")},
        {Compression::kGzip, gzip.substr(0, gzip.size() - 1)}}) {
    std::ofstream(path, std::ios::binary) << content;
    FileTarget target({.path = path, .compression = compression, .keep_files = 1}, clock_);
    EXPECT_EQ(target.Deliver(MakeParcel(3, 1), stop_).problem, "");
    const std::string aside = folder_ / "flows-20261125T004256.000Z.ndjson.torn";
    EXPECT_EQ(ReadFile(aside), content);
    EXPECT_EQ(Files().size(), 2u);
    fs::remove(aside);
  }
}

TEST_F(FileTargetTest, SaysWhyItCannot) {
  FileTarget target({.path = folder_ / "nowhere/flows.ndjson"}, clock_);
  const Delivery delivery = target.Deliver(MakeParcel(1, 1), stop_);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_THAT(delivery.problem, testing::HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace wiregauge::sinks
