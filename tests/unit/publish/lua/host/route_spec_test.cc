// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/route_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/publish/lua/script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

// The route that a table describes; what is wrong with it in `problem`.
RouteSpec Read(const std::string& table, std::string* problem = nullptr) {
  SandboxedScript script;
  RouteSpec route;
  const Outcome outcome = script.state().Run({}, [&](lua_State* lua) {
    PushEnvironment(lua);
    Load(lua, "return " + table, "test.lua");
    lua_call(lua, 0, 1);
    route = RouteSpec::Read(lua, -1, "routes/test.lua");
  });
  if (problem != nullptr) *problem = outcome.message;
  EXPECT_TRUE(problem != nullptr || outcome.ok()) << outcome.message;
  return route;
}
std::string Problem(const std::string& members) {
  std::string problem;
  Read("{path = '/x', summary = 's', handler = print, " + members + "}", &problem);
  return problem;
}

constexpr const char* kTop = R"({
  path = "/top/{kind}", summary = "Top", role = "admin",
  parameters = {
    {name = "kind", enum = {"hosts", "flows"}},
    {name = "limit", type = "integer", default = 10, minimum = 1, maximum = 100},
    {name = "ratio", type = "number", maximum = 1},
    {name = "all", type = "boolean", default = false},
    {name = "text", max_length = 3, required = true},
  },
  response = {type = "array", items = {type = "object"}},
  handler = print,
})";

http::Request Ask(std::vector<http::Parameter> query, const std::string& kind = "hosts") {
  http::Request request;
  request.path_parameters = {{"kind", kind}};
  request.query = std::move(query);
  return request;
}
std::string Refusal(const RouteSpec& route, const http::Request& request) {
  const auto read = ReadArguments(route, request);
  const auto* const refusal = std::get_if<http::Response>(&read);
  return refusal != nullptr ? std::to_string(refusal->status) + " " + refusal->body : "";
}

TEST(RouteSpecs, AreReadAsDescribed) {
  const RouteSpec route = Read(kTop);
  EXPECT_EQ(route.key, "GET /lua/top/{kind}");
  EXPECT_EQ(route.role, RouteSpec::Role::kAdmin);
  ASSERT_EQ(route.parameters.size(), 5u);
  EXPECT_TRUE(route.parameters[0].in_path);
  EXPECT_EQ(route.response_schema, R"({"items":{"type":"object"},"type":"array"})");
}

TEST(RouteSpecs, GiveCheckedArguments) {
  const auto read = ReadArguments(Read(kTop), Ask({{"text", "abc"}, {"limit", "5"}}));
  const auto& arguments = std::get<0>(read);
  ASSERT_EQ(arguments.size(), 4u);  // ratio was not given
  EXPECT_EQ(std::get<std::string>(arguments[0].value), "hosts");
  EXPECT_EQ(std::get<double>(arguments[1].value), 5);
  EXPECT_EQ(arguments[2].name, "all");
  EXPECT_EQ(std::get<bool>(arguments[2].value), false);
}

TEST(RouteSpecs, RefuseWhatIsBad) {
  const RouteSpec route = Read(kTop);
  const http::Parameter text{"text", "abc"};
  EXPECT_EQ(Refusal(route, Ask({text})), "");
  EXPECT_THAT(Refusal(route, Ask({})), HasSubstr("text: it is missing."));
  EXPECT_THAT(Refusal(route, Ask({text, {"limit", "0"}})),
              HasSubstr("is not a whole number from 1 to 100."));
  EXPECT_THAT(Refusal(route, Ask({text, {"limit", "1.5"}})), HasSubstr("a whole number"));
  EXPECT_THAT(Refusal(route, Ask({text, {"ratio", "2"}})), HasSubstr("a number up to 1."));
  EXPECT_THAT(Refusal(route, Ask({text, {"ratio", "nan"}})), HasSubstr("a number up to 1."));
  EXPECT_THAT(Refusal(route, Ask({text, {"all", "yes"}})), HasSubstr("true or false"));
  EXPECT_THAT(Refusal(route, Ask({{"text", "abcd"}})), HasSubstr("a text of at most 3 bytes"));
  EXPECT_THAT(Refusal(route, Ask({text, text})), HasSubstr("text: it is given twice."));
  EXPECT_THAT(Refusal(route, Ask({text, {"other", "1"}})),
              HasSubstr("other: there is no such parameter here."));
  EXPECT_THAT(Refusal(route, Ask({text}, "devices")), HasSubstr("one of hosts, flows"));
}

