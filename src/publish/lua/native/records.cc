// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/records.h"

#include "base/check.h"
#include "base/text.h"
#include "publish/api/openapi_document.h"
#include "publish/json/parsed.h"

namespace wiregauge::lua {
namespace {

using json::ParsedValue;

// A schema behind references; the first of allOf says what it is.
ParsedValue Resolve(ParsedValue schemas, ParsedValue schema) {
  while (true) {
    if (const auto reference = schema["$ref"].text()) {
      schema = schemas[reference->substr(reference->rfind('/') + 1)];
    } else if (schema["allOf"].is_array()) {
      schema = schema["allOf"].at(0);
    } else {
      return schema;
    }
  }
}

// Where a member of a schema is described: as it stands there, before references are followed.
ParsedValue Find(ParsedValue schemas, ParsedValue schema, std::string_view path) {
  for (const std::string_view name : Split(path, '.')) {
    ParsedValue object = Resolve(schemas, schema);
    if (object["items"].exists()) object = Resolve(schemas, object["items"]);
    schema = object["properties"][name];
  }
  return schema;
}

std::string TypeOf(ParsedValue schemas, ParsedValue schema) {
  const ParsedValue resolved = Resolve(schemas, schema);
  std::string type(resolved["type"].text().value_or("any"));
  if (type == "object") type = "table";
  if (type == "array") type = TypeOf(schemas, resolved["items"]) + "[]";
  const bool may_miss = schema["nullable"].boolean().value_or(false) ||
                        resolved["nullable"].boolean().value_or(false);
  return type + (may_miss ? "?" : "");
}

std::string HelpOf(ParsedValue schemas, ParsedValue schema) {
  if (const auto own = schema["description"].text()) return std::string(*own);
  return std::string(Resolve(schemas, schema)["description"].text().value_or(""));
}

}  // namespace

Record RecordOfSchema(const std::string& name, std::string_view schema,
                      const json::FieldCatalogue& fields) {
  static const auto document = json::Parsed::Parse(api::OpenApiJson());
  WIREGAUGE_CHECK(document.ok());
  const ParsedValue schemas = document->root()["components"]["schemas"];
  Record record{name, HelpOf(schemas, schemas[schema]), {}};
  for (const std::string& path : fields.paths()) {
    const ParsedValue member = Find(schemas, schemas[schema], path);
    record.fields.push_back({path, TypeOf(schemas, member), HelpOf(schemas, member)});
  }
  return record;
}

}  // namespace wiregauge::lua
