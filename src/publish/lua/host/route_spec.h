// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "publish/http/request.h"
#include "publish/http/response.h"
#include "publish/json/writer.h"

struct lua_State;

namespace wiregauge::lua {

// A parameter of a registered route: of its path when the template names it, else of the query.
struct ParameterSpec {
  enum class Type : uint8_t { kString, kInteger, kNumber, kBoolean };
  using Value = std::variant<std::string, double, bool>;  // integers are doubles

  std::string name, description;
  Type type = Type::kString;
  bool in_path = false, required = false;
  std::optional<double> minimum, maximum;
  std::optional<double> max_length;  // of a string, in bytes
  std::vector<std::string> one_of;   // of a string; empty: any
  std::optional<Value> initial;      // what the script gets when the parameter is not given

  // The value of a text, or what was expected of it ("a whole number from 1 to 100").
  std::variant<Value, std::string> Read(std::string_view text) const;
};

// A route as its script has registered it, but for the handler, which each state has for itself.
struct RouteSpec {
  enum class Role : uint8_t { kViewer, kAdmin };
  enum class Grafana : uint8_t { kNone, kSeries, kTable };

  std::string script;  // "routes/top.lua"
  http::Method method = http::Method::kGet;
  std::string path;  // "/lua/top/{n}"
  std::string summary, description;
  Role role = Role::kViewer;
  std::vector<ParameterSpec> parameters;
  std::string request_schema, response_schema;  // JSON; empty: not told
  std::string response_type = "application/json";
  Grafana grafana = Grafana::kNone;
  std::string target;  // its name in Grafana: "lua_top"

  std::string key;  // "GET /lua/top/{n}"

  // Where it is found, below this.
  static constexpr std::string_view kPrefix = "/lua";

  // The table at `index`, the argument of wiregauge.route. Throws ScriptError.
  static RouteSpec Read(lua_State* lua, int index, const std::string& script);
};

// A parameter's value, by name.
struct Argument {
  std::string name;
  ParameterSpec::Value value;
};
// What a request gives, checked: with defaults, in the order of the parameters. Or the refusal.
std::variant<std::vector<Argument>, http::Response> ReadArguments(const RouteSpec& route,
                                                                  const http::Request& request);

// Names for operations, each given once. One thread at a time.
class OperationIds {
 public:
  // "lua_get_top_n" of "get" and "/top/{n}"; with a number behind it when that is taken.
  std::string Take(std::string_view method, std::string_view path);

 private:
  std::set<std::string> taken_;
};

// What an operation answers, as members of its object `responses`. `schema`: JSON, or empty.
void WriteUsualResponses(json::Writer& writer, std::string_view content_type,
                         const std::string& schema);
// The operation objects of one path, {"get": {...}, ...}; the routes have the same path.
void WritePathItem(json::Writer& writer, const std::vector<const RouteSpec*>& routes,
                   OperationIds& ids);

}  // namespace wiregauge::lua
