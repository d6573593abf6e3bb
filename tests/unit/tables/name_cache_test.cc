// SPDX-License-Identifier: Apache-2.0
#include "tables/name_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "base/keyed_hash.h"
#include "tables/host_table.h"

namespace wiregauge::tables {
namespace {

using namespace std::chrono_literals;
using model::NameSource;

IpAddress Ip(uint32_t number) {
  return IpAddress::V4(std::array<uint8_t, 4>{10, static_cast<uint8_t>(number >> 16),
                                              static_cast<uint8_t>(number >> 8),
                                              static_cast<uint8_t>(number)});
}

class NameCacheTest : public testing::Test {
 protected:
  void Tell(uint32_t number) {
    cache_.Tell(Ip(number), 0, HashOf(number), NameSource::kDns, std::to_string(number),
                Timestamp{});
  }
  std::string Take(uint32_t number) {
    const SharedNames names = cache_.Take(HostKey(Ip(number), 0), HashOf(number));
    return names.get() == nullptr ? "" : names.get()->best()->name;
  }
  uint64_t HashOf(uint32_t number) { return hash_(HostKey(Ip(number), 0).bytes()); }

  static constexpr size_t kMostBytes = 64 * 1024;
  KeyedHash hash_{KeyedHash::Secret{}};
  NameCache cache_{0, kMostBytes};
};

TEST_F(NameCacheTest, NamesAreTakenOnce) {
  Tell(1);
  EXPECT_GT(cache_.bytes(), 0u);
  EXPECT_EQ(Take(2), "");
  EXPECT_EQ(Take(1), "1");
  EXPECT_EQ(Take(1), "");
  EXPECT_EQ(cache_.bytes(), 0u);
}

TEST_F(NameCacheTest, WhatWasToldOfLongestAgoLeaves) {
  Tell(0);
  for (uint32_t i = 1; i < 100'000; ++i) {
    Tell(i);
    if (i % 50 == 0) Tell(0);
    ASSERT_LE(cache_.bytes(), kMostBytes);
  }
  EXPECT_GT(cache_.dropped(), 90'000u);
  EXPECT_EQ(Take(1), "");
  EXPECT_EQ(Take(0), "0");
  EXPECT_EQ(Take(99'999), "99999");
}

TEST_F(NameCacheTest, ASliceShowsTheInstantOfItsBeginning) {
  Tell(1);
  Tell(2);
  cache_.BeginSlice();
  Tell(3);
  EXPECT_EQ(Take(1), "1");
  cache_.Tell(Ip(2), 0, HashOf(2), NameSource::kMdns, "new", Timestamp{});
  EXPECT_TRUE(cache_.CopySome(1000));
  const auto rows = cache_.TakeSlice();
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.names->all().size(), 1u);
    EXPECT_EQ(row.names->best()->source, NameSource::kDns);
  }
}

TEST(HostNamesInTable, MoveBetweenHostAndCache) {
  HostTable hosts(KeyedHash(KeyedHash::Secret{}), 0, {600s, 600s}, std::make_shared<geo::Atlas>(),
                  64 * 1024);
  hosts.Tell(Ip(1), 5, NameSource::kDns, "early", Timestamp{});
  HostEntry& host = hosts.Reference(Ip(1), 5, Timestamp{});
  EXPECT_EQ(host.ToRow().names->best()->name, "early");
  EXPECT_EQ(hosts.Reference(Ip(1), 6, Timestamp{}).ToRow().names, nullptr) << "another VLAN";
  hosts.Tell(Ip(1), 5, NameSource::kDhcp, "self", Timestamp{});
  hosts.Unreference(host);
  ASSERT_TRUE(hosts.EvictOne());
  EXPECT_EQ(hosts.Reference(Ip(1), 5, Timestamp{}).ToRow().names->best()->name, "self");
  hosts.Tell(Ip(9), 0, NameSource::kDns, std::string(256, 'x'), Timestamp{});
  hosts.BeginSlice();
  while (!hosts.CopySome(1000)) {
  }
  EXPECT_TRUE(hosts.TakeNames().empty()) << "what is no name is not kept";
}

}  // namespace
}  // namespace wiregauge::tables
