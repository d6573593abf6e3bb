// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/json/flow_json.h"
#include "publish/lua/native/flow_rows.h"
#include "publish/lua/native/host_rows.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

TEST(Rows, AListChoosesAndSortsAsTheApiDoes) {
  NativeScript script;
  const std::string print = " for flow in list:each() do print(flow.id .. ' ') end";
  EXPECT_EQ(script.Print("local list = wiregauge.flows({sort = '-bytes'})" + print), "2 1 5 4 3 ");
  EXPECT_EQ(script.Print("local list = wiregauge.flows({sort = 'id', host = '10.0.0.1'})" + print),
            "1 3 4 ");
  EXPECT_EQ(script.Print("local list = wiregauge.flows({sort = 'bytes', limit = 2})" + print),
            "3 4 ");
  EXPECT_EQ(
      script.Print("local list = wiregauge.flows()" + print),
      script.Print(
          "local list = "
          "wiregauge.get('flows').items for _, flow in ipairs(list) do print(flow.id .. ' ') end"));
}

TEST(Rows, WaysIntoAList) {
  NativeScript script;
  EXPECT_EQ(script.Print("local list = wiregauge.flows({sort = 'id', limit = 3}) "
                         "print(#list, list.total, list[1].id, list[3].id, list[4], list[0])"),
            "3\t5\t1\t3\tnil\tnil");
  for (const std::string loop : {"ipairs", "pairs"}) {
    EXPECT_EQ(script.Print("for i, flow in " + loop +
                           "(wiregauge.flows({sort = '-id'})) do "
                           "print(i .. ':' .. flow.id .. ' ') end"),
              "1:5 2:4 3:3 4:2 5:1 ");
  }
  EXPECT_EQ(script.Print("print(#wiregauge.flows({application = 'SSH'}))"), "0");
}

TEST(Rows, MistakesWithAList) {
  NativeScript script;
  EXPECT_THAT(script.Print("wiregauge.flows({limit = 0})"),
              HasSubstr("error: test.lua:1: limit: "));
  EXPECT_THAT(script.Print("wiregauge.flows({sort = 'colour'})"), HasSubstr("sort: \"colour\""));
  EXPECT_THAT(script.Print("wiregauge.flows({cursor = 'x'})"), HasSubstr("cursor"));
  EXPECT_THAT(script.Print("local _ = wiregauge.flows().size"), HasSubstr("no member \"size\""));
  EXPECT_THAT(script.Print("wiregauge.flows().each()"), HasSubstr("call its methods with a colon"));
  EXPECT_THAT(script.Print("wiregauge.flows()[1] = 2"), HasSubstr("error"));
  EXPECT_THAT(script.Print("getmetatable(wiregauge.flows()).x = 1"), HasSubstr("error"));
}

TEST(Rows, MembersAreThoseOfTheObject) {
  NativeScript script;
  EXPECT_EQ(script.Print("local f = wiregauge.flows({sort = 'id'})[1] print(f.client.ip, "
                         "f.server.port, f.application.name, f.server_name, f.end_reason, "
                         "f.client.network_latency_ms, f.client.tcp.zero_windows)"),
            "10.0.0.1\t443\tTLS.Google\twww.Google.com\ttcp_fin\t1\t0");
  EXPECT_EQ(
      script.Print("local f = wiregauge.flows({sort = 'id'})[4] print(f.client.port, f.icmp.type, "
                   "f.client.tcp, f.dns)"),
      "nil\t8\tnil\tnil");
}

TEST(Rows, AMisspeltMemberIsAnError) {
  NativeScript script;
  EXPECT_THAT(script.Print("local _ = wiregauge.flows()[1].byte"),
              HasSubstr("error: test.lua:1: a flow has no member \"byte\""));
  EXPECT_THAT(script.Print("local _ = wiregauge.flows()[1].client.address"),
              HasSubstr("a flow's client has no member \"address\""));
  EXPECT_THAT(script.Print("local _ = wiregauge.hosts()[1][1]"),
              HasSubstr("a host has no member that is 1"));
  EXPECT_THAT(script.Print("wiregauge.flows()[1].bytes = 3"), HasSubstr("rows are read-only"));
  EXPECT_THAT(script.Print("wiregauge.flows()[1].table()"), HasSubstr("with a colon"));
}

// Row by row, and in one go: the API's own objects.
TEST(Rows, AsJsonTheyAreTheApisObjects) {
  NativeScript script;
  for (const std::string kind : {"flows", "hosts"}) {
    const std::string api = script.world().GetJson("/api/v1/" + kind)["items"].dump();
    EXPECT_EQ(nlohmann::json::parse(script.Json("return wiregauge." + kind + "()")).dump(), api);
    EXPECT_EQ(nlohmann::json::parse(script.Json("local all = {} for row in wiregauge." + kind +
                                                "():each() do all[#all + 1] = row end return all"))
                  .dump(),
              api);
  }
  EXPECT_EQ(script.Json("return {a = wiregauge.flows({sort = 'id'})[1].l4}"),
            R"({"a":{"id":6,"name":"TCP"}})");
}

