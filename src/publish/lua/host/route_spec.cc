// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/route_spec.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "publish/http/problem.h"
#include "publish/json/parsed.h"
#include "publish/lua/host/table_reader.h"
#include "publish/lua/vm/integer.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr size_t kMostParameters = 64;

struct TypeName {
  std::string_view name;
  ParameterSpec::Type type;
};
constexpr TypeName kTypes[] = {{"string", ParameterSpec::Type::kString},
                               {"integer", ParameterSpec::Type::kInteger},
                               {"number", ParameterSpec::Type::kNumber},
                               {"boolean", ParameterSpec::Type::kBoolean}};

std::string_view NameOf(ParameterSpec::Type type) { return kTypes[static_cast<size_t>(type)].name; }

struct MethodNameEntry {
  std::string_view name;
  http::Method method;
};
constexpr MethodNameEntry kMethods[] = {{"GET", http::Method::kGet},
                                        {"POST", http::Method::kPost},
                                        {"PUT", http::Method::kPut},
                                        {"PATCH", http::Method::kPatch},
                                        {"DELETE", http::Method::kDelete}};

std::string NumberText(double number) {
  std::string text;
  json::Writer writer(text);
  if (IsExact(number)) {
    writer.Value(static_cast<int64_t>(number));
  } else {
    writer.Value(number);
  }
  return text;
}

// "a whole number from 1 to 100"
std::string Expected(const ParameterSpec& parameter) {
  using Type = ParameterSpec::Type;
  if (parameter.type == Type::kBoolean) return "true or false";
  std::string text;
  if (parameter.type == Type::kString) {
    if (!parameter.one_of.empty()) {
      text = "one of ";
      for (const std::string& value : parameter.one_of) {
        text += (value == parameter.one_of.front() ? "" : ", ") + value;
      }
      return text;
    }
    return "a text of at most " + NumberText(parameter.max_length.value_or(0)) + " bytes";
  }
  text = parameter.type == Type::kInteger ? "a whole number" : "a number";
  if (parameter.minimum) text += " from " + NumberText(*parameter.minimum);
  if (parameter.maximum)
    text += (parameter.minimum ? " to " : " up to ") + NumberText(*parameter.maximum);
  return text;
}

bool IsInRange(const ParameterSpec& parameter, double number) {
  return (!parameter.minimum || number >= *parameter.minimum) &&
         (!parameter.maximum || number <= *parameter.maximum);
}

std::optional<ParameterSpec::Value> ReadValue(const ParameterSpec& parameter,
                                              std::string_view text) {
  switch (parameter.type) {
    case ParameterSpec::Type::kBoolean:
      if (text != "true" && text != "false") return std::nullopt;
      return text == "true";
    case ParameterSpec::Type::kString: {
      if (!parameter.one_of.empty()) {
        const auto& allowed = parameter.one_of;
        if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) return std::nullopt;
      }
      if (parameter.max_length && static_cast<double>(text.size()) > *parameter.max_length) {
        return std::nullopt;
      }
      return std::string(text);
    }
    case ParameterSpec::Type::kInteger: {
      const auto number = ParseNumber<int64_t>(text);
      if (!number || !IsExact(static_cast<double>(*number))) return std::nullopt;
      if (!IsInRange(parameter, static_cast<double>(*number))) return std::nullopt;
      return static_cast<double>(*number);
    }
    case ParameterSpec::Type::kNumber: {
      const auto number = ParseNumber<double>(text);
      if (!number || !std::isfinite(*number) || !IsInRange(parameter, *number)) {
        return std::nullopt;
      }
      return *number;
    }
  }
  return std::nullopt;
}

// The names of a template's parameters: "/top/{n}" -> n.
std::vector<std::string> NamesIn(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view segment : Split(path, '/')) {
    if (segment.size() > 2 && segment.front() == '{' && segment.back() == '}') {
      names.emplace_back(segment.substr(1, segment.size() - 2));
    }
  }
  return names;
}

