// SPDX-License-Identifier: Apache-2.0
// Makes the source file that holds api/openapi.yaml, as it is and as JSON, each cut where more
// paths fit in.
//
// usage: embed_openapi openapi.yaml openapi_parts.cc
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

bool IsNumber(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool finite = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  return error == std::errc() && stop == end && finite;
}

void AppendString(const std::string& text, std::string& json) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n') {
      json += "\\n";
    } else if (static_cast<unsigned char>(c) < ' ') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      json += escape;
    } else {
      json += c;
    }
  }
  json += '"';
}

// Plain scalars by YAML 1.2's core schema; quoted ones are strings (yaml-cpp gives them the tag
// "!").
void AppendScalar(const YAML::Node& node, std::string& json) {
  const std::string& text = node.Scalar();
  const bool plain = node.Tag() != "!";
  if (plain && (text == "true" || text == "false" || text == "null" || IsNumber(text))) {
    json += text;
  } else {
    AppendString(text, json);
  }
}

void AppendNode(const YAML::Node& node, std::string& json) {
  if (node.IsMap()) {
    json += '{';
    std::string separator;
    std::string names = "\n";
    for (const auto& member : node) {
      const std::string name = member.first.Scalar();
      if (names.find("\n" + name + "\n") != std::string::npos) {
        throw std::runtime_error("the member " + name + " stands twice in line " +
                                 std::to_string(node.Mark().line + 1));
      }
      names += name + "\n";
      json += separator;
      AppendString(name, json);
      json += ':';
      AppendNode(member.second, json);
      separator = ",";
    }
    json += '}';
  } else if (node.IsSequence()) {
    json += '[';
    std::string separator;
    for (const auto& item : node) {
      json += separator;
      AppendNode(item, json);
      separator = ",";
    }
    json += ']';
  } else if (node.IsScalar()) {
    AppendScalar(node, json);
  } else {
    json += "null";
  }
}

// As bytes: compilers limit the length of string literals.
void AppendArray(const std::string& name, const std::string& text, std::string& source) {
  source += "constexpr unsigned char " + name + "[] = {";
  for (size_t i = 0; i < text.size(); ++i) {
    source += i % 24 == 0 ? "\n" : "";
    source += std::to_string(static_cast<unsigned>(static_cast<unsigned char>(text[i]))) + ",";
  }
  source += "};\n";
}

// Behind the last path: where the next member of the document begins.
size_t EndOfPathsInYaml(const std::string& yaml) {
  constexpr char kPaths[] = "\npaths:\n";
  size_t at = yaml.find(kPaths);
  if (at == std::string::npos) throw std::runtime_error("there is no line \"paths:\"");
  at += sizeof kPaths - 1;
  while (at < yaml.size() && (yaml[at] == ' ' || yaml[at] == '\n')) at = yaml.find('\n', at) + 1;
  return at;
}

// Before the bracket that closes them.
size_t EndOfPathsInJson(const std::string& json, const YAML::Node& paths) {
  std::string member = "\"paths\":";
  AppendNode(paths, member);
  return json.find(member) + member.size() - 1;
}

void AppendParts(const std::string& name, const std::string& text, size_t cut,
                 std::string& source) {
  AppendArray("k" + name + "Head", text.substr(0, cut), source);
  AppendArray("k" + name + "Tail", text.substr(cut), source);
}

void AppendFunction(const std::string& name, std::string& source) {
  source += "OpenApiParts OpenApi" + name + "Parts() {\n  return {";
  for (const std::string part : {"Head", "Tail"}) {
    const std::string array = "k" + name + part;
    source += "{reinterpret_cast<const char*>(" + array + "), sizeof " + array + "}, ";
  }
  source += "};\n}\n\n";
}

void Run(const std::string& from, const std::string& to) {
  std::ifstream input(from, std::ios::binary);
  if (!input) throw std::runtime_error("cannot read it");
  const std::string yaml{std::istreambuf_iterator<char>(input), {}};
  const YAML::Node document = YAML::Load(yaml);
  std::string json;
  AppendNode(document, json);
  std::string source =
      "// Made from api/openapi.yaml by tools/openapi/embed_openapi.cc: do not edit.\n"
      "#include \"publish/api/openapi_document.h\"\n\n"
      "namespace wiregauge::api {\nnamespace {\n\n";
  AppendParts("Yaml", yaml, EndOfPathsInYaml(yaml), source);
  AppendParts("Json", json, EndOfPathsInJson(json, document["paths"]), source);
  source += "\n}  // namespace\n\n";
  AppendFunction("Yaml", source);
  AppendFunction("Json", source);
  source += "}  // namespace wiregauge::api\n";
  std::ofstream output(to, std::ios::binary);
  output << source;
  if (!output.flush()) throw std::runtime_error("cannot write " + to);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: embed_openapi openapi.yaml openapi_parts.cc\n";
    return 2;
  }
  try {
    Run(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << "\n";
    return 1;
  }
}
