// SPDX-License-Identifier: Apache-2.0
#include "dissect/ssh.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/dissect/handshakes.h"

namespace wiregauge::dissect {
namespace {

using testing::Bytes;
using testing::Join;
using testing::SshKeyExchangePacket;
using testing::ToBytes;

const testing::SshLists kLists = {.key_exchange = "curve25519-sha256,ext-info-c",
                                  .host_key = "ssh-ed25519",
                                  .encryption = {"aes128-ctr", "aes256-ctr"},
                                  .mac = {"hmac-sha1", "hmac-sha2-256"},
                                  .compression = {"none", "zlib"}};

std::string BannerOf(std::string_view text) {
  const Bytes bytes = ToBytes(text);
  const auto opening = ParseSshOpening(bytes);
  return opening ? std::string(opening->banner) : "none";
}

TEST(Ssh, ReadsTheLineThatNamesTheSoftware) {
  EXPECT_EQ(BannerOf("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "SSH-2.0-OpenSSH_9.2p1 Debian-2");
  EXPECT_EQ(BannerOf("SSH-1.99-Cisco-1.25\n"), "SSH-1.99-Cisco-1.25") << "a bare line feed";
  EXPECT_EQ(BannerOf("SSH-\n"), "SSH-");
  EXPECT_EQ(BannerOf("SSH-2.0-a\rb\r\r\n"), "SSH-2.0-a\rb\r") << "one line's end is taken off";
  EXPECT_EQ(BannerOf("SSH-2.0-\xff\n"), "SSH-2.0-\xff") << "any bytes";
}

TEST(Ssh, IsNotEverything) {
  for (const char* text : {"", "SSH", "SSH-2.0-no-end", "SSH-2.0-no-end\r", "ssh-2.0-x\n",
                           "hello\r\nSSH-2.0-later\r\n", "220 ready\r\n"}) {
    EXPECT_EQ(BannerOf(text), "none") << text;
  }
  EXPECT_NE(BannerOf("SSH-" + std::string(250, 'x') + "\n"), "none") << "255 bytes in all";
  EXPECT_EQ(BannerOf("SSH-" + std::string(251, 'x') + "\n"), "none");
}

TEST(Ssh, ReadsTheListsOfBothDirections) {
  const Bytes bytes = Join({ToBytes("SSH-2.0-x\r\n"), SshKeyExchangePacket(kLists)});
  const auto opening = ParseSshOpening(bytes);
  ASSERT_TRUE(opening && opening->key_exchange);
  const SshKeyExchange& lists = *opening->key_exchange;
  EXPECT_EQ(lists.key_exchange, kLists.key_exchange);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(lists.encryption[i], kLists.encryption[i]);
    EXPECT_EQ(lists.mac[i], kLists.mac[i]);
    EXPECT_EQ(lists.compression[i], kLists.compression[i]);
  }
}

TEST(Ssh, EveryTruncationHasTheLineAndNoLists) {
  const Bytes bytes = Join({ToBytes("SSH-2.0-x\r\n"), SshKeyExchangePacket(kLists)});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto opening = ParseSshOpening(std::span(bytes).first(size));
    ASSERT_EQ(opening.has_value(), size >= 11) << size;
    if (!opening) continue;
    EXPECT_EQ(opening->banner, "SSH-2.0-x");
    EXPECT_FALSE(opening->key_exchange) << size;
  }
}

TEST(Ssh, ALengthThatLiesIsNoKeyExchange) {
  const Bytes line = ToBytes("SSH-2.0-x\r\n"), packet = SshKeyExchangePacket(kLists);
  const auto has_lists = [&line](const Bytes& changed) {
    const Bytes bytes = Join({line, changed});
    return ParseSshOpening(bytes)->key_exchange.has_value();
  };
  ASSERT_TRUE(has_lists(packet));
  constexpr size_t kFirstList = 4 + 1 + 1 + 16;
  for (const size_t at : {size_t{0}, kFirstList, kFirstList + 4 + kLists.key_exchange.size()}) {
    Bytes lying = packet;
    lying[at] = 0xff;
    EXPECT_FALSE(has_lists(lying)) << at;
  }
  Bytes other = packet;
  other[5] = 21;  // SSH_MSG_NEWKEYS
  EXPECT_FALSE(has_lists(other));
  Bytes shorter = packet;
  shorter[2] = 0;
  shorter[3] = 40;  // the packet ends inside its lists
  EXPECT_FALSE(has_lists(shorter));
}

}  // namespace
}  // namespace wiregauge::dissect