// The default, checked as a request's value would be.
void ReadInitial(lua_State* lua, TableReader& reader, ParameterSpec& parameter) {
  reader.PushAny("default");
  if (!lua_isnil(lua, -1)) {
    std::string text;
    if (lua_isboolean(lua, -1)) {
      text = lua_toboolean(lua, -1) != 0 ? "true" : "false";
    } else if (lua_type(lua, -1) == LUA_TNUMBER) {
      text = NumberText(lua_tonumber(lua, -1));
    } else {
      text = TextAt(lua, -1).value_or("");
    }
    const auto value = ReadValue(parameter, text);
    if (!value) reader.Refuse("default", "is to be " + Expected(parameter));
    parameter.initial = *value;
  }
  lua_pop(lua, 1);
}

// Nothing that a document cannot say.
void ReadBounds(TableReader& reader, ParameterSpec& parameter) {
  constexpr double kUsualLength = 1024;
  parameter.minimum = reader.Number("minimum");
  parameter.maximum = reader.Number("maximum");
  parameter.max_length = reader.Number("max_length");
  const bool is_integer = parameter.type == ParameterSpec::Type::kInteger;
  for (const auto& [name, bound] :
       {std::pair("minimum", parameter.minimum), std::pair("maximum", parameter.maximum)}) {
    if (!bound || (is_integer ? IsExact(*bound) : std::isfinite(*bound))) continue;
    reader.Refuse(
        name, is_integer ? "is to be a whole number of at most 2^53" : "is to be a finite number");
  }
  if (parameter.minimum && parameter.maximum && *parameter.minimum > *parameter.maximum) {
    reader.Refuse("minimum", "is above maximum");
  }
  if (parameter.max_length && !(IsExact(*parameter.max_length) && *parameter.max_length >= 0)) {
    reader.Refuse("max_length", "is to be a whole number, 0 or more");
  }
  if (parameter.type == ParameterSpec::Type::kString && !parameter.max_length) {
    parameter.max_length = kUsualLength;
  }
}

void ReadOneOf(lua_State* lua, TableReader& reader, ParameterSpec& parameter) {
  if (!reader.PushTable("enum")) return;
  if (parameter.type != ParameterSpec::Type::kString) reader.Refuse("enum", "is of strings");
  const size_t size = lua_objlen(lua, -1);
  for (size_t i = 1; i <= size; ++i) {
    lua_rawgeti(lua, -1, static_cast<int>(i));
    const auto text = TextAt(lua, -1);
    if (!text) reader.Refuse("enum", "is to hold strings, not " + Describe(lua, -1));
    const auto& known = parameter.one_of;
    if (std::find(known.begin(), known.end(), *text) != known.end()) {
      reader.Refuse("enum", "has \"" + std::string(*text) + "\" twice");
    }
    parameter.one_of.emplace_back(*text);
    lua_pop(lua, 1);
  }
  if (parameter.one_of.empty()) reader.Refuse("enum", "is empty");
  lua_pop(lua, 1);
}

// The table on top.
ParameterSpec ReadParameter(lua_State* lua, const std::vector<std::string>& path_names) {
  ParameterSpec parameter;
  parameter.name = TableReader(lua, -1, "parameter").RequiredText("name");
  TableReader reader(lua, -1, "parameter \"" + parameter.name + "\"");
  reader.Text("name");
  parameter.description = reader.Text("description").value_or("");
  const std::string type = reader.Text("type").value_or("string");
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const TypeName& known) { return known.name == type; });
  if (found == std::end(kTypes)) {
    reader.Refuse("type", "is to be string, integer, number or boolean, not " + type);
  }
  parameter.type = found->type;
  parameter.in_path =
      std::find(path_names.begin(), path_names.end(), parameter.name) != path_names.end();
  parameter.required = reader.Boolean("required").value_or(parameter.in_path);
  ReadBounds(reader, parameter);
  ReadOneOf(lua, reader, parameter);
  ReadInitial(lua, reader, parameter);
  reader.Finish();
  return parameter;
}