TEST(Rows, ATableHasAllThatIsKnown) {
  NativeScript script;
  EXPECT_EQ(script.Print("local t = wiregauge.flows({sort = 'id'})[1]:table() "
                         "t.bytes = t.bytes + 1 print(t.bytes, t.client.ip, t.dns)"),
            "1101\t10.0.0.1\tnil");
  EXPECT_EQ(script.Json("return wiregauge.flows({sort = 'id'})[1].l4:table()"),
            R"({"id":6,"name":"TCP"})");
  EXPECT_EQ(script.Print("for k, v in pairs(wiregauge.flows()[1].l4) do assert(v) end "
                         "local n = 0 for k in pairs(wiregauge.flows()[1]) do n = n + 1 end "
                         "print(n > 20)"),
            "true");
  EXPECT_THAT(script.Print("print(wiregauge.flows({sort = 'id'})[1])"), HasSubstr("{\"id\":1,"));
}

TEST(Rows, GoodInTheirCallOnly) {
  NativeScript script;
  script.Print(
      "return {list = wiregauge.flows(), row = wiregauge.flows()[1], "
      "client = wiregauge.flows()[1].client, each = wiregauge.flows():each()}");
  EXPECT_THAT(script.Print("print(kept.row.bytes)"),
              HasSubstr("error: test.lua:1: this flow belongs to an earlier call"));
  EXPECT_THAT(script.Print("print(kept.client.ip)"), HasSubstr("belongs to an earlier call"));
  EXPECT_THAT(script.Print("kept.row:table()"), HasSubstr("belongs to an earlier call"));
  EXPECT_THAT(script.Print("print(kept.row)"), HasSubstr("belongs to an earlier call"));
  EXPECT_THAT(script.Print("print(#kept.list)"), HasSubstr("this list belongs to an earlier call"));
  EXPECT_THAT(script.Print("print(kept.list[1])"), HasSubstr("belongs to an earlier call"));
  EXPECT_THAT(script.Print("kept.each()"), HasSubstr("belongs to an earlier call"));
  EXPECT_THAT(script.Print("wiregauge.json.encode(kept.row)"), HasSubstr("earlier call"));
}

TEST(Rows, IntegersAreExact) {
  NativeScript script;
  script.world().tables().hosts[0].traffic.sent.bytes = 9007199254740993;
  script.world().tables().hosts[0].traffic.received.bytes = 0;
  EXPECT_EQ(script.Print("local h = wiregauge.hosts()[1] print(h.bytes_sent, h.bytes, "
                         "h:table().bytes_sent, wiregauge.get('hosts').items[1].bytes_sent)"),
            "9007199254740993\t9007199254740993\t9007199254740993\t9007199254740993");
  EXPECT_THAT(script.Json("return {n = wiregauge.hosts()[1].bytes}"), R"({"n":9007199254740993})");
}

TEST(Rows, RestrictedUsersGetTheirOwn) {
  NativeScript script;
  model::Identity identity{.user = "x", .role = model::Role::kViewer};
  identity.networks = {*IpNetwork::Parse("10.0.0.2/32")};
  script.ActAs(identity);
  EXPECT_EQ(script.Print("print(#wiregauge.flows(), wiregauge.flows()[1].id, #wiregauge.hosts(), "
                         "wiregauge.hosts()[1].ip)"),
            "1\t2\t1\t10.0.0.2");
  EXPECT_THAT(script.Print("wiregauge.flows({interface = 'wlan'})"),
              HasSubstr("is not an interface"));
}

// A list keeps the depth of JSON within what its writer can.
TEST(Rows, DeepInsideTables) {
  NativeScript script;
  const auto nested = [](int depth) {
    return "local t = wiregauge.flows() for i = 1, " + std::to_string(depth) +
           " do t = {t} end return t";
  };
  EXPECT_THAT(script.Json(nested(20)), HasSubstr("\"bytes\":1100"));
  EXPECT_THAT(script.Json(nested(21)), HasSubstr("nested too deeply"));
}

TEST(Rows, ListsAreWithinTheMemoryLimit) {
  NativeScript script({.memory_bytes = size_t{1} << 20});
  EXPECT_EQ(script.Print("for i = 1, 20000 do local list = wiregauge.flows() end print('ok')"),
            "ok");
  EXPECT_THAT(script.Print("local all = {} for i = 1, 1e6 do all[i] = wiregauge.flows() end"),
              HasSubstr("memory"));
}

}  // namespace
}  // namespace wiregauge::lua
