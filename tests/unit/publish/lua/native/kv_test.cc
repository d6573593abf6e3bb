// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "key_value/key_value_store.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

// A store without a file.
class Kv : public testing::Test {
 protected:
  Kv() { script_.services().key_values = &store_; }

  FixedClock clock_{api::World::Start()};
  key_value::KeyValueStore store_{{.path = "", .most_bytes = size_t{1} << 20}, clock_};
  NativeScript script_;
};

TEST_F(Kv, KeepsAnyJson) {
  script_.Print(
      "local kv = wiregauge.kv kv.set('text', 'a\"b') kv.set('number', 1.5) kv.set('truth', false) "
      "kv.set('table', {list = {1, 2}, none = {}})");
  EXPECT_EQ(script_.Json("local kv = wiregauge.kv return {kv.get('text'), kv.get('number'), "
                         "kv.get('truth'), kv.get('table'), kv.get('absent')}"),
            R"(["a\"b",1.5,false,{"list":[1,2],"none":[]}])");
  EXPECT_EQ(*store_.Get({"script", "text"}), R"("a\"b")");
}

TEST_F(Kv, WhatIsNoJsonIsText) {
  ASSERT_TRUE(store_.Set({"other", "key"}, "plain text").ok());
  EXPECT_EQ(script_.Print("print(wiregauge.kv.get('key', 'other'), wiregauge.kv.get('key'))"),
            "plain text\tnil");
}

TEST_F(Kv, CountsAndDeletes) {
  EXPECT_EQ(script_.Print("local kv = wiregauge.kv print(kv.increment('n'), kv.increment('n', 41), "
                          "kv.get('n'), kv.delete('n'), kv.delete('n'), kv.get('n'))"),
            "1\t42\t42\ttrue\tfalse\tnil");
  EXPECT_THAT(script_.Print("wiregauge.kv.set('t', 'x') wiregauge.kv.increment('t')"),
              HasSubstr("error: test.lua:1: "));
}

TEST_F(Kv, ListsKeys) {
  script_.Print(
      "for _, k in ipairs({'b', 'a1', 'a2'}) do wiregauge.kv.set(k, 1) end "
      "wiregauge.kv.set('a3', 1, nil, 'other')");
  EXPECT_EQ(script_.Json("local kv = wiregauge.kv return {kv.keys(), kv.keys('a*'), "
                         "kv.keys('*', 1), kv.keys('*', 9, 'other'), kv.keys('z*')}"),
            R"([["a1","a2","b"],["a1","a2"],["a1"],["a3"],[]])");
}

TEST_F(Kv, ValuesExpire) {
  script_.Print("wiregauge.kv.set('short', 1, 2) wiregauge.kv.set('long', 1)");
  clock_.now += std::chrono::seconds(3);
  EXPECT_EQ(script_.Print("print(wiregauge.kv.get('short'), wiregauge.kv.get('long'))"), "nil\t1");
}

TEST_F(Kv, Mistakes) {
  EXPECT_THAT(script_.Print("wiregauge.kv.set('a')"), HasSubstr("value (argument 2) is missing"));
  EXPECT_THAT(script_.Print("wiregauge.kv.set('a', print)"), HasSubstr("is a function"));
  EXPECT_THAT(script_.Print("wiregauge.kv.set('a', 1, -1)"), HasSubstr("ttl_s (argument 3)"));
  EXPECT_THAT(script_.Print("wiregauge.kv.get()"), HasSubstr("key (argument 1)"));
  EXPECT_THAT(script_.Print("wiregauge.kv.set(string.rep('k', 300), 1)"), HasSubstr("256"));
  EXPECT_THAT(
      script_.Print("for i = 1, 1e5 do wiregauge.kv.set('k' .. i, string.rep('x', 999)) end"),
      HasSubstr("error: test.lua:1: "));
  NativeScript without;
  EXPECT_THAT(without.Print("wiregauge.kv.get('a')"), HasSubstr("wiregauge.kv is off"));
}

}  // namespace
}  // namespace wiregauge::lua
