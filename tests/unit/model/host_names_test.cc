// SPDX-License-Identifier: Apache-2.0
#include "model/host_names.h"

#include <gtest/gtest.h>

#include "model/name_index.h"

namespace wiregauge::model {
namespace {

using namespace std::chrono_literals;

Timestamp At(Duration after) { return Timestamp(1'700'000'000s + after); }

std::string Text(const HostNames& names) {
  std::string text;
  for (const HostName& name : names.all()) {
    text += std::string(NameSourceName(name.source)) + "=" + name.name + " ";
  }
  return text;
}

TEST(HostNamesTest, KeepsOneNameOfEachSourceBestFirst) {
  HostNames names;
  EXPECT_EQ(names.best(), nullptr);
  EXPECT_TRUE(names.Tell(NameSource::kHttpHost, "web", At(0s)));
  EXPECT_TRUE(names.Tell(NameSource::kDhcp, "self", At(0s)));
  EXPECT_TRUE(names.Tell(NameSource::kDns, "zone", At(0s)));
  EXPECT_TRUE(names.Tell(NameSource::kDns, "newer", At(1s)));
  EXPECT_FALSE(names.Tell(NameSource::kDns, "older", At(0s)));
  EXPECT_EQ(Text(names), "dhcp=self dns=newer http_host=web ");
}

TEST(HostNamesTest, NamesAreEqualWhateverTheirCase) {
  HostNames names;
  EXPECT_TRUE(names.Tell(NameSource::kTlsSni, "Shop.Example.ORG", At(0s)));
  EXPECT_FALSE(names.Tell(NameSource::kTlsSni, "SHOP.example.org", At(0s)));
  EXPECT_TRUE(names.Tell(NameSource::kNetbios, "B\xc3\x9cRO", At(0s)));
  EXPECT_EQ(Text(names), "netbios=b\xc3\x9cro tls_sni=shop.example.org ") << "ASCII only";
}

TEST(HostNamesTest, RefusesWhatIsNoName) {
  HostNames names;
  EXPECT_FALSE(names.Tell(NameSource::kDns, "", At(0s)));
  EXPECT_FALSE(names.Tell(NameSource::kDns, std::string(256, 'x'), At(0s)));
  EXPECT_TRUE(names.Tell(NameSource::kDns, std::string(255, 'x'), At(0s)));
}

TEST(HostNamesTest, TheSumDoesNotDependOnTheOrder) {
  HostNames one, other;
  one.Tell(NameSource::kDns, "a", At(1s));
  one.Tell(NameSource::kDns, "b", At(2s));
  one.Tell(NameSource::kMdns, "m", At(0s));
  other.Tell(NameSource::kDns, "c", At(2s));
  other.Tell(NameSource::kDns, "a", At(3s));
  HostNames forth = one, back = other;
  forth.Merge(other);
  back.Merge(one);
  EXPECT_EQ(Text(forth), "mdns=m dns=a ");
  EXPECT_EQ(Text(back), Text(forth));
}

std::shared_ptr<const HostNames> Named(NameSource source, const char* name) {
  auto names = std::make_shared<HostNames>();
  names->Tell(source, name, At(0s));
  return names;
}

TEST(NameIndexTest, FindsByAddressVlanAndInterface) {
  const IpAddress ip = *IpAddress::Parse("192.0.2.1");
  NameIndex index;
  index.Add({ip, 0, 0, Named(NameSource::kDns, "zone")});
  index.Add({ip, 0, 1, Named(NameSource::kMdns, "self")});
  index.Add({ip, 0, 0, Named(NameSource::kHttpHost, "web")});
  EXPECT_EQ(index.NameOf(ip, 0, 0), "zone");
  EXPECT_EQ(index.NameOf(ip, 0, 1), "self");
  EXPECT_EQ(index.NameOf(ip, 0, std::nullopt), "self") << "the best one";
  EXPECT_EQ(index.NameOf(ip, 0, 2), "");
  EXPECT_EQ(index.NameOf(ip, 7, std::nullopt), "");
  EXPECT_EQ(Text(*index.Find({ip, 0, 0})), "dns=zone http_host=web ");
  EXPECT_EQ(index.Find({ip, 7, 0}), nullptr);
}

}  // namespace
}  // namespace wiregauge::model
