// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/manual.h"

#include <set>
#include <string_view>
#include <vector>

namespace wiregauge::lua {
namespace {

constexpr std::string_view kReferenceHead =
    R"(# Lua reference

<!-- Made by `wiregauge lua reference` from the tables that register the functions. -->

What scripts can call; how they are written and run is told in [lua.md](lua.md). Types are those of
[LuaLS](https://luals.github.io/wiki/annotations/): `string?` may be nil, `integer[]` is an array. Beside
this scripts have Lua 5.1 as LuaJIT has it, without files, processes, `debug`, `ffi` and bytecode.
)";

constexpr std::string_view kAnnotationHead =
    "---@meta\n"
    "-- SPDX-License-Identifier: Apache-2.0\n"
    "-- Made by `wiregauge lua annotations`: what wiregauge's scripts can call, for LuaLS.\n";

// "wiregauge.flows" or "print".
std::string FullName(const Library& library, const std::string& name) {
  return library.name.empty() ? name : library.name + "." + name;
}

std::string Names(const std::vector<Parameter>& parameters) {
  std::string names;
  for (const Parameter& parameter : parameters) {
    names += (names.empty() ? "" : ", ") + parameter.name;
  }
  return names;
}

// A table's cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

void AppendList(const std::vector<Parameter>& parameters, std::string_view title,
                std::string& text) {
  if (parameters.empty()) return;
  text += std::string(title) + "\n\n";
  for (const Parameter& parameter : parameters) {
    text += "- `" + parameter.name + "` `" + parameter.type + "`";
    if (!parameter.help.empty()) text += ": " + parameter.help;
    text += "\n";
  }
  text += "\n";
}

void AppendFunction(const Library& library, const Function& function, std::string& text) {
  text += "### " + FullName(library, function.name) + "(" + Names(function.parameters) + ")\n\n";
  text += function.help + "\n\n";
  AppendList(function.parameters, "Takes", text);
  AppendList(function.returns, "Gives", text);
}

void AppendRecord(const Record& record, std::string& text) {
  text += "### " + record.name + "\n\n" + record.help + "\n\n| name | type | |\n|---|---|---|\n";
  for (const Field& field : record.fields) {
    text +=
        "| `" + Cell(field.name) + "` | `" + Cell(field.type) + "` | " + Cell(field.help) + " |\n";
  }
  text += "\n";
}

void AppendLibrary(const Library& library, bool has_title, std::string& text) {
  if (has_title) {
    text +=
        "\n## " + (library.name.empty() ? std::string("Global functions") : library.name) + "\n\n";
  }
  if (!library.help.empty()) text += library.help + "\n\n";
  for (const Constant& constant : library.constants) {
    text += "- `" + FullName(library, constant.name) + "` `" + constant.type +
            "`: " + constant.help + "\n";
  }
  if (!library.constants.empty()) text += "\n";
  for (const Function& function : library.functions) AppendFunction(library, function, text);
  for (const Record& record : library.records) AppendRecord(record, text);
}

// Libraries of one name stand together, in the order of the first.
std::vector<const Library*> Grouped(std::span<const Library* const> libraries) {
  std::vector<const Library*> grouped;
  std::set<std::string> told;
  for (const Library* const first : libraries) {
    if (!told.insert(first->name).second) continue;
    for (const Library* const library : libraries) {
      if (library->name == first->name) grouped.push_back(library);
    }
  }
  return grouped;
}

void AppendComment(std::string_view help, std::string& text) {
  if (!help.empty()) text += "---" + std::string(help) + "\n";
}

// A name that needs no brackets as a field.
bool IsIdentifier(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name.front())) return false;
  for (const char c : name) {
    if (!is_letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

void AnnotateRecord(const Record& record, std::string& text) {
  text += "\n";
  AppendComment(record.help, text);
  text += "---@class " + record.name + "\n";
  for (const Field& field : record.fields) {
    const std::string name = IsIdentifier(field.name) ? field.name : "[\"" + field.name + "\"]";
    text += "---@field " + name + " " + field.type;
    if (!field.help.empty()) text += " " + field.help;
    text += "\n";
  }
}

void AnnotateFunction(const Library& library, const Function& function, std::string& text) {
  text += "\n";
  AppendComment(function.help, text);
  for (const Parameter& parameter : function.parameters) {
    const bool is_rest = parameter.name == "...";
    std::string name = parameter.name, type = parameter.type;
    if (!is_rest && type.ends_with('?')) {
      name += '?';
      type.pop_back();
    }
    text += "---@param " + name + " " + type;
    if (!parameter.help.empty()) text += " " + parameter.help;
    text += "\n";
  }
  for (const Parameter& value : function.returns) {
    text += "---@return " + value.type + " " + value.name;
    if (!value.help.empty()) text += " " + value.help;
    text += "\n";
  }
  text +=
      "function " + FullName(library, function.name) + "(" + Names(function.parameters) + ") end\n";
}

}  // namespace

std::string ReferenceText(std::span<const Library* const> libraries) {
  std::string text(kReferenceHead);
  const Library* before = nullptr;
  for (const Library* const library : Grouped(libraries)) {
    AppendLibrary(*library, before == nullptr || before->name != library->name, text);
    before = library;
  }
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string AnnotationText(std::span<const Library* const> libraries) {
  std::string text(kAnnotationHead);
  std::set<std::string> made;
  for (const Library* const library : Grouped(libraries)) {
    for (const Record& record : library->records) AnnotateRecord(record, text);
  }
  for (const Library* const library : Grouped(libraries)) {
    if (!library->name.empty() && made.insert(library->name).second) {
      text += "\n";
      AppendComment(library->help, text);
      text += library->name + " = {}\n";
    }
    for (const Constant& constant : library->constants) {
      text += "\n---@type " + constant.type + "\n";
      text += FullName(*library, constant.name) + " = nil\n";
    }
    for (const Function& function : library->functions) {
      AnnotateFunction(*library, function, text);
    }
  }
  return text;
}

}  // namespace wiregauge::lua
