// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "http_client/client.h"
#include "key_value/key_value_store.h"
#include "unit/http_client/test_server.h"
#include "unit/publish/lua/compat/world.h"

namespace wiregauge::lua::compat {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CompatNtopTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/wiregauge-ntop-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    store_ = std::make_unique<key_value::KeyValueStore>(
        key_value::KeyValueOptions{.path = folder_ + "/scripts.db"}, world_.clock);
    store_->Start();
    world_.services.key_values = store_.get();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string Print(const std::string& script) { return world_.Print(script); }

  World world_;
  std::string folder_;
  std::unique_ptr<key_value::KeyValueStore> store_;
};

TEST_F(CompatNtopTest, StringsOfTheCache) {
  EXPECT_EQ(Print("print(ntop.getCache('a') == '') ntop.setCache('a', 5) ntop.setCache('b', true) "
                  "print(ntop.getCache('a'), ntop.getCache('b'), type(ntop.getCache('a')))"),
            "true5\ttrue\tstring");
  EXPECT_EQ(Print("print(ntop.incrCache('n'), ntop.incrCache('n', 10), ntop.setnxCache('n', 1), "
                  "ntop.setnxCache('m', 1), ntop.delCache('n'), ntop.delCache('n'), "
                  "ntop.getCache('n') == '')"),
            "1\t11\tfalse\ttrue\ttrue\tfalse\ttrue");
  EXPECT_EQ(
      Print("local keys = {} for k in pairsByKeys(ntop.getKeysCache('?')) do keys[#keys + 1] = "
            "k end print(table.concat(keys, ','))"),
      "a,b,m");
}

TEST_F(CompatNtopTest, ValuesExpire) {
  EXPECT_EQ(Print("ntop.setCache('k', 'v', 60) print(ntop.getCache('k'))"), "v");
  world_.clock.now += std::chrono::seconds(61);
  EXPECT_EQ(Print("print(ntop.getCache('k') == '')"), "true");
}

TEST_F(CompatNtopTest, HashesOfTheCache) {
  EXPECT_EQ(Print("print(ntop.getHashCache('h', 'f') == '') ntop.setHashCache('h', 'f', 1) "
                  "ntop.setHashCache('h', 'g', 2) print(ntop.getHashCache('h', 'f')) "
                  "for k, v in pairsByKeys(ntop.getHashAllCache('h')) do print(k, v) end "
                  "for k, v in pairsByKeys(ntop.getHashKeysCache('h')) do print(k) end "
                  "print(ntop.delHashCache('h', 'f'), ntop.getHashCache('h', 'f') == '', "
                  "next(ntop.getHashAllCache('x')))"),
            "true1f\t1g\t2fgtrue\ttrue\tnil");
}

TEST_F(CompatNtopTest, ListsAndSetsOfTheCache) {
  EXPECT_EQ(Print("for i = 1, 3 do ntop.rpushCache('l', i) end ntop.lpushCache('l', 0) "
                  "print(table.concat(ntop.lrangeCache('l', 0, -1), ','), ntop.llenCache('l'), "
                  "ntop.lpopCache('l'), ntop.rpopCache('l'), ntop.listIndexCache('l', 1), "
                  "ntop.lpopCache('none') == '')"),
            "0,1,2,3\t4\t0\t3\t2\ttrue");
  EXPECT_EQ(Print("for i = 1, 9 do ntop.lpushCache('t', i, 3) end "
                  "print(table.concat(ntop.lrangeCache('t'), ','))"),
            "9,8,7");
  EXPECT_EQ(Print("ntop.setMembersCache('s', 'b') ntop.setMembersCache('s', 'a') "
                  "ntop.setMembersCache('s', 'a') ntop.delMembersCache('s', 'b') "
                  "print(table.concat(ntop.getMembersCache('s'), ','))"),
            "a");
}

TEST_F(CompatNtopTest, MistakesWithTheCacheAreErrors) {
  EXPECT_THAT(Print("ntop.setHashCache('h', 'f', 1) ntop.getCache('h')"),
              StartsWith("error: test.lua:1: "));
  EXPECT_THAT(Print("ntop.getCache()"), HasSubstr("key (argument 1) is to be a string"));
  EXPECT_THAT(Print("ntop.setCache('k', {})"), HasSubstr("value (argument 2)"));
  world_.services.key_values = nullptr;
  EXPECT_THAT(Print("ntop.getCache('a')"), HasSubstr("the key-value store is off"));
}

TEST_F(CompatNtopTest, Preferences) {
  EXPECT_EQ(Print("print(ntop.getPref('p') == '') ntop.setPref('p', '1') print(ntop.getPref('p'), "
                  "ntop.getPrefs().p, ntop.getPrefs().is_users_login_enabled, "
                  "ntop.getCache('p') == '')"),
            "true1\t1\tfalse\ttrue");
}

TEST_F(CompatNtopTest, TheServiceAndTheUser) {
  EXPECT_EQ(Print("local i = ntop.getInfo() print(i.product, i.version, i.uptime, "
                  "ntop.getUptime(), ntop.gettimemsec(), ntop.getDirs().workingdir, "
                  "ntop.getDirs().installdir, ntop.getHttpPrefix() == '', ntop.isPro(), "
                  "ntop.hasVLANs(), ntop.hasGeoIP())"),
            "wiregauge\t0.1.0\t100\t100\t1700000100\t/data\t/scripts\ttrue\tfalse\ttrue\ttrue");
  EXPECT_EQ(Print("print(ntop.isAdministrator(), ntop.isLoginDisabled())"), "true\ttrue");
  world_.identity = std::make_shared<const model::Identity>(model::Identity{.user = "eve"});
  EXPECT_EQ(Print("print(ntop.isAdministrator(), ntop.haveAdminPrivileges(), _SESSION.user)"),
            "false\tfalse\teve");
  EXPECT_EQ(Print("ntop.httpRedirect('/elsewhere')"), "");
  EXPECT_EQ(world_.status, 302);
}