void ReadParameters(lua_State* lua, TableReader& reader, RouteSpec& route) {
  const std::vector<std::string> names = NamesIn(route.path);
  std::set<std::string> told;
  if (reader.PushTable("parameters")) {
    const size_t size = lua_objlen(lua, -1);
    if (size > kMostParameters) reader.Refuse("parameters", "are too many");
    for (size_t i = 1; i <= size; ++i) {
      lua_rawgeti(lua, -1, static_cast<int>(i));
      route.parameters.push_back(ReadParameter(lua, names));
      lua_pop(lua, 1);
      const std::string& name = route.parameters.back().name;
      if (!told.insert(name).second) reader.Refuse("parameters", "have " + name + " twice");
    }
    lua_pop(lua, 1);
  }
  for (const std::string& name : names) {
    if (told.contains(name)) continue;
    ParameterSpec parameter;
    parameter.name = name;
    parameter.in_path = parameter.required = true;
    parameter.max_length = 1024;
    route.parameters.push_back(std::move(parameter));
  }
}

std::string ReadSchema(lua_State* lua, TableReader& reader, const char* name) {
  if (!reader.PushTable(name)) return {};
  std::string text;
  WriteJson(lua, -1, text);
  lua_pop(lua, 1);
  return text;
}

// "lua_top_hosts" of "/lua/top/{n}/hosts".
std::string TargetOf(std::string_view path) {
  std::string name;
  for (const std::string_view segment : Split(path.substr(1), '/')) {
    if (segment.starts_with('{')) continue;
    name += (name.empty() ? "" : "_") + std::string(segment);
  }
  return name;
}

void ReadGrafana(TableReader& reader, RouteSpec& route) {
  const auto form = reader.Text("grafana");
  if (!form) return;
  if (*form != "series" && *form != "table") {
    reader.Refuse("grafana", "is to be \"series\" or \"table\", not \"" + *form + "\"");
  }
  if (route.method != http::Method::kGet) reader.Refuse("grafana", "is for GET routes");
  for (const ParameterSpec& parameter : route.parameters) {
    if (parameter.required && !parameter.initial) {
      reader.Refuse("grafana", "is for routes whose parameters all have a default; " +
                                   parameter.name + " has none");
    }
  }
  route.grafana = *form == "series" ? RouteSpec::Grafana::kSeries : RouteSpec::Grafana::kTable;
  route.target = TargetOf(route.path);
}

void CheckPath(const TableReader& reader, std::string_view path) {
  if (!path.starts_with('/') || path.size() < 2 || path.ends_with('/')) {
    reader.Refuse("path", "is to begin with / and not to end with it: \"/top/{n}\"");
  }
  if (path.ends_with(".lua")) reader.Refuse("path", "ends like that of a page (.lua)");
  if (path.starts_with("/modules/")) reader.Refuse("path", "begins with /modules, which is taken");
}

