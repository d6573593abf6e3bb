// SPDX-License-Identifier: Apache-2.0
// The routes against api/openapi.yaml.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <set>

#include "world.h"

namespace wiregauge::grafana {
namespace {

TEST(Contract, EveryRouteIsAnOperationAndEveryOperationARoute) {
  const char* const folder = std::getenv("WIREGAUGE_SOURCE_DIR");
  ASSERT_NE(folder, nullptr);
  const YAML::Node contract = YAML::LoadFile(std::string(folder) + "/api/openapi.yaml");
  std::set<std::string> operations, routes;
  for (const auto& path : contract["paths"]) {
    for (const auto& operation : path.second) {
      if (operation.second["tags"][0].Scalar() != "grafana") continue;
      std::string method = operation.first.Scalar();
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      operations.insert(method + " " + path.first.Scalar());
    }
  }
  World world;
  for (const http::Route& route : world.router().routes()) {
    routes.insert(std::string(http::MethodName(route.method)) + " " + route.path_template);
    EXPECT_EQ(route.policy.access, http::Access::kViewer);
    EXPECT_EQ(route.policy.scope, http::Scope::kByNetwork);
  }
  EXPECT_EQ(routes, operations);
}

}  // namespace
}  // namespace wiregauge::grafana
