// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "capture/file_source.h"
#include "capture_bytes.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class DamagedFile : public ::testing::Test {
 protected:
  void ExpectError(const std::string& path, ErrorCode code, const std::string& part) {
    auto source = OpenFile({.path = path, .filter = ""});
    ASSERT_FALSE(source.ok()) << path;
    EXPECT_EQ(source.error().code, code) << source.error().message;
    EXPECT_THAT(source.error().message, AllOf(StartsWith(path + ": "), HasSubstr(part)));
  }
  // Reads `bytes` and expects `packets` packets, the state, and a problem with `part`.
  void ExpectStop(const std::string& bytes, size_t packets, SourceState state,
                  const std::string& part) {
    const std::string path = folder_.Write("x.pcap", bytes);
    auto source = OpenFile({.path = path, .filter = ""});
    ASSERT_TRUE(source.ok()) << source.error().message;
    EXPECT_EQ(ReadAll(**source).size(), packets);
    EXPECT_STREQ(SourceStateName((*source)->state()), SourceStateName(state));
    EXPECT_THAT((*source)->problem(), AllOf(StartsWith(path + ": "), HasSubstr(part)));
  }

  TemporaryFolder folder_;
};

TEST_F(DamagedFile, MissingFile) {
  ExpectError(folder_.Path("none.pcap"), ErrorCode::kNotFound, "No such file");
  const std::string file = folder_.Write("x", "x");
  ExpectError(file + "/y.pcap", ErrorCode::kNotFound, "Not a directory");
}

TEST_F(DamagedFile, UnreadableFile) {
  const std::string path = folder_.Write("x.pcap", Pcap({}, SomePackets(1)));
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  constexpr uid_t kNobody = 65534;
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(seteuid(kNobody), 0);  // root reads everything
  }
  ExpectError(path, ErrorCode::kPermissionDenied, "Permission denied");
  ASSERT_EQ(seteuid(user), 0);
}

TEST_F(DamagedFile, Directory) {
  ExpectError(folder_.Path("."), ErrorCode::kInvalidArgument, "is a directory");
}

TEST_F(DamagedFile, Socket) {
  const std::string path = folder_.Path("s");
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ExpectError(path, ErrorCode::kInvalidArgument, "cannot be opened");
  close(fd);
}

TEST_F(DamagedFile, NamedPipeWithoutAWriter) {
  const std::string path = folder_.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  ExpectError(path, ErrorCode::kUnavailable, "no program writes to");
}

TEST_F(DamagedFile, EmptyFile) {
  ExpectError(folder_.Write("x.pcap", ""), ErrorCode::kDataLoss, "is empty; a pcap or pcapng");
}

TEST_F(DamagedFile, Garbage) {
  const std::string expected = "is not a pcap or pcapng file";
  for (const char* bytes :
       {"x", "GIF", "hello, this is plain text and no capture", "\xff\xff\xff\xff"}) {
    ExpectError(folder_.Write("x.pcap", bytes), ErrorCode::kDataLoss, expected);
  }
  std::string version = Pcap({}, SomePackets(1));
  version[4] = 9;
  ExpectError(folder_.Write("x.pcap", version), ErrorCode::kDataLoss, "version 9.4");
}

TEST_F(DamagedFile, CutInTheFileHeader) {
  const std::string header = PcapHeader({});
  for (size_t keep = 1; keep < header.size(); ++keep) {
    ExpectError(folder_.Write("x.pcap", header.substr(0, keep)), ErrorCode::kDataLoss,
                "or its header is damaged");
  }
  const std::string section = PcapngSection({}) + PcapngInterface({});
  for (size_t keep = 1; keep < section.size(); ++keep) {
    ExpectError(folder_.Write("x.pcapng", section.substr(0, keep)), ErrorCode::kDataLoss,
                "or its header is damaged");
  }
}

TEST_F(DamagedFile, LinkTypeThatIsNotSupported) {
  for (const std::string& bytes : {Pcap({.link_type = 127}, {}), Pcapng({.link_type = 127}, {})}) {
    ExpectError(folder_.Write("x.pcap", bytes), ErrorCode::kInvalidArgument,
                "link type IEEE802_11_RADIO (127) is not supported");
  }
  ExpectError(folder_.Write("x.pcap", Pcap({.link_type = 60000}, {})), ErrorCode::kInvalidArgument,
              "60000");
}

TEST_F(DamagedFile, CutAnywhereKeepsThePacketsBefore) {
  const auto stored = SomePackets(3);
  const std::string whole = Pcap({}, stored);
  const size_t third = whole.size() - PcapRecord({}, stored[2]).size();
  for (size_t keep = third + 1; keep < whole.size(); ++keep) {
    ExpectStop(whole.substr(0, keep), 2, SourceState::kCut, "cut after packet 2 (truncated");
  }
  ExpectStop(whole.substr(0, PcapHeader({}).size() + 3), 0, SourceState::kCut,
             "cut before the first packet (truncated");
}

TEST_F(DamagedFile, CutPcapng) {
  const auto stored = SomePackets(3);
  const std::string whole = Pcapng({}, stored);
  const size_t third = whole.size() - PcapngPacket({}, 0, stored[2]).size();
  for (size_t keep = third + 1; keep < whole.size(); ++keep) {
    ExpectStop(whole.substr(0, keep), 2, SourceState::kCut, "cut after packet 2 (truncated");
  }
}

TEST_F(DamagedFile, OversizedLength) {
  for (const uint32_t length : {0x7fffffffU, 0xffffffffU, 1'000'000U}) {
    const std::string bytes = Pcap({}, SomePackets(2)) + Number({}, 1, 4) + Number({}, 0, 4) +
                              Number({}, length, 4) + Number({}, length, 4) +
                              std::string(2'000, 'x');
    ExpectStop(bytes, 2, SourceState::kFailed, "cannot be read any further after packet 2 (");
  }
}

TEST_F(DamagedFile, PcapngBlockWithABadLength) {
  for (const uint32_t length : {0U, 11U, 0xffffffffU}) {
    const std::string bytes = Pcapng({}, SomePackets(2)) + Number({}, 6, 4) +
                              Number({}, length, 4) + std::string(2'000, 'x');
    ExpectStop(bytes, 2, SourceState::kFailed, "cannot be read any further after packet 2 (");
  }
}

TEST_F(DamagedFile, PcapngInterfacesThatDiffer) {
  const auto stored = SomePackets(1);
  const std::string start =
      PcapngSection({}) + PcapngInterface({}) + PcapngPacket({}, 0, stored[0]);
  ExpectStop(start + PcapngInterface({.link_type = 113}), 1, SourceState::kFailed,
             "different from the type of the first interface");
  ExpectStop(start + PcapngInterface({.snap_length = 96}), 1, SourceState::kFailed,
             "different from the snapshot length of the first interface");
}

}  // namespace
}  // namespace wiregauge::capture::testing