bool IsHeaderText(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void WriteSchema(json::Writer& writer, const std::string& schema) {
  if (auto parsed = json::Parsed::Parse(schema); parsed.ok()) {
    parsed->root().WriteTo(writer);
  } else {
    writer.BeginObject();
    writer.EndObject();
  }
}

void WriteInitial(json::Writer& writer, const ParameterSpec& parameter) {
  if (!parameter.initial || !writer.Key("default")) return;
  if (const auto* const text = std::get_if<std::string>(&*parameter.initial)) {
    writer.Value(*text);
  } else if (const auto* const truth = std::get_if<bool>(&*parameter.initial)) {
    writer.Value(*truth);
  } else if (const double number = std::get<double>(*parameter.initial);
             parameter.type == ParameterSpec::Type::kInteger) {
    writer.Value(static_cast<int64_t>(number));
  } else {
    writer.Value(number);
  }
}

void WriteBound(json::Writer& writer, json::Name name, const ParameterSpec& parameter,
                const std::optional<double>& bound) {
  if (!bound) return;
  if (parameter.type == ParameterSpec::Type::kInteger) {
    writer.Field(name, static_cast<int64_t>(*bound));
  } else {
    writer.Field(name, *bound);
  }
}

void WriteParameter(json::Writer& writer, const ParameterSpec& parameter) {
  writer.BeginObject();
  writer.Field("name", parameter.name);
  writer.Field("in", parameter.in_path ? "path" : "query");
  if (!parameter.description.empty()) writer.Field("description", parameter.description);
  writer.Field("required", parameter.in_path || parameter.required);
  if (writer.BeginObject("schema")) {
    writer.Field("type", NameOf(parameter.type));
    WriteBound(writer, "minimum", parameter, parameter.minimum);
    WriteBound(writer, "maximum", parameter, parameter.maximum);
    if (parameter.max_length) {
      writer.Field("maxLength", static_cast<int64_t>(*parameter.max_length));
    }
    if (!parameter.one_of.empty() && writer.BeginArray("enum")) {
      for (const std::string& value : parameter.one_of) writer.Value(value);
      writer.EndArray();
    }
    WriteInitial(writer, parameter);
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteContent(json::Writer& writer, std::string_view type, const std::string& schema) {
  if (!writer.BeginObject("content")) return;
  if (writer.DynamicKey(type)) {
    writer.BeginObject();
    if (writer.Key("schema")) WriteSchema(writer, schema.empty() ? "{}" : schema);
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteOperation(json::Writer& writer, const RouteSpec& route, OperationIds& ids) {
  writer.BeginObject();
  writer.Field("operationId", ids.Take(ToLower(http::MethodName(route.method)),
                                       route.path.substr(RouteSpec::kPrefix.size())));
  if (route.role == RouteSpec::Role::kAdmin) writer.Field("x-required-role", "admin");
  if (writer.BeginArray("tags")) {
    writer.Value("scripts");
    writer.EndArray();
  }
  writer.Field("summary", route.summary);
  std::string description = route.description;
  if (!description.empty()) description += "\n\n";
  description += "Answered by the script " + route.script + ".";
  writer.Field("description", description);
  if (writer.BeginArray("parameters")) {
    for (const ParameterSpec& parameter : route.parameters) WriteParameter(writer, parameter);
    writer.EndArray();
  }
  if (!route.request_schema.empty() && writer.BeginObject("requestBody")) {
    WriteContent(writer, "application/json", route.request_schema);
    writer.EndObject();
  }
  if (writer.BeginObject("responses")) {
    WriteUsualResponses(writer, route.response_type, route.response_schema);
    writer.EndObject();
  }
  writer.EndObject();
}

}  // namespace

std::variant<ParameterSpec::Value, std::string> ParameterSpec::Read(std::string_view text) const {
  if (auto value = ReadValue(*this, text)) return *std::move(value);
  return Expected(*this);
}

RouteSpec RouteSpec::Read(lua_State* lua, int index, const std::string& script) {
  TableReader reader(lua, index, "route");
  RouteSpec route;
  route.script = script;
  const std::string method = reader.Text("method").value_or("GET");
  const auto known = std::find_if(std::begin(kMethods), std::end(kMethods),
                                  [&](const auto& entry) { return entry.name == method; });
  if (known == std::end(kMethods)) {
    reader.Refuse("method", "is to be GET, POST, PUT, PATCH or DELETE, not " + method);
  }
  route.method = known->method;
  const std::string path = reader.RequiredText("path");
  CheckPath(reader, path);
  route.path = std::string(kPrefix) + path;
  route.key = method + " " + route.path;
  route.summary = reader.RequiredText("summary");
  route.description = reader.Text("description").value_or("");
  const std::string role = reader.Text("role").value_or("viewer");
  if (role != "viewer" && role != "admin") reader.Refuse("role", "is to be viewer or admin");
  route.role = role == "admin" ? Role::kAdmin : Role::kViewer;
  ReadParameters(lua, reader, route);
  route.request_schema = ReadSchema(lua, reader, "body");
  route.response_schema = ReadSchema(lua, reader, "response");
  route.response_type = reader.Text("content_type").value_or("application/json");
  if (!IsHeaderText(route.response_type)) {
    reader.Refuse("content_type", "is to be a media type, such as \"text/csv\"");
  }
  ReadGrafana(reader, route);
  reader.PushFunction("handler");
  lua_pop(lua, 1);
  reader.Finish();
  return route;
}

std::variant<std::vector<Argument>, http::Response> ReadArguments(const RouteSpec& route,
                                                                  const http::Request& request) {
  std::map<std::string_view, const std::string*> given;
  for (const http::Parameter& parameter : request.path_parameters) {
    given[parameter.name] = &parameter.value;
  }
  for (const http::Parameter& parameter : request.query) {
    if (!given.emplace(parameter.name, &parameter.value).second) {
      return http::BadParameter(parameter.name, parameter.name + ": it is given twice.");
    }
  }
  std::vector<Argument> arguments;
  for (const ParameterSpec& parameter : route.parameters) {
    const auto found = given.find(parameter.name);
    if (found == given.end()) {
      if (parameter.initial) {
        arguments.push_back({parameter.name, *parameter.initial});
      } else if (parameter.required) {
        return http::BadParameter(parameter.name, parameter.name + ": it is missing.");
      }
      continue;
    }
    const std::string& text = *found->second;
    given.erase(found);
    auto value = parameter.Read(text);
    if (const auto* const expected = std::get_if<std::string>(&value);
        expected != nullptr && value.index() == 1) {
      return http::BadParameter(parameter.name,
                                parameter.name + ": \"" + text + "\" is not " + *expected + ".");
    }
    arguments.push_back({parameter.name, std::get<0>(std::move(value))});
  }
  if (given.empty()) return arguments;
  const std::string unknown(given.begin()->first);
  return http::BadParameter(unknown, unknown + ": there is no such parameter here.");
}

void WriteUsualResponses(json::Writer& writer, std::string_view content_type,
                         const std::string& schema) {
  constexpr std::pair<std::string_view, std::string_view> kErrors[] = {
      {"400", "BadRequest"},      {"401", "Unauthorized"}, {"403", "Forbidden"},
      {"429", "TooManyRequests"}, {"500", "ScriptFailed"}, {"503", "ScriptsBusy"}};
  if (writer.BeginObject("200")) {
    writer.Field("description", "What the script answers.");
    WriteContent(writer, content_type, schema);
    writer.EndObject();
  }
  for (const auto& [status, name] : kErrors) {
    if (!writer.DynamicKey(status)) continue;
    writer.BeginObject();
    writer.Field("$ref", "#/components/responses/" + std::string(name));
    writer.EndObject();
  }
}

std::string OperationIds::Take(std::string_view method, std::string_view path) {
  std::string id = "lua_" + std::string(method) + "_";
  for (const char c : path.substr(path.starts_with('/') ? 1 : 0)) {
    if (c != '{' && c != '}') id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  std::string unique = id;
  for (int i = 2; !taken_.insert(unique).second; ++i) unique = id + "_" + std::to_string(i);
  return unique;
}

void WritePathItem(json::Writer& writer, const std::vector<const RouteSpec*>& routes,
                   OperationIds& ids) {
  writer.BeginObject();
  for (const RouteSpec* const route : routes) {
    if (!writer.DynamicKey(ToLower(http::MethodName(route->method)))) continue;
    WriteOperation(writer, *route, ids);
  }
  writer.EndObject();
}

}  // namespace wiregauge::lua