TEST_F(CompatNtopTest, AddressesAndPorts) {
  EXPECT_EQ(Print("print(ntop.inet_ntoa(167772161), ntop.inet_ntoa('10.0.0.1'), "
                  "ntop.networkPrefix('10.1.2.3', 8), ntop.networkPrefix('2001:db8:1::1', 32), "
                  "ntop.isIPv6('::1'), ntop.isIPv6('1.2.3.4'), ntop.getservbyport(64999, 'tcp'))"),
            "10.0.0.1\t10.0.0.1\t10.0.0.0\t2001:db8::\ttrue\tfalse\t64999");
  EXPECT_EQ(Print("print(ntop.getLocalNetworks()['10.0.0.0/8'], ntop.getNetworkNameById(1), "
                  "ntop.getNetworkNameById(99) == '', ntop.isLocalAddress('10.9.9.9'), "
                  "ntop.isLocalAddress('192.0.2.1'), ntop.getAddressNetwork('10.0.0.1'), "
                  "ntop.getAddressNetwork('192.0.2.1'))"),
            "lan\tone\ttrue\ttrue\tfalse\t1\t-1");
  EXPECT_EQ(Print("print(ntop.resolveName('10.0.0.2'), ntop.getResolvedName('10.9.9.9'), "
                  "ntop.getASName('10.0.0.1') == '', ntop.getRiskStr(0) ~= nil, "
                  "ntop.getMacManufacturer('02:00:00:00:00:01'))"),
            "www.example.org\t10.9.9.9\ttrue\ttrue\tnil");
}

TEST_F(CompatNtopTest, HttpCallsAreOffWithoutAClient) {
  EXPECT_THAT(Print("ntop.httpGet('http://127.0.0.1/')"), HasSubstr("HTTP calls are off"));
}

TEST_F(CompatNtopTest, FetchesWhereItMay) {
  http_client::TestServer server(
      [](http_client::Connection& connection, const std::string&) { connection.Answer("200 OK"); });
  const std::string url = server.Url("/");
  auto client =
      http_client::Client::Create({.allowed = {"127.0.0.1"}, .setting = "lua.http_allowed"});
  ASSERT_TRUE(client.ok());
  world_.services.http_client = client->get();
  EXPECT_EQ(Print("local r = ntop.httpGet('" + url + "') print(r.RESPONSE_CODE)"), "200");
  EXPECT_EQ(Print("local r = ntop.httpGet('" + url + "', '', '', 2, false) print(r.CONTENT)"),
            "nil");
  EXPECT_EQ(Print("print((ntop.postHTTPJsonData('', '', '" + url + "', {a = 1})))"), "true");
  EXPECT_EQ(Print("print(ntop.httpPost('" + url + "', 'a=1').RESPONSE_CODE)"), "200");
  EXPECT_THAT(Print("ntop.httpGet('http://192.0.2.1/')"), HasSubstr("lua.http_allowed"));
  EXPECT_EQ(Print("local r, why = ntop.httpGet('http://127.0.0.1:1/') print(r, #why > 0)"),
            "nil\ttrue");
}

TEST_F(CompatNtopTest, TellsWhenTimeIsShort) {
  world_.limits.wall_time = std::chrono::seconds(60);
  EXPECT_EQ(Print("print(ntop.isDeadlineApproaching(), ntop.getStartupEpoch())"),
            "false\t1700000000");
  world_.limits.wall_time = std::chrono::milliseconds(900);
  EXPECT_EQ(Print("print(ntop.isDeadlineApproaching())"), "true");
}

TEST_F(CompatNtopTest, UtilitiesForPagesOfTables) {
  EXPECT_EQ(Print("require 'lua_utils' print(ifname, getDefaultTableSort('hosts'), "
                  "getDefaultTableSortOrder('hosts'), getDefaultTableSize(), "
                  "throughput_type, getThroughputType())"),
            "eth0\tcolumn_\tdesc\t10\tbps\tbps");
  EXPECT_EQ(Print("require 'lua_utils' print(tablePreferences('sort_hosts', 'column_traffic')) "
                  "tablePreferences('rows_number', 25) "
                  "tablePreferences('sort_order_hosts', 'asc') "
                  "print('', getDefaultTableSort('hosts'), getDefaultTableSort('flows'), "
                  "getDefaultTableSortOrder('hosts'), getDefaultTableSize())"),
            "column_traffic\tcolumn_traffic\tcolumn_\tasc\t25");
  EXPECT_EQ(Print("require 'lua_utils' for k, v in pairsByField({a = {n = 1}, b = {n = 3}, c = {n "
                  "= 2}}, 'n', "
                  "rev) do print(k .. v.n) end print('', swapKeysValues({a = 'x'}).x, "
                  "hasKey('a', {a = 1}), getKeys({{id = 7, v = 'x'}}, 'id')[7])"),
            "b3c2a1\ta\ttrue\t1");
}

}  // namespace
}  // namespace wiregauge::lua::compat
