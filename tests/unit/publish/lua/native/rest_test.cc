// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

TEST(Rest, GivesWhatTheHandlersAnswer) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.get('flows/1').bytes)"), "1100");
  EXPECT_EQ(script.Print("print(wiregauge.get('/api/v1/flows/1').bytes)"), "1100");
  EXPECT_EQ(script.Print("print(wiregauge.get('flows?limit=2').total)"), "5");
  EXPECT_EQ(script.Print("print(#wiregauge.get('flows', {limit = 2}).items)"), "2");
}

TEST(Rest, NullIsNil) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.get('flows/2').end_reason)"), "nil");
}

TEST(Rest, ArraysAreAlternativesAndFieldsAreOneList) {
  NativeScript script;
  EXPECT_EQ(script.Json("return wiregauge.get('flows', {client = {'10.0.0.2', '2001:db8::1'}, "
                        "sort = 'id', fields = {'id', 'bytes'}}).items"),
            R"([{"bytes":2200,"id":2},{"bytes":550,"id":5}])");
}

TEST(Rest, NumbersAndTruthAreText) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.get('flows', {vlan = 7}).total, "
                         "wiregauge.get('hosts', {['local'] = true}).total > 0)"),
            "1\ttrue");
}

// One text may stand in a table many times.
TEST(Rest, ParametersAreBounded) {
  NativeScript script;
  EXPECT_THAT(script.Print("local s, t = ('x'):rep(1e5), {} for i = 1, 1e4 do t[i] = s end "
                           "wiregauge.get('flows', {client = t})"),
              HasSubstr("more than a query may hold"));
  EXPECT_THAT(script.Print("local s, t = ('x'):rep(1e5), {} for i = 1, 1e4 do t['p' .. i] = s end "
                           "wiregauge.get('flows', t)"),
              HasSubstr("more than a query may hold"));
  EXPECT_THAT(script.Print("wiregauge.get('flows', {client = ('x'):rep(4e6)})"),
              HasSubstr("too long"));
}

TEST(Rest, WhatIsRefusedIsAnErrorWithThePlace) {
  NativeScript script;
  EXPECT_THAT(script.Print("wiregauge.get('flows', {limit = 'many'})"),
              HasSubstr("error: test.lua:1: limit: \"many\" is not"));
  EXPECT_THAT(script.Print("wiregauge.get('flows', {colour = 'red'})"), HasSubstr("colour"));
  EXPECT_THAT(script.Print("wiregauge.get('flows', {limit = {}})"), "");
  EXPECT_THAT(script.Print("wiregauge.get('flows', {limit = print})"),
              HasSubstr("limit: it is to be a string"));
  EXPECT_THAT(script.Print("wiregauge.get('flows', {text = '\\255'})"),
              HasSubstr("text: it is not UTF-8"));
  EXPECT_THAT(script.Print("wiregauge.get('flows', {'limit'})"),
              HasSubstr("a parameter's name is to be a string"));
  EXPECT_THAT(script.Print("wiregauge.get('nothing/here')"), HasSubstr("There is nothing at"));
  EXPECT_THAT(script.Print("wiregauge.get('flows/%zz')"), HasSubstr("%zz"));
}

TEST(Rest, WhatIsNotThereIsNilAndWhy) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.flow(99))"),
            "nil\tThere is no flow 99: it never was, or it ended too long ago.");
  EXPECT_THAT(script.Print("print(wiregauge.host('192.0.2.99'))"), HasSubstr("nil\t"));
}

TEST(Rest, ThingsAndCollections) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.host('10.0.0.1').ip, wiregauge.flow(4).vlan, "
                         "wiregauge.counters('lan').name)"),
            "10.0.0.1\t7\tlan");
  EXPECT_EQ(script.Print("local items, rest = wiregauge.aggregate('client', {limit = 1}) "
                         "print(#items, rest.total, rest.next_cursor ~= nil, rest.items)"),
            "1\t4\ttrue\tnil");
  for (const std::string name : {"interfaces", "applications", "devices", "vlans", "networks",
                                 "pools", "autonomous_systems", "countries"}) {
    EXPECT_EQ(
        script.Print("local items, rest = wiregauge." + name + "() print(#items == rest.total)"),
        "true")
        << name;
  }
  EXPECT_EQ(script.Print("print(type(wiregauge.ledger()))"), "table");
}

TEST(Rest, HistoryThatIsOffIsNilAndWhy) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.metrics())"),
            "nil\tThere is no history: the setting history.enabled is false.");
}

TEST(Rest, History) {
  NativeScript script;
  script.world().KeepHistory();
  EXPECT_THAT(script.Print("wiregauge.history('nothing')"),
              HasSubstr("\"nothing\" is not a metric"));
  EXPECT_THAT(script.Print("wiregauge.history()"), HasSubstr("metric: it is to be a string"));
}

TEST(Rest, RestrictedUsersSeeTheirPart) {
  NativeScript script;
  script.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"lan"}});
  EXPECT_EQ(script.Print("print(wiregauge.get('flows').total, #wiregauge.interfaces())"), "2\t1");
  EXPECT_THAT(script.Print("print(wiregauge.flow(1))"), HasSubstr("nil\tThere is no flow 1"));
  EXPECT_THAT(script.Print("wiregauge.get('captures')"), HasSubstr("all traffic"));
  EXPECT_THAT(script.Print("wiregauge.get('captures/1/pcap')"), HasSubstr("role admin"));
}

TEST(Rest, UsersOfSomeNetworksGetNoTables) {
  NativeScript script;
  model::Identity identity{.user = "x", .role = model::Role::kAdmin};
  identity.networks = {*IpNetwork::Parse("10.0.0.2/32")};
  script.ActAs(identity);
  EXPECT_EQ(script.Print("print(wiregauge.get('flows').total)"), "1");
  EXPECT_THAT(script.Print("wiregauge.interfaces()"), HasSubstr("error: test.lua:1: "));
}

TEST(Wiregauge, TellsOfTheCall) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.now())"), "2023-11-14T22:13:22.000000Z\t1700000002");
  EXPECT_EQ(script.Print("print(wiregauge.version())"), "1.2.3\tabc");
  EXPECT_EQ(script.Print("print(wiregauge.script())"), "test.lua");
  EXPECT_EQ(script.Print("print(wiregauge.user())"), "nil");
  script.ActAs({.user = "ann", .role = model::Role::kAdmin});
  EXPECT_EQ(script.Json("return wiregauge.user()"), R"({"name":"ann","role":"admin"})");
}

// Every member of the catalogue is described in the contract.
TEST(Libraries, KnowTheTypesOfMembers) {
  const Library& whole = *NativeLibraries().front();
  for (const Record& record : {whole.records[0], whole.records[1]}) {
    for (const Field& field : record.fields) {
      EXPECT_NE(field.type, "any") << record.name << "." << field.name;
    }
  }
}

TEST(Libraries, TellWhatTheyAre) {
  for (const Library* const library : NativeLibraries()) {
    EXPECT_FALSE(library->help.empty()) << library->name;
    for (const Function& function : library->functions) {
      EXPECT_FALSE(function.help.empty()) << function.name;
      EXPECT_NE(function.entry, nullptr) << function.name;
    }
    for (const Record& record : library->records) {
      EXPECT_FALSE(record.help.empty()) << record.name;
      for (const Field& field : record.fields) {
        EXPECT_FALSE(field.type.empty()) << record.name << "." << field.name;
        EXPECT_FALSE(field.help.empty()) << record.name << "." << field.name;
      }
    }
  }
}

}  // namespace
}  // namespace wiregauge::lua
