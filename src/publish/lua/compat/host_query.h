// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mac_address.h"
#include "model/host_record.h"
#include "publish/lua/compat/application_filter.h"
#include "publish/lua/compat/host_name.h"
#include "publish/lua/compat/options.h"
#include "publish/lua/compat/selection.h"
#include "publish/lua/compat/view.h"

namespace wiregauge::lua::compat {

enum class HostScope : uint8_t { kAll, kLocal, kRemote };

// What getHostsInfo is asked for: which hosts, in which order, how many.
struct HostQuery {
  Page page{};
  std::string sort_column = "ip";
  bool as_array = false;

  HostScope scope = HostScope::kAll;
  std::optional<model::CountryCode> country{};
  std::optional<int64_t> vlan{}, asn{}, network{}, pool{}, ip_version{};
  std::optional<MacAddress> mac{};
  std::optional<ApplicationFilter> application{};
  std::optional<HostSet> cidr{};
  int64_t traffic_type = 0;  // 1: only one way, 2: both ways

  // Of positional arguments, or of a table of named ones. Throws ScriptError.
  static HostQuery OfArguments(lua_State* lua, const View& view, HostScope scope);
  // Of getGroupedHosts(show_details, groupBy, country, os, vlan, asn, network, pool, ipversion).
  static HostQuery OfGroupArguments(lua_State* lua, const View& view);
  bool Matches(lua_State* lua, const View& view, const model::HostRecord& host) const;

 private:
  bool MatchesPlace(const model::Place& place) const;
  bool MatchesAddress(const model::HostRecord& host) const;
  void ReadNames(const std::optional<std::string>& country_text,
                 const std::optional<std::string>& mac_text,
                 const std::optional<std::string>& application_text,
                 const std::optional<std::string>& cidr_text, const View& view);
};

// By which column hosts are sorted: those of 2017 and of 2024.
class HostOrder {
 public:
  // An unknown column is told in the log and becomes ip.
  HostOrder(lua_State* lua, std::string_view column);

  SortKey KeyOf(const View& view, const model::HostRecord& host) const { return key_(view, host); }
  // Decides among equal keys, the same in every snapshot.
  static uint64_t TieOf(const model::HostRecord& host);
  static std::string ColumnNames();

 private:
  using Key = SortKey (*)(const View&, const model::HostRecord&);
  struct Column;
  static const std::vector<Column>& Columns();

  Key key_ = nullptr;
};

}  // namespace wiregauge::lua::compat
