// SPDX-License-Identifier: Apache-2.0
// The contract against the code: routes, orders and fields. Answers are held to it by
// tests/contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "publish/api/openapi_document.h"
#include "world.h"

namespace wiregauge::api {
namespace {

using Names = std::set<std::string>;

YAML::Node Contract() { return YAML::Load(OpenApiYaml()); }

Json ContractJson() { return Json::parse(OpenApiJson()); }

// The names behind "there are: " in a refusal.
Names NamesIn(const std::string& detail) {
  const std::string marker = "there are: ";
  const size_t start = detail.find(marker);
  EXPECT_NE(start, std::string::npos) << detail;
  Names names;
  std::string name;
  for (size_t i = start + marker.size(); i < detail.size(); ++i) {
    if (detail[i] == ',' || i + 1 == detail.size()) {
      names.insert(name);
      name.clear();
    } else if (detail[i] != ' ') {
      name += detail[i];
    }
  }
  return names;
}

std::string Example(const std::string& path) {
  std::string target = path;
  for (const auto& [parameter, value] : {std::pair<std::string, std::string>{"{interface}", "eth0"},
                                         {"{id}", "1"},
                                         {"{capture}", "1"},
                                         {"{alert}", "1"},
                                         {"{sink}", "elk"},
                                         {"{host}", "10.0.0.1"}}) {
    if (const size_t at = target.find(parameter); at != std::string::npos) {
      target.replace(at, parameter.size(), value);
    }
  }
  return target;
}

const Json& Resolved(const Json& contract, const Json& node) {
  if (!node.contains("$ref")) return node;
  return contract.at(Json::json_pointer(node.at("$ref").get<std::string>().substr(1)));
}

// Alert 1.
void KeepAnAlert(World& world) {
  EXPECT_EQ(*world.KeepAlerts().Raise(alerts::About(alerts::Host("10.0.0.1"))), 1U);
}

// Whether another room has the route.
bool IsForeign(const std::string& path) {
  return path == "/metrics" || path == "/api/v1/scripts" || path == "/api/v1/stream/flows" ||
         path.starts_with("/grafana") || path.starts_with("/lua/modules/grafana");
}

// Every operation of this room with its path and method.
template <typename Visit>
void ForEachOperation(const Json& contract, Visit visit) {
  for (const auto& [path, item] : contract.at("paths").items()) {
    if (IsForeign(path)) continue;
    for (const auto& [method, operation] : item.items()) {
      visit(path,
            method == "get"    ? http::Method::kGet
            : method == "post" ? http::Method::kPost
                               : http::Method::kDelete,
            operation);
    }
  }
}

TEST(OpenApiTest, EveryRouteIsAnOperationAndEveryOperationARoute) {
  World world;
  world.KeepHistory();
  KeepAnAlert(world);
  Names routes, operations;
  for (const http::Route& route : world.router().routes()) {
    routes.insert(std::string(http::MethodName(route.method)) + " " + route.path_template);
  }
  for (const auto& path : Contract()["paths"]) {
    if (IsForeign(path.first.Scalar())) continue;
    for (const auto& operation : path.second) {
      std::string method = operation.first.Scalar();
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      operations.insert(method + " " + path.first.Scalar());
    }
  }
  EXPECT_EQ(routes, operations);
}

// Who may use a route, as the operation tells.
http::Access DocumentedAccess(const YAML::Node& operation) {
  if (operation["security"] && operation["security"].size() == 0) return http::Access::kOpen;
  const YAML::Node role = operation["x-required-role"];
  return role && role.as<std::string>() == "admin" ? http::Access::kAdmin : http::Access::kViewer;
}

TEST(OpenApiTest, TheDocumentTellsWhoMayUseWhat) {
  World world;
  world.KeepHistory();
  KeepAnAlert(world);
  const YAML::Node contract = Contract();
  for (const http::Route& route : world.router().routes()) {
    std::string method(http::MethodName(route.method));
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const YAML::Node operation = contract["paths"][route.path_template][method];
    EXPECT_EQ(DocumentedAccess(operation), route.policy.access) << route.path_template;
    for (const char* status : {"401", "403", "429"}) {
      EXPECT_EQ(static_cast<bool>(operation["responses"][status]),
                route.policy.access != http::Access::kOpen)
          << route.path_template << " " << status;
    }
  }
}

TEST(OpenApiTest, JsonSaysWhatYamlSays) {
  const YAML::Node yaml = Contract();
  const Json json = ContractJson();
  EXPECT_EQ(json.at("openapi"), "3.0.3");
  EXPECT_EQ(json.at("info").at("version"), yaml["info"]["version"].as<std::string>());
  EXPECT_EQ(json.at("components").at("schemas").size(), yaml["components"]["schemas"].size());
  EXPECT_EQ(json.at("components").at("parameters").at("Limit").at("schema").at("maximum"), 10000);
  EXPECT_EQ(json.at("components").at("parameters").at("By").at("required"), true);
}

TEST(OpenApiTest, MorePathsStandBehindThoseOfTheContract) {
  const OpenApiPaths more = {
      {"/lua/a: b", R"({"get":{"summary":"x"}})"},
      {"/lua/{n}",
       "{\"get\":{\"summary\":\"\xc2\x85\x7f\xef\xbb\xbf \xc3\xa4\xf0\x9f\x98\x80\"}}"}};
  const Json json = Json::parse(OpenApiJson(more));
  const YAML::Node yaml = YAML::Load(OpenApiYaml(more));
  EXPECT_EQ(json.at("paths").size(), ContractJson().at("paths").size() + 2);
  EXPECT_EQ(json.at("components"), ContractJson().at("components"));
  EXPECT_EQ(yaml["paths"].size(), json.at("paths").size());
  EXPECT_EQ(yaml["components"].size(), json.at("components").size());
  for (const auto& [path, item] : more) {
    const Json summary = Json::parse(item).at("get").at("summary");
    EXPECT_EQ(json.at("paths").at(path).at("get").at("summary"), summary);
    EXPECT_EQ(yaml["paths"][path]["get"]["summary"].as<std::string>(), summary.get<std::string>());
  }
}

TEST(OpenApiTest, ParametersAreThoseThePathsTake) {
  World world;
  world.KeepHistory();
  KeepAnAlert(world);
  const Json contract = ContractJson();
  ForEachOperation(
      contract, [&](const std::string& path, http::Method method, const Json& operation) {
        Names documented;
        for (const Json& reference : operation.value("parameters", Json::array())) {
          const Json& parameter = Resolved(contract, reference);
          if (parameter.at("in") == "query")
            documented.insert(parameter.at("name").get<std::string>());
        }
        const http::Response answer = world.Ask(method, Example(path) + "?no_such_parameter=1");
        EXPECT_EQ(answer.status, 400) << path;
        const Json problem = Json::parse(answer.body);
        EXPECT_EQ(problem.at("parameter"), "no_such_parameter");
        const std::string detail = problem.at("detail").get<std::string>();
        if (documented.empty()) {
          EXPECT_THAT(detail, testing::HasSubstr("takes none")) << path;
        } else {
          EXPECT_EQ(NamesIn(detail), documented) << path;
        }
      });
}

TEST(OpenApiTest, OrdersAndFieldsAreThoseTheRowsHave) {
  World world;
  world.KeepHistory();
  KeepAnAlert(world);
  const Json contract = ContractJson();
  ForEachOperation(
      contract, [&](const std::string& path, http::Method method, const Json& operation) {
        if (method != http::Method::kGet) return;
        const std::string by = path == "/api/v1/flows/aggregate" ? "by=pair&" : "";
        for (const Json& reference : operation.value("parameters", Json::array())) {
          const Json& parameter = Resolved(contract, reference);
          if (parameter.at("name") == "sort") {
            Names documented;
            for (const Json& name : parameter.at("schema").at("enum")) {
              documented.insert(name.get<std::string>());
              world.GetJson(Example(path) + "?" + by + "sort=" + name.get<std::string>());
            }
            Names offered;
            const Json problem = world.GetProblem(Example(path) + "?" + by + "sort=colour", 400);
            for (const std::string& name : NamesIn(problem.at("detail").get<std::string>())) {
              offered.insert(name);
              offered.insert("-" + name);
            }
            EXPECT_EQ(documented, offered) << path;
          } else if (parameter.at("name") == "fields") {
            for (const Json& name : parameter.at("schema").at("items").at("enum")) {
              world.GetJson(Example(path) + "?" + by + "fields=" + name.get<std::string>());
            }
          }
        }
      });
}

}  // namespace
}  // namespace wiregauge::api
