// SPDX-License-Identifier: Apache-2.0
#include "capture/file_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "capture_bytes.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::HasSubstr;

void ExpectSame(const std::vector<StoredPacket>& stored, const std::vector<SeenPacket>& seen,
                int64_t subsecond_nanoseconds) {
  ASSERT_EQ(seen.size(), stored.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].number, i + 1);
    EXPECT_EQ(seen[i].bytes, stored[i].bytes);
    EXPECT_EQ(seen[i].wire_bytes, stored[i].wire_bytes);
    EXPECT_EQ(
        seen[i].time.time_since_epoch().count(),
        stored[i].seconds * int64_t{1'000'000'000} + stored[i].subsecond * subsecond_nanoseconds);
  }
}

struct FormatCase {
  std::string name;
  Layout layout;
  bool pcapng = false;
};

class FileFormat : public ::testing::TestWithParam<FormatCase> {};

TEST_P(FileFormat, DeliversWhatIsStored) {
  const TemporaryFolder folder;
  const auto stored = SomePackets(50);
  const FormatCase& format = GetParam();
  const std::string bytes =
      format.pcapng ? Pcapng(format.layout, stored) : Pcap(format.layout, stored);
  auto source = OpenFile({.path = folder.Write("x", bytes), .filter = ""});
  ASSERT_TRUE(source.ok()) << source.error().message;
  EXPECT_EQ((*source)->link_type(), LinkType::kEthernet);
  EXPECT_EQ((*source)->state(), SourceState::kOpen);
  ExpectSame(stored, ReadAll(**source), format.layout.nanoseconds ? 1 : 1000);
  EXPECT_EQ((*source)->state(), SourceState::kEnded);
  EXPECT_EQ((*source)->problem(), "");
  EXPECT_EQ((*source)->bytes_read(), bytes.size());
  EXPECT_EQ((*source)->size_bytes(), bytes.size());
  EXPECT_EQ((*source)->drops().kernel_packets, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    All, FileFormat,
    ::testing::Values(FormatCase{"PcapLittleMicro", {}, false},
                      FormatCase{"PcapLittleNano", {.nanoseconds = true}, false},
                      FormatCase{"PcapBigMicro", {.big_endian = true}, false},
                      FormatCase{"PcapBigNano", {.big_endian = true, .nanoseconds = true}, false},
                      FormatCase{"PcapngLittleMicro", {}, true},
                      FormatCase{"PcapngLittleNano", {.nanoseconds = true}, true},
                      FormatCase{"PcapngBigMicro", {.big_endian = true}, true},
                      FormatCase{"PcapngBigNano", {.big_endian = true, .nanoseconds = true}, true}),
    [](const auto& test) { return test.param.name; });

TEST(FileSource, PcapngWithTwoInterfacesOfOneLinkType) {
  const TemporaryFolder folder;
  const auto stored = SomePackets(3);
  std::string bytes = PcapngSection({}) + PcapngInterface({}) + PcapngInterface({});
  for (size_t i = 0; i < stored.size(); ++i) {
    bytes += PcapngPacket({}, static_cast<uint32_t>(i % 2), stored[i]);
  }
  auto source = OpenFile({.path = folder.Write("x.pcapng", bytes), .filter = ""});
  ASSERT_TRUE(source.ok()) << source.error().message;
  ExpectSame(stored, ReadAll(**source), 1000);
  EXPECT_EQ((*source)->state(), SourceState::kEnded);
}

TEST(FileSource, MapsEveryLinkTypeThatIsDecoded) {
  const TemporaryFolder folder;
  const std::vector<std::pair<uint32_t, LinkType>> types = {
      {0, LinkType::kBsdNull},      {1, LinkType::kEthernet},       {9, LinkType::kPpp},
      {12, LinkType::kRawIp},       {14, LinkType::kRawIp},         {50, LinkType::kPppHdlc},
      {51, LinkType::kPppEthernet}, {101, LinkType::kRawIp},        {104, LinkType::kCiscoHdlc},
      {108, LinkType::kBsdLoop},    {113, LinkType::kLinuxCooked},  {228, LinkType::kRawIp},
      {229, LinkType::kRawIp},      {276, LinkType::kLinuxCookedV2}};
  for (const auto& [number, type] : types) {
    const std::string path = folder.Write("x.pcap", Pcap({.link_type = number}, SomePackets(1)));
    auto source = OpenFile({.path = path, .filter = ""});
    ASSERT_TRUE(source.ok()) << source.error().message;
    EXPECT_EQ((*source)->link_type(), type) << number;
    const auto seen = ReadAll(**source);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].link_type, type) << number;
  }
}

TEST(FileSource, WireBytesAreNeverLessThanWhatIsStored) {
  const TemporaryFolder folder;
  const StoredPacket odd{
      .seconds = 1, .subsecond = 0, .bytes = std::string(90, 'x'), .wire_bytes = 60};
  for (const std::string& bytes : {Pcap({}, {odd}), Pcapng({}, {odd})}) {
    auto source = OpenFile({.path = folder.Write("x", bytes), .filter = ""});
    ASSERT_TRUE(source.ok()) << source.error().message;
    const auto seen = ReadAll(**source);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].bytes.size(), 90u);
    EXPECT_EQ(seen[0].wire_bytes, 90u);
  }
}

