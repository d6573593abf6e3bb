// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "publish/http/target.h"
#include "unit/publish/lua/compat/world.h"

namespace wiregauge::lua::compat {
namespace {

using ::testing::HasSubstr;

class CompatGlobalsTest : public ::testing::Test {
 protected:
  std::string Print(const std::string& script) { return world_.Print(script); }
  std::string PrintWithUtils(const std::string& script) {
    return Print("require 'lua_utils' " + script);
  }

  World world_;
};

TEST_F(CompatGlobalsTest, PairsInOrder) {
  EXPECT_EQ(Print("for k, v in pairsByKeys({b = 1, a = 2, c = 0}) do print(k, v, '') end"),
            "a\t2\tb\t1\tc\t0\t");
  EXPECT_EQ(Print("for k in pairsByKeys({b = 1, a = 2, c = 0}, rev) do print(k) end"), "cba");
  EXPECT_EQ(Print("for k in pairsByKeys({10, 9, 8, x = 1, [2.5] = 1}, asc) do print(k, '') end"),
            "1\t2\t2.5\t3\tx\t");
  EXPECT_EQ(Print("for k, v in pairsByValues({b = 1, a = 2, c = 0}, asc) do print(k, v, '') end"),
            "c\t0\tb\t1\ta\t2\t");
  EXPECT_EQ(
      Print("for k in pairsByValues({b = 1, a = 2, c = 0}, function(a, b) return a > b end) do "
            "print(k) end"),
      "abc");
  EXPECT_EQ(Print("for k in pairsByKeys({B = 1, a = 2}, asc_insensitive) do print(k) end "
                  "for k in pairsByKeys({B = 1, a = 2}, rev_insensitive) do print(k) end"),
            "aBBa");
  EXPECT_THAT(Print("for k in pairsByKeys(nil) do end"), HasSubstr("t (argument 1)"));
  EXPECT_EQ(
      Print("local n = 0 for k in pairsByKeys(interface.getFlowsInfo().flows[1]) do n = n + 1 "
            "end print(n > 60)"),
      "true");
}

TEST_F(CompatGlobalsTest, HostsByTheirTraffic) {
  EXPECT_EQ(Print("local traffic = {} for k, h in pairs(interface.getHostsInfo().hosts) do "
                  "traffic[k] = h['bytes.sent'] end for k, v in pairsByValues(traffic, rev) do "
                  "print(k, '') end"),
            "2001:db8::2\t10.0.0.2\t2001:db8::1\t10.0.0.1\tff02::1:ff00:2\t");
}

TEST_F(CompatGlobalsTest, TprintShowsTables) {
  EXPECT_EQ(Print("tprint({a = 1, b = {c = true, [2] = 'x'}})"), "a: 1\nb:\n  2: x\n  c: true\n");
  EXPECT_EQ(Print("tprint('text') tprint(nil)"), "text\nnil\n");
  EXPECT_THAT(Print("local t = {} t.t = t tprint(t)"), HasSubstr("..."));
  EXPECT_THAT(Print("tprint(interface.getFlowsInfo(nil, {maxHits = 1}))"), HasSubstr("cli.ip: "));
}

TEST_F(CompatGlobalsTest, HeadersAreNotPrinted) {
  EXPECT_EQ(Print("sendHTTPContentTypeHeader('text/html') print('x')"), "x");
  EXPECT_EQ(world_.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(Print("sendHTTPHeader('application/json', 'attachment; filename=\"x.json\"')"), "");
  EXPECT_EQ(world_.content_type, "application/json");
  ASSERT_EQ(world_.headers.size(), 1);
  EXPECT_EQ(world_.headers[0].value, "attachment; filename=\"x.json\"");
}

TEST_F(CompatGlobalsTest, HeadersWithAStatus) {
  EXPECT_EQ(Print("sendHTTPHeader('application/json', nil, {['X-Thing'] = 'y'}, 404)"), "");
  EXPECT_EQ(world_.status, 404);
  ASSERT_EQ(world_.headers.size(), 1);
  EXPECT_EQ(world_.headers[0].name, "X-Thing");
  EXPECT_EQ(Print("sendHTTPContentTypeHeader('text/html', nil, 'utf-8', nil, 403)"), "");
  EXPECT_EQ(world_.status, 403);
  EXPECT_THAT(Print("sendHTTPHeader('text/html', nil, nil, 99)"), HasSubstr("status (argument 4)"));
}

TEST_F(CompatGlobalsTest, AnswersOfRestScripts) {
  EXPECT_EQ(Print("local rest_utils = require 'rest_utils' "
                  "rest_utils.answer(rest_utils.consts.success.ok, {{a = 1}})"),
            R"({"rc":0,"rc_str":"OK","rc_str_hr":"Success","rsp":[{"a":1}]})");
  EXPECT_EQ(world_.content_type, "application/json");
  EXPECT_EQ(Print("local rest_utils = require('rest_utils') "
                  "rest_utils.answer(rest_utils.consts.err.invalid_interface)"),
            R"({"rc":-2,"rc_str":"INVALID_INTERFACE","rc_str_hr":"No such interface","rsp":[]})");
  EXPECT_EQ(world_.status, 400);
  EXPECT_EQ(Print("local r = require 'rest_utils' print(r.rc(r.consts_ok, 5))"),
            R"({"rc":0,"rc_str":"OK","rc_str_hr":"Success","rsp":5})");
}

TEST_F(CompatGlobalsTest, ModulesThatScriptsRequire) {
  EXPECT_EQ(Print("local f = require 'format_utils' print(f.bytesToSize(1536), f.round(1.26, 1))"),
            "1.5 KB\t1.3");
  EXPECT_EQ(Print("local c = require 'callback_utils' c.foreachInterface(interface.getIfNames(), "
                  "function(name) return name ~= 'dns' end, function(name, stats) "
                  "print(name .. stats.id .. ' ') end)"),
            "eth00 vlan2 icmp3 tls4 ");
  EXPECT_EQ(Print("local c = require 'callback_utils' local n = 0 "
                  "print(c.foreachLocalHost('dns', os.time() + 60, function(key, host) "
                  "assert(host.localhost) n = n + 1 end), n, "
                  "c.foreachHost('dns', 0, function() n = n + 1 end), n)"),
            "true\t4\tfalse\t4");
}

TEST_F(CompatGlobalsTest, TheRequest) {
  EXPECT_EQ(Print("print(next(_GET), next(_POST), _SERVER.REQUEST_METHOD, next(_COOKIE))"),
            "nil\tnil\tnil\tnil");
  http::Request request;
  ASSERT_FALSE(http::ParseTarget("/lua/x.lua?host=10.0.0.1&a=1&a=2%20b", request));
  request.method = http::Method::kPost;
  request.headers = {{"host", "example.org"},
                     {"content-type", "application/x-www-form-urlencoded"},
                     {"cookie", "session=secret"}};
  request.body = "name=a+b&x=%41";
  request.remote_address = *IpAddress::Parse("192.0.2.7");
  world_.request = &request;
  EXPECT_EQ(Print("print(_GET.host, _GET.a, _GET.none, _POST.name, _POST.x, _POST.payload)"),
            "10.0.0.1\t2 b\tnil\ta b\tA\tname=a+b&x=%41");
  EXPECT_EQ(Print("print(_SERVER.REQUEST_METHOD, _SERVER.URI, _SERVER.QUERY_STRING, "
                  "_SERVER.REQUEST_URI, _SERVER.REMOTE_ADDR, _SERVER.HTTP_HOST, "
                  "_SERVER.REMOTE_USER == '', _SERVER.HTTP_COOKIE)"),
            "POST\t/lua/x.lua\thost=10.0.0.1&a=1&a=2%20b\t/lua/x.lua?host=10.0.0.1&a=1&a=2%20b\t"
            "192.0.2.7\texample.org\ttrue\tnil");
  request.headers[1].value = "application/json; charset=utf-8";
  request.body = R"({"ifid": 3, "list": [1, 2]})";
  EXPECT_EQ(Print("print(_POST.ifid, _POST.list[2], #_POST.payload)"), "3\t2\t27");
  request.body = "{nonsense";
  EXPECT_EQ(Print("print(_POST.ifid, _POST.payload)"), "nil\t{nonsense");
}

TEST_F(CompatGlobalsTest, JsonAsADependencyOfScripts) {
  EXPECT_EQ(Print("local json = require 'dkjson' print(json.encode({b = {1, 2}, a = 'x'})) "
                  "local t = json.decode('{\"a\":[1,null,{\"b\":true}]}') print(t.a[3].b) "
                  "local nothing, at, why = json.decode('{') print(nothing, at, #why > 0)"),
            R"({"a":"x","b":[1,2]}truenil)"
            "\t1\ttrue");
  EXPECT_EQ(Print("print(require('json').encode('x'), require('template'))"), "\"x\"\ttrue");
}

TEST_F(CompatGlobalsTest, UtilitiesForFigures) {
  EXPECT_EQ(
      PrintWithUtils("print(bytesToSize(1536), bytesToSize(12), bitsToSize(2500000), "
                     "pktsToSize(1200), formatValue(1234567), formatValue(-1234.5), "
                     "formatPackets(1500), round(2.345, 2), secondsToTime(59), "
                     "secondsToTime(61), secondsToTime(90061), msToTime(12.5), "
                     "formatEpoch(0))"),
      "1.5 KB\t12 Bytes\t2.5 Mbit/s\t1.2 Kpps\t1,234,567\t-1,234.5\t1,500 Pkts\t2.35\t59 sec\t"
      "01:01\t1 day, 01:01:01\t12.50 ms\t01/01/1970 00:00:00");
}

TEST_F(CompatGlobalsTest, UtilitiesForTexts) {
  EXPECT_EQ(PrintWithUtils("print(ternary(true, 1, 2), isEmptyString(''), starts('abc', 'ab'), "
                           "ends('abc', 'bc'), table.concat(split('a.b..c', '.'), '|'), "
                           "explode(',', 'x,y')[2], trimSpace('  a b '), firstToUpper('abc'), "
                           "shortenString('abcdef', 3), fillZero(7, 3), tohex(255), "
                           "toboolean('true'), toboolean('x'), escapeHTML('<a>'))"),
            "1\ttrue\ttrue\ttrue\ta|b||c\ty\ta b\tAbc\tabc...\t007\tff\ttrue\tnil\t&lt;a&gt;");
}

TEST_F(CompatGlobalsTest, UtilitiesForHosts) {
  EXPECT_EQ(
      PrintWithUtils("local i = hostkey2hostinfo('10.0.0.1@5') print(i.host, i.vlan, "
                     "hostinfo2hostkey(i), hostinfo2hostkey({ip = '10.0.0.2', vlan = 0}), "
                     "url2hostinfo({host = '10.0.0.3', vlan = '7'}).vlan, hostinfo2url(i), "
                     "isIPv4('10.0.0.1'), isIPv4('10.0.0.256'), isIPv6('::1'), "
                     "isMacAddress('02:00:00:00:00:01'), isMacAddress('x'))"),
      "10.0.0.1\t5\t10.0.0.1@5\t10.0.0.2\t7\thost=10.0.0.1@5\ttrue\tfalse\ttrue\ttrue\tfalse");
  EXPECT_EQ(PrintWithUtils("local f = interface.getFlowsInfo(nil, {sortColumn = 'column_bytes', "
                           "a2zSortOrder = false}).flows[1] print(hostinfo2hostkey(f, 'cli'))"),
            "2001:db8::1");
  EXPECT_EQ(PrintWithUtils("print(getInterfaceName(1), getInterfaceId('tls'), "
                           "versionCompare('1.10', '1.9'), l4_proto_to_string(6)) "
                           "traceError(TRACE_DEBUG, TRACE_CONSOLE, 'x')"),
            "dns\t4\t1\tTCP");
}

TEST_F(CompatGlobalsTest, FiltersOfAPageOfFlows) {
  http::Request request;
  ASSERT_FALSE(
      http::ParseTarget("/lua/x.lua?currentPage=3&perPage=20&sortColumn=column_bytes&"
                        "sortOrder=desc&host=10.0.0.1&port=80&application=HTTP&vlan=0&"
                        "version=4&l4proto=6",
                        request));
  world_.request = &request;
  EXPECT_EQ(PrintWithUtils("local f = getFlowsFilter() print(f.sortColumn, f.a2zSortOrder, "
                           "f.maxHits, f.toSkip, f.hostFilter, f.portFilter, f.l7protoFilter, "
                           "f.vlanIdFilter, f.ipVersion, f.L4Protocol) f.toSkip = 0 "
                           "print('', interface.getFlowsInfo(f.hostFilter, f).numFlows)"),
            "column_bytes\tfalse\t20\t40\t10.0.0.1\t80\tHTTP\t0\t4\t6\t3");
}

TEST_F(CompatGlobalsTest, UtilitiesForNames) {
  EXPECT_EQ(PrintWithUtils("print(shortHostName('www.example.org'), shortHostName('10.0.0.1'), "
                           "shortHostName('fe80::1'), shortHostName('02:00:00:00:00:01'), "
                           "shortHostName('name'), shortHostName(nil) == '')"),
            "www\t10.0.0.1\tfe80::1\t02:00:00:00:00:01\tname\ttrue");
  EXPECT_EQ(PrintWithUtils("print(getHostAltName('10.0.0.2'), getResolvedAddress({host = "
                           "'10.0.0.2'}), ip2label('10.0.0.2', 5), hostinfo2label({ip = "
                           "'10.0.0.1', name = 'a.b', vlan = 5}), hostinfo2jqueryid({ip = "
                           "'10.0.0.1', vlan = 5}), stripVlan('10.0.0.1@5'))"),
            "www.example.org\twww.example.org\twww.example.org@5\ta.b@5\t10_0_0_1_5\t10.0.0.1");
  EXPECT_EQ(PrintWithUtils("print(isAdministrator(), haveAdminPrivileges(), "
                           "getInterfaceNameAlias('eth0'), getHumanReadableInterfaceName('dns'), "
                           "l4_proto_to_id('TCP'), getApplicationLabel('HTTP'), "
                           "asn2label(64496, 'Example'), printASN(0, nil), "
                           "get_manufacturer_mac('zz'))"),
            "true\ttrue\teth0\tdns\t6\tHTTP\t64496 (Example)\t0\t");
  EXPECT_EQ(PrintWithUtils("print(urlencode('a b&c'), urldecode('a%20b+c'), "
                           "unescapeHTML('&lt;a&gt;&amp;&#39;'), truncate(1.9), "
                           "abbreviateString('abcdef', 3), shortenString(nil) == '', "
                           "formatValue(123456789012345), formatMillis(1500))"),
            "a%20b%26c\ta b c\t<a>&'\t1\tabc...\ttrue\t123,456,789,012,345\t1,500 ms");
}

TEST_F(CompatGlobalsTest, FunctionsOfTables) {
  EXPECT_EQ(Print("local t = table.merge({a = 1}, {b = 2}) print(t.a, t.b, table.len(t), "
                  "table.contains({1, 2}, 2), table.contains({1}, 3), "
                  "table.clone({x = {y = 1}}).x.y, table.concat({1, 2}, ','))"),
            "1\t2\t2\ttrue\tfalse\t1\t1,2");
  EXPECT_EQ(Print("print(table.concat(string.split('1.2.3', '.'), ' '), "
                  "table.concat(('a.b'):split('%.'), ' '), string.starts('abc', 'ab'), "
                  "string.ends('abc', 'ab'), string.contains('a.c', '.'))"),
            "1 2 3\ta b\ttrue\tfalse\ttrue");
  EXPECT_THAT(Print("table.len = nil"), HasSubstr("read-only"));
}

std::string ReadScript(const std::string& name) {
  std::ifstream file(std::string(std::getenv("WIREGAUGE_SOURCE_DIR")) + "/tests/lua/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_F(CompatGlobalsTest, TheTalksPageOfHosts) {
  const std::string page = Print(ReadScript("talk_hosts.lua"));
  EXPECT_THAT(page, HasSubstr("<tr><td>2001:db8::2</td><td>2001:db8::2</td><td>21.5 KB</td>"));
  EXPECT_LT(page.find("<td>10.0.0.1</td>"), page.find("<td>2001:db8::2</td>"));
  EXPECT_EQ(world_.content_type, "text/html; charset=utf-8");
}

TEST_F(CompatGlobalsTest, TheTalksPageOfLatencies) {
  const std::string page = Print(ReadScript("talk_flows.lua"));
  EXPECT_THAT(page, HasSubstr("10.0.0.1:56442 -> 10.0.0.2:80 [client: 0."));
  EXPECT_THAT(page, HasSubstr(" ms]<br>\n"));
}

}  // namespace
}  // namespace wiregauge::lua::compat
