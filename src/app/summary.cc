// SPDX-License-Identifier: Apache-2.0
#include "app/summary.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "decode/packet.h"

namespace wiregauge::app {
namespace {

constexpr size_t kMostApplications = 10;

std::string WithUnit(double value, double step, const std::array<const char*, 5>& units) {
  size_t unit = 0;
  while (value >= step && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

// Rows of text; the first column is on the left, the others are numbers on the right.
class Table {
 public:
  void Row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  void AppendTo(std::string& out) const {
    std::vector<size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - row[i].size(), ' ');
        line += i == 0 ? row[i] + padding : "  " + padding + row[i];
      }
      out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Of an interface's state once nothing reads it any more.
std::string ReadTo(const std::string& state) {
  if (state == "ended") return "the end";
  return state == "open" ? "stopped" : state;
}

}  // namespace

std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string BinarySize(double bytes) {
  return WithUnit(bytes, 1024, {"B", "KiB", "MiB", "GiB", "TiB"});
}

std::string WithPrefix(double number) { return WithUnit(number, 1000, {"", "k", "M", "G", "T"}); }

void Summary::AddFile(const snapshot::Snapshot& snapshot) {
  const snapshot::InterfaceView& interface = snapshot.interfaces.at(0);
  const model::InterfaceCounters& counters = interface.counters;
  files_.push_back({.name = interface.name,
                    .state = interface.state,
                    .traffic = counters.received,
                    .flows = counters.flows_created,
                    .hosts = counters.active_hosts + counters.hosts_evicted});
  total_.Merge(counters);
  catalogue_ = snapshot.catalogue;
}

std::string Summary::Text(Duration elapsed) const {
  std::string out;
  AppendFiles(out);
  AppendApplications(out);
  AppendUndecodable(out);
  const double seconds = std::max(ToSeconds(elapsed), 1e-6);
  char time[32];
  std::snprintf(time, sizeof time, "%.2f s", seconds);
  out += "\ntook " + std::string(time) + ": " +
         WithPrefix(static_cast<double>(total_.received.packets) / seconds) + "packets/s, " +
         WithPrefix(static_cast<double>(total_.received.bytes) * 8 / seconds) + "bit/s\n";
  return out;
}

void Summary::AppendFiles(std::string& out) const {
  Table table;
  table.Row({"file", "packets", "bytes", "flows", "hosts", "read to"});
  File sum{.name = "total"};
  for (const File& file : files_) {
    table.Row({file.name, Grouped(file.traffic.packets), Grouped(file.traffic.bytes),
               Grouped(file.flows), Grouped(file.hosts), ReadTo(file.state)});
    sum.traffic += file.traffic;
    sum.flows += file.flows;
  }
  if (files_.size() > 1) {
    table.Row(
        {sum.name, Grouped(sum.traffic.packets), Grouped(sum.traffic.bytes), Grouped(sum.flows)});
  }
  table.AppendTo(out);
}

void Summary::AppendApplications(std::string& out) const {
  std::vector<size_t> order;
  for (size_t id = 0; id < total_.applications.size(); ++id) {
    if (total_.applications[id].traffic.packets > 0) order.push_back(id);
  }
  const model::Traffic not_ip = total_.not_ip();
  const model::Traffic undecodable = total_.undecodable_sum();
  if (order.empty() && not_ip.packets == 0 && undecodable.packets == 0) return;
  std::ranges::stable_sort(order, [this](size_t a, size_t b) {
    return total_.applications[a].traffic.bytes > total_.applications[b].traffic.bytes;
  });
  Table table;
  table.Row({"application", "packets", "bytes", "flows"});
  model::ApplicationCounters rest;
  for (size_t i = 0; i < order.size(); ++i) {
    const model::ApplicationCounters& row = total_.applications[order[i]];
    if (i < kMostApplications) {
      table.Row({catalogue_->ApplicationName(static_cast<uint16_t>(order[i])),
                 Grouped(row.traffic.packets), Grouped(row.traffic.bytes), Grouped(row.flows)});
    } else {
      rest.traffic += row.traffic;
      rest.flows += row.flows;
    }
  }
  if (order.size() > kMostApplications) {
    table.Row({std::to_string(order.size() - kMostApplications) + " more",
               Grouped(rest.traffic.packets), Grouped(rest.traffic.bytes), Grouped(rest.flows)});
  }
  // With these the columns add up to what was received.
  for (const auto& [name, traffic] : {std::pair("not IP", not_ip), {"undecodable", undecodable}}) {
    if (traffic.packets > 0) table.Row({name, Grouped(traffic.packets), Grouped(traffic.bytes)});
  }
  out.push_back('\n');
  table.AppendTo(out);
}

void Summary::AppendUndecodable(std::string& out) const {
  Table table;
  table.Row({"undecodable", "packets", "bytes"});
  bool any = false;
  for (size_t i = 0; i < total_.undecodable.size(); ++i) {
    const model::Traffic& traffic = total_.undecodable[i];
    if (traffic.packets == 0) continue;
    any = true;
    table.Row({decode::DecodeErrorName(static_cast<decode::DecodeError>(i)),
               Grouped(traffic.packets), Grouped(traffic.bytes)});
  }
  if (!any) return;
  out.push_back('\n');
  table.AppendTo(out);
}

}  // namespace wiregauge::app