TEST(FileSource, TimesAfter2038) {
  const TemporaryFolder folder;
  const StoredPacket late{
      .seconds = 4'000'000'000, .subsecond = 5, .bytes = std::string(60, 'x'), .wire_bytes = 60};
  for (const std::string& bytes : {Pcap({}, {late}), Pcapng({}, {late})}) {
    auto source = OpenFile({.path = folder.Write("x", bytes), .filter = ""});
    ASSERT_TRUE(source.ok()) << source.error().message;
    ExpectSame({late}, ReadAll(**source), 1000);
  }
}

TEST(FileSource, FilteredPacketsKeepTheirPlaceInTheFile) {
  const TemporaryFolder folder;
  const auto stored = SomePackets(40);
  size_t expected = 0;
  for (const StoredPacket& packet : stored) expected += packet.wire_bytes > 700 ? 1 : 0;
  auto source =
      OpenFile({.path = folder.Write("x.pcap", Pcap({}, stored)), .filter = "greater 701"});
  ASSERT_TRUE(source.ok()) << source.error().message;
  const auto seen = ReadAll(**source);
  EXPECT_EQ(seen.size(), expected);
  EXPECT_GT(expected, 0u);
  for (const SeenPacket& packet : seen) {
    EXPECT_EQ(packet.bytes, stored[packet.number - 1].bytes);
    EXPECT_GT(packet.wire_bytes, 700u);
  }
}

TEST(FileSource, BadFilterIsAnErrorThatQuotesIt) {
  const TemporaryFolder folder;
  auto source =
      OpenFile({.path = folder.Write("x.pcap", Pcap({}, SomePackets(1))), .filter = "port banana"});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(source.error().message, HasSubstr("\"port banana\""));
}

TEST(FileSource, ACaptureWithoutPacketsEndsAtOnce) {
  const TemporaryFolder folder;
  for (const std::string& bytes : {Pcap({}, {}), Pcapng({}, {}), Gzip(Pcap({}, {}))}) {
    auto source = OpenFile({.path = folder.Write("x", bytes), .filter = ""});
    ASSERT_TRUE(source.ok()) << source.error().message;
    EXPECT_TRUE(ReadAll(**source).empty());
    EXPECT_EQ((*source)->state(), SourceState::kEnded);
  }
}

TEST(FileSource, PollDeliversNoMoreThanAsked) {
  const TemporaryFolder folder;
  auto source = OpenFile({.path = folder.Write("x.pcap", Pcap({}, SomePackets(10))), .filter = ""});
  ASSERT_TRUE(source.ok());
  Recorder recorder;
  EXPECT_EQ((*source)->Poll(recorder, 0, Duration::zero()), 0u);
  EXPECT_EQ((*source)->Poll(recorder, 4, Duration::zero()), 4u);
  EXPECT_EQ(recorder.packets().size(), 4u);
  EXPECT_EQ((*source)->state(), SourceState::kOpen);
}

// A pipe on file descriptor 0 for as long as it lives.
class StandardInputPipe {
 public:
  StandardInputPipe() : saved_(dup(STDIN_FILENO)) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    EXPECT_EQ(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    write_end_ = ends[1];
  }
  ~StandardInputPipe() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  // Writes everything and closes.
  void Feed(const std::string& bytes) const {
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t count = write(write_end_, bytes.data() + done, bytes.size() - done);
      ASSERT_GT(count, 0);
      done += static_cast<size_t>(count);
    }
    close(write_end_);
  }

 private:
  int saved_;
  int write_end_ = -1;
};

TEST(FileSource, ReadsStandardInput) {
  const auto stored = SomePackets(400);  // more than a pipe holds
  for (const std::string& bytes : {Pcap({}, stored), Zstd(Pcapng({}, stored))}) {
    const StandardInputPipe input;
    std::thread writer([&] { input.Feed(bytes); });
    auto source = OpenFile({.path = "-", .filter = ""});
    EXPECT_TRUE(source.ok());
    if (source.ok()) {
      ExpectSame(stored, ReadAll(**source), 1000);
      EXPECT_EQ((*source)->size_bytes(), 0u);
      EXPECT_EQ((*source)->bytes_read(), bytes.size());
    }
    writer.join();
  }
}

TEST(FileSource, ReadsANamedPipeThatHasAWriter) {
  const TemporaryFolder folder;
  const auto stored = SomePackets(400);
  const std::string path = folder.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { folder.Write("pipe", Pcap({}, stored)); });
  auto source = OpenFile({.path = path, .filter = ""});
  EXPECT_TRUE(source.ok()) << source.error().message;
  if (source.ok()) {
    ExpectSame(stored, ReadAll(**source), 1000);
  } else {
    close(open(path.c_str(), O_RDONLY | O_NONBLOCK));  // lets the writer go
  }
  writer.join();
}

}  // namespace
}  // namespace wiregauge::capture::testing
