// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/field_reference.h"

namespace wiregauge::sinks {
namespace {

constexpr std::string_view kIntroduction =
    R"(# The fields of a flow record

<!-- Made by `wiregauge sinks fields` from src/publish/sinks/record/field.cc: change it there. -->

What sinks send with `format: ntopng`, the default ([sinks.md](sinks.md)), in this order. A record is made when a flow
ends and at each active timeout. IN is from client to server, OUT from server to client; the client is who opened the
flow. What is not known is left out, and is NULL in a database. The option `fields` of a sink chooses among these
names. With `format: wiregauge` a record is the flow object of the API instead (`GET /api/v1/flows`).

| field | type | what |
|---|---|---|
)";

}  // namespace

std::string_view FieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return "text";
    case FieldType::kTexts:
      return "list of texts";
    case FieldType::kIpv4:
      return "IPv4 address";
    case FieldType::kIpv6:
      return "IPv6 address";
    case FieldType::kBoolean:
      return "true or false";
    case FieldType::kUint8:
      return "whole number, 8 bits";
    case FieldType::kUint16:
      return "whole number, 16 bits";
    case FieldType::kUint32:
      return "whole number, 32 bits";
    case FieldType::kUint64:
      return "whole number, 64 bits";
    case FieldType::kFloat:
      return "number";
    case FieldType::kSeconds:
      return "seconds since 1970";
    case FieldType::kMillis:
      return "milliseconds since 1970";
    case FieldType::kTime:
      return "time, RFC 3339, UTC";
  }
  return "";
}

std::string FieldReference() {
  std::string page(kIntroduction);
  for (const Field& field : AllFields()) {
    page.append("| `").append(field.name).append("` | ").append(FieldTypeName(field.type));
    page.append(" | ").append(field.help).append(" |\n");
  }
  return page;
}

}  // namespace wiregauge::sinks
