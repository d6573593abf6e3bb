// SPDX-License-Identifier: Apache-2.0
#include "config/value.h"

#include "config/settings_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wiregauge::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class AssignTest : public testing::Test {
 protected:
  Status Set(std::string_view path, std::vector<std::string> texts) {
    return Assign(*FindSetting(path), texts, settings_);
  }
  std::string Refusal(std::string_view path, std::vector<std::string> texts) {
    const Status status = Set(path, std::move(texts));
    return status.ok() ? "accepted" : status.error().message;
  }

  Settings settings_;
};

TEST(ParseSize, TakesBytesAndBinaryUnits) {
  EXPECT_EQ(ParseSize("0"), 0u);
  EXPECT_EQ(ParseSize("65536"), 65536u);
  EXPECT_EQ(ParseSize("12 B"), 12u);
  EXPECT_EQ(ParseSize("1KiB"), 1024u);
  EXPECT_EQ(ParseSize("64 MiB"), 64u << 20);
  EXPECT_EQ(ParseSize("3 GiB"), uint64_t{3} << 30);
  EXPECT_EQ(ParseSize("1TiB"), uint64_t{1} << 40);
}

TEST(ParseSize, RefusesTheRest) {
  for (const char* text : {"", "MiB", "-1", "1.5 MiB", "1 MB", "1 mib", "64MiBx", " 64", "1 MiB 1",
                           "18446744073709551616", "17179869184 GiB"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseSize("17179869183 GiB"), uint64_t{17179869183} << 30);
}

TEST(ParseListenAddress, TakesLiteralAddresses) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:9669"),
            (ListenAddress{*IpAddress::Parse("127.0.0.1"), 9669}));
  EXPECT_EQ(ParseListenAddress("[::1]:0"), (ListenAddress{*IpAddress::Parse("::1"), 0}));
  EXPECT_EQ(ParseListenAddress("localhost:80"),
            (ListenAddress{*IpAddress::Parse("127.0.0.1"), 80}));
}

