// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

TEST(JsonLibrary, ThereAndBack) {
  NativeScript script;
  EXPECT_EQ(script.Print("print(wiregauge.json.encode({a = 1, b = {}, c = wiregauge.json.null}))"),
            R"({"a":1,"b":[],"c":null})");
  EXPECT_EQ(script.Print("local v = wiregauge.json.decode('{\"a\":null,\"n\":18446744073709551615,"
                         "\"o\":{}}') print(v.a == wiregauge.json.null, v.n, "
                         "wiregauge.json.encode(v))"),
            "true\t18446744073709551615\t{\"a\":null,\"n\":18446744073709551615,\"o\":{}}");
  EXPECT_EQ(script.Print("print(wiregauge.json.encode({wiregauge.json.object({}), "
                         "wiregauge.json.array({})}))"),
            "[{},[]]");
}

TEST(JsonLibrary, Mistakes) {
  NativeScript script;
  EXPECT_THAT(script.Print("wiregauge.json.decode('{')"), HasSubstr("error: test.lua:1: "));
  EXPECT_THAT(script.Print("wiregauge.json.encode(print)"), HasSubstr("is a function"));
  EXPECT_THAT(script.Print("wiregauge.json.array(1)"), HasSubstr("t (argument 1)"));
  EXPECT_THAT(script.Print("wiregauge.json.encode()"), HasSubstr("value expected"));
}

// A mark takes a metatable's place: libraries would no longer be read-only.
TEST(JsonLibrary, MarksNothingThatIsProtected) {
  NativeScript script;
  EXPECT_THAT(script.Print("wiregauge.json.array(string)"), HasSubstr("protected"));
  EXPECT_THAT(script.Print("wiregauge.json.object(wiregauge.json)"), HasSubstr("protected"));
  EXPECT_EQ(script.Print("print(wiregauge.json.encode(wiregauge.json.object("
                         "wiregauge.json.array({}))))"),
            "{}");
}

std::string Logged(NativeScript& script, const std::string& source) {
  log::Configure(log::Level::kInfo, log::Format::kText);
  testing::internal::CaptureStderr();
  const std::string printed = script.Print(source);
  const std::string line = testing::internal::GetCapturedStderr();
  return printed + (line.empty() ? "" : line.substr(27));
}

TEST(LogLibrary, WritesTheServicesLog) {
  NativeScript script;
  EXPECT_EQ(Logged(script, "wiregauge.log.warning('it\\nhappened', {b = 2, a = true})"),
            " warning lua: it happened script=test.lua a=true b=2\n");
  EXPECT_EQ(Logged(script, "wiregauge.log.debug('quiet')"), "");
  EXPECT_EQ(Logged(script, "wiregauge.log.info(string.rep('x', 3000))"),
            " info lua: " + std::string(2048, 'x') + "... script=test.lua\n");
  EXPECT_THAT(Logged(script, "wiregauge.log.error({})"), HasSubstr("error: test.lua:1: text"));
  EXPECT_THAT(Logged(script,
                     "local f = {} for i = 1, 17 do f['n' .. i] = i end "
                     "wiregauge.log.info('x', f)"),
              HasSubstr("at most 16"));
}

}  // namespace
}  // namespace wiregauge::lua
