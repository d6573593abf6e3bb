// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/flow_record.h"
#include "publish/lua/compat/selection.h"
#include "publish/lua/compat/view.h"

namespace wiregauge::lua::compat {

// By which column flows are sorted: those of 2017 and of 2024. Borrows the view.
class FlowOrder {
 public:
  // Without the prefix "column_"; an unknown column is told in the log and becomes thpt.
  FlowOrder(lua_State* lua, const View& view, std::string_view column);

  // Its text lives as long as this and the snapshot.
  SortKey KeyOf(const model::FlowRecord& flow) { return key_(*this, flow); }

  // For the manual.
  static std::string ColumnNames();

 private:
  using Key = SortKey (*)(FlowOrder&, const model::FlowRecord&);
  struct Column {
    std::string_view name;
    Key key;
  };
  static const std::vector<Column>& Columns();
  std::string_view ApplicationName(const model::FlowRecord& flow);
  std::string_view L4Name(uint8_t l4_protocol);

  const View& view_;
  Key key_ = nullptr;
  std::unordered_map<uint32_t, std::string> names_;
};

}  // namespace wiregauge::lua::compat