TEST(ParseListenAddress, RefusesTheRest) {
  for (const char* text :
       {"", "9669", ":9669", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:80x", "::1:80", "[127.0.0.1]:80", "[::1]", "[]:80", "example.org:80"}) {
    EXPECT_EQ(ParseListenAddress(text), std::nullopt) << text;
  }
}

TEST_F(AssignTest, ReadsEachType) {
  ASSERT_TRUE(Set("capture.promiscuous", {"true"}).ok());
  EXPECT_TRUE(settings_.fixed.capture.promiscuous);
  ASSERT_TRUE(Set("capture.workers", {"4"}).ok());
  EXPECT_EQ(settings_.fixed.capture.workers, 4u);
  ASSERT_TRUE(Set("flows.memory_bytes", {"2 MiB"}).ok());
  EXPECT_EQ(settings_.fixed.flows.memory_bytes, 2u << 20);
  ASSERT_TRUE(Set("flows.idle_timeout", {"2m"}).ok());
  EXPECT_EQ(settings_.fixed.flows.idle_timeout, seconds(120));
  ASSERT_TRUE(Set("http.request_timeout", {"250ms"}).ok());
  EXPECT_EQ(settings_.fixed.http.request_timeout, milliseconds(250));
  ASSERT_TRUE(Set("capture.filter", {"tcp port 80"}).ok());
  EXPECT_EQ(settings_.fixed.capture.filter, "tcp port 80");
  ASSERT_TRUE(Set("sources", {"eth0", "a,b.pcap", "eth0"}).ok());
  EXPECT_THAT(settings_.fixed.sources, ElementsAre("eth0", "a,b.pcap", "eth0"));
  ASSERT_TRUE(Set("decode.tunnels", {"gre, vxlan", "gre"}).ok());
  EXPECT_THAT(settings_.fixed.tunnels, ElementsAre("gre", "vxlan"));
  ASSERT_TRUE(Set("decode.tunnels", {""}).ok());
  EXPECT_THAT(settings_.fixed.tunnels, ElementsAre());
  ASSERT_TRUE(Set("log.level", {"warning"}).ok());
  EXPECT_EQ(settings_.reloadable.log_level, log::Level::kWarning);
  ASSERT_TRUE(Set("log.format", {"json"}).ok());
  EXPECT_EQ(settings_.reloadable.log_format, log::Format::kJson);
  ASSERT_TRUE(Set("log.format", {"auto"}).ok());
  EXPECT_EQ(settings_.reloadable.log_format, std::nullopt);
}

TEST_F(AssignTest, ReadsNetworksWithAliases) {
  ASSERT_TRUE(
      Set("local_networks", {"192.168.0.0/16=office, 10.0.0.0/8", "2001:db8::/32=lab"}).ok());
  EXPECT_THAT(settings_.fixed.local_networks,
              ElementsAre(LocalNetwork{*IpNetwork::Parse("192.168.0.0/16"), "office"},
                          LocalNetwork{*IpNetwork::Parse("10.0.0.0/8"), ""},
                          LocalNetwork{*IpNetwork::Parse("2001:db8::/32"), "lab"}));
}

TEST_F(AssignTest, ReadsPoolsByTheirMembers) {
  ASSERT_TRUE(Set("pools", {"192.168.1.0/28=printers, 02:00:5e:10:00:01=printers",
                            "10.9.0.1=guests", "2001:db8::/64=guests=a"})
                  .ok());
  EXPECT_THAT(settings_.fixed.pools,
              ElementsAre(Pool{"printers",
                               {*IpNetwork::Parse("192.168.1.0/28")},
                               {*MacAddress::Parse("02:00:5e:10:00:01")}},
                          Pool{"guests", {*IpNetwork::Parse("10.9.0.1/32")}, {}},
                          Pool{"guests=a", {*IpNetwork::Parse("2001:db8::/64")}, {}}));
}

TEST_F(AssignTest, RefusesBadPools) {
  for (const char* text : {"", "10.0.0.1", "printers", "10.0.0.1=", "=printers", "10.0.0.0/33=a",
                           "02:00:5e:10:00=a", "10.0.0.1=a,", "a=10.0.0.1"}) {
    EXPECT_THAT(Refusal("pools", {text}), HasSubstr("expected pools with members")) << text;
  }
  EXPECT_EQ(Refusal("pools", {"10.0.0.1=a", "10.0.0.1/32=b"}), "'10.0.0.1/32' stands twice");
  EXPECT_EQ(Refusal("pools", {"02:00:5e:10:00:01=a,02:00:5E:10:00:01=a"}),
            "'02:00:5E:10:00:01' stands twice");
  EXPECT_THAT(Refusal("pools", {"10.0.0.1=\xff"}), HasSubstr("is not UTF-8"));
  std::vector<std::string> many;
  for (int i = 0; i <= 1000; ++i) {
    many.push_back("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256) + "=pool" +
                   std::to_string(i));
  }
  EXPECT_EQ(Refusal("pools", many), "expected at most 1000 pools");
}

TEST_F(AssignTest, SaysWhatWasExpected) {
  EXPECT_EQ(Refusal("capture.workers", {"many"}),
            "expected a whole number, from 1 to 64, got 'many'");
  EXPECT_EQ(Refusal("capture.workers", {"0"}), "expected a whole number, from 1 to 64, got '0'");
  EXPECT_EQ(Refusal("capture.workers", {"65"}), "expected a whole number, from 1 to 64, got '65'");
  EXPECT_EQ(Refusal("flows.idle_timeout", {"0s"}),
            "expected a duration such as 250ms, 60s, 5m or 1h, from 1s to 24h, got '0s'");
  EXPECT_THAT(Refusal("flows.memory_bytes", {"1 KiB"}), HasSubstr("from 1 MiB to 1 TiB"));
  EXPECT_EQ(Refusal("capture.promiscuous", {"yes"}), "expected true or false, got 'yes'");
  EXPECT_EQ(Refusal("log.level", {"loud"}),
            "expected one of debug, info, warning, error, got 'loud'");
  EXPECT_EQ(Refusal("log.format", {"xml"}), "expected one of auto, text, json, journal, got 'xml'");
  EXPECT_EQ(Refusal("decode.tunnels", {"gre,ipsec"}),
            "expected a list of ip_in_ip, gre, vxlan, gtp_u, got 'gre,ipsec'");
  EXPECT_THAT(Refusal("http.listen", {"here"}), HasSubstr("such as 127.0.0.1:9669"));
  EXPECT_EQ(Refusal("capture.workers", {"1", "2"}), "expected one value, got 2");
  EXPECT_EQ(Refusal("capture.workers", {}), "expected one value, got 0");
}

TEST_F(AssignTest, RefusesTextThatWouldBreakALineOrIsNotUtf8) {
  for (const char* text : {"https://a\r\nSet-Cookie: b", "a\nb", "a\tb", "\x7f"}) {
    EXPECT_EQ(Refusal("http.allowed_origin", {text}),
              "expected text, got one that holds a control character")
        << text;
    EXPECT_THAT(Refusal("data_dir", {text}), HasSubstr("control character")) << text;
  }
  EXPECT_THAT(Refusal("http.allowed_origin", {std::string("a\0b", 3)}), HasSubstr("control"));
  for (const char* path : {"http.allowed_origin", "data_dir", "capture.filter"}) {
    EXPECT_EQ(Refusal(path, {"\xff"}), "expected text, got one that is not UTF-8") << path;
  }
  EXPECT_THAT(Refusal("local_networks", {"10.0.0.0/8=\xff"}), HasSubstr("is not UTF-8"));
  EXPECT_THAT(Refusal("local_networks", {"10.0.0.0/8=a\nb"}), HasSubstr("control character"));
  EXPECT_THAT(Refusal("local_networks", {"10.0.0.0/8=a", "10.0.0.0/8=b"}),
              HasSubstr("the network '10.0.0.0/8' stands twice"));
  EXPECT_TRUE(Set("http.allowed_origin", {"https://b\xc3\xbc.example"}).ok());
  EXPECT_TRUE(Set("capture.filter", {"tcp\n  and port 80\n"}).ok());
  EXPECT_THAT(Refusal("capture.filter", {"tcp\x01"}), HasSubstr("control character"));
}

TEST_F(AssignTest, RefusesEmptyNames) {
  EXPECT_EQ(Refusal("sources", {""}), "expected a name, or a list of names, got ''");
  EXPECT_EQ(Refusal("decode.tunnels", {"gre,"}),
            "expected a list of ip_in_ip, gre, vxlan, gtp_u, got 'gre,'");
}

TEST_F(AssignTest, RefusesBadNetworks) {
  for (const char* text : {"", "office", "10.0.0.0/33", "10.0.0.0/8=", "10.0.0.0/8,,", "=x",
                           "10.0.0.0/8=none", "10.0.0.0/8=other"}) {
    EXPECT_THAT(Refusal("local_networks", {text}), HasSubstr("expected networks")) << text;
  }
}

TEST_F(AssignTest, ARefusedValueLeavesTheOldOne) {
  ASSERT_TRUE(Set("capture.workers", {"4"}).ok());
  ASSERT_FALSE(Set("capture.workers", {"400"}).ok());
  EXPECT_EQ(settings_.fixed.capture.workers, 4u);
}

TEST(SameValue, ComparesOneSetting) {
  Settings a, b;
  const Setting& workers = *FindSetting("capture.workers");
  EXPECT_TRUE(SameValue(workers, a, b));
  b.fixed.capture.workers = 3;
  EXPECT_FALSE(SameValue(workers, a, b));
  EXPECT_TRUE(SameValue(*FindSetting("capture.filter"), a, b));
}

TEST(IsNamedList, PoolsAndSinksHaveNames) {
  EXPECT_TRUE(IsNamedList(*FindSetting("pools")));
  EXPECT_TRUE(IsNamedList(*FindSetting("sinks")));
  EXPECT_FALSE(IsNamedList(*FindSetting("sources")));
  EXPECT_TRUE(IsSinks(*FindSetting("sinks")));
  EXPECT_FALSE(IsSinks(*FindSetting("pools")));
  EXPECT_TRUE(IsList(*FindSetting("sinks")));
}

TEST(AssignByRule, OfOneValueAlone) {
  std::string text;
  const std::vector<std::string> red = {"red"}, blue = {"blue"};
  const ValueRule choices{.choices = "red|green"};
  EXPECT_TRUE(Assign(choices, red, Target(&text)).ok());
  EXPECT_EQ(text, "red");
  EXPECT_EQ(Assign(choices, blue, Target(&text)).error().message,
            "expected one of red, green, got 'blue'");
  const ValueRule own{.expected = "a warm colour",
                      .accepts = [](std::string_view colour) { return colour != "blue"; }};
  EXPECT_TRUE(Assign(own, red, Target(&text)).ok());
  EXPECT_EQ(Assign(own, blue, Target(&text)).error().message, "expected a warm colour, got 'blue'");
  EXPECT_EQ(text, "red");
  std::vector<std::string> list;
  EXPECT_TRUE(Assign({.comma_list = true}, std::vector<std::string>{"a, b", "c"}, Target(&list)));
  EXPECT_THAT(list, ElementsAre("a", "b", "c"));
}

TEST(Nearest, FindsTypingMistakesOnly) {
  const std::vector<std::string_view> names = {"capture", "flows", "hosts"};
  EXPECT_EQ(Nearest("flow", names), "flows");
  EXPECT_EQ(Nearest("captrue", names), "capture");
  EXPECT_EQ(Nearest("hosts", names), "hosts");
  EXPECT_EQ(Nearest("database", names), "");
  EXPECT_EQ(Nearest("x", {}), "");
}

}  // namespace
}  // namespace wiregauge::config
