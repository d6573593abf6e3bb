// SPDX-License-Identifier: Apache-2.0
#include "app/interfaces.h"

#include <algorithm>

#include "publish/json/writer.h"

namespace wiregauge::app {
namespace {

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

}  // namespace

std::string InterfacesTable(const std::vector<capture::InterfaceInfo>& interfaces,
                            const std::string& default_route) {
  size_t width = 9;
  for (const auto& interface : interfaces) width = std::max(width, interface.name.size());
  std::string out = Padded("interface", width) + "  state  networks\n";
  for (const capture::InterfaceInfo& interface : interfaces) {
    std::string line = Padded(interface.name, width) + "  " + (interface.up ? "up   " : "down ");
    const char* separator = "  ";
    for (const IpNetwork& network : interface.networks) {
      line += separator + network.ToString();
      separator = ", ";
    }
    if (interface.name == default_route) line += "  (default route)";
    out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
  return out;
}

std::string InterfacesJson(const std::vector<capture::InterfaceInfo>& interfaces,
                           const std::string& default_route) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const capture::InterfaceInfo& interface : interfaces) {
    writer.BeginObject();
    writer.Field("name", interface.name);
    writer.Field("description", interface.description);
    writer.Field("up", interface.up);
    writer.Field("loopback", interface.loopback);
    writer.Field("default_route", interface.name == default_route);
    if (writer.BeginArray("networks")) {
      for (const IpNetwork& network : interface.networks) writer.Value(network.ToString());
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndArray();
  return out + "\n";
}

}  // namespace wiregauge::app