TEST(RouteSpecs, TellWhatIsWrongWithThem) {
  std::string problem;
  Read("{summary = 's', handler = print}", &problem);
  EXPECT_THAT(problem, HasSubstr("route: path is missing"));
  EXPECT_THAT(Problem("paramters = {}"), HasSubstr("route: paramters is no field of it"));
  EXPECT_THAT(Problem("method = 'get'"), HasSubstr("is to be GET, POST"));
  EXPECT_THAT(Problem("role = 'root'"), HasSubstr("viewer or admin"));
  EXPECT_THAT(Problem("parameters = {{type = 'integer'}}"),
              HasSubstr("parameter: name is missing"));
  EXPECT_THAT(Problem("parameters = {{name = 'x', type = 'int'}}"),
              HasSubstr("parameter \"x\": type is to be string, integer, number or boolean"));
  EXPECT_THAT(Problem("parameters = {{name = 'x', type = 'integer', default = 0, minimum = 1}}"),
              HasSubstr("parameter \"x\": default is to be a whole number from 1"));
  EXPECT_THAT(Problem("parameters = {{name = 'x'}, {name = 'x'}}"), HasSubstr("x twice"));
  EXPECT_THAT(Problem("grafana = 'graph'"), HasSubstr("\"series\" or \"table\""));
  EXPECT_THAT(Problem("grafana = 'table', parameters = {{name = 'x', required = true}}"),
              HasSubstr("x has none"));
}

TEST(RouteSpecs, BoundsAreWhatADocumentCanSay) {
  const auto of = [](const std::string& members) {
    return Problem("parameters = {{name = 'n', " + members + "}}");
  };
  EXPECT_THAT(of("type = 'integer', minimum = -1e300"), HasSubstr("whole number"));
  EXPECT_THAT(of("type = 'integer', maximum = 1.5"), HasSubstr("whole number"));
  EXPECT_THAT(of("type = 'number', maximum = 1/0"), HasSubstr("finite"));
  EXPECT_THAT(of("type = 'number', minimum = 2, maximum = 1"), HasSubstr("above maximum"));
  EXPECT_THAT(of("max_length = -5"), HasSubstr("0 or more"));
  EXPECT_THAT(of("max_length = 1e300"), HasSubstr("0 or more"));
  EXPECT_THAT(of("enum = {}"), HasSubstr("empty"));
  EXPECT_THAT(of("enum = {'a', 'a'}"), HasSubstr("twice"));
  EXPECT_THAT(Problem("content_type = 'text/csv\\r\\nX: y'"), HasSubstr("media type"));
  const RouteSpec route = Read(
      "{path = '/x', summary = 's', handler = print, parameters = {{name = 'n', type = "
      "'integer'}}}");
  EXPECT_THAT(Refusal(route, Ask({{"n", "-9223372036854775808"}}, "")), HasSubstr("400"));
}

TEST(RouteSpecs, StandInTheDocument) {
  const RouteSpec route = Read(kTop);
  std::string text;
  json::Writer writer(text);
  OperationIds ids;
  WritePathItem(writer, {&route}, ids);
  EXPECT_THAT(text,
              HasSubstr(R"({"get":{"operationId":"lua_get_top_kind","x-required-role":"admin",)"));
  EXPECT_THAT(text, HasSubstr(R"("name":"limit","in":"query","required":false,"schema":)"
                              R"({"type":"integer","minimum":1,"maximum":100,"default":10})"));
  EXPECT_THAT(text, HasSubstr(R"("schema":{"items":{"type":"object"},"type":"array"})"));
}

}  // namespace
}  // namespace wiregauge::lua
