// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace wiregauge::tables {

// Where an entry stands in the running slice.
struct SliceMark {
  uint32_t epoch = 0;
};

// Copies all rows of a table as they were at one instant, piece by piece while packets go on: the
// owner calls Touch before it changes or erases an entry, and an entry that was not copied yet is
// copied then. Entry has `SliceMark& slice_mark()` and `Row ToRow()`. Not thread-safe.
template <typename Row>
class SliceCopier {
 public:
  bool running() const noexcept { return running_; }

  template <typename Table>
  void Begin(const Table& table) {
    ++epoch_;
    running_ = true;
    next_ = 0;
    end_ = table.end_number();
    rows_ = {};
    rows_.reserve(table.size());
  }

  template <typename Entry>
  void Touch(Entry& entry) {
    if (!running_ || entry.slice_mark().epoch == epoch_) [[likely]]
      return;
    Copy(entry);
  }

  // New entries are not part of the running slice.
  template <typename Entry>
  void OnInsert(Entry& entry) noexcept {
    entry.slice_mark().epoch = epoch_;
  }

  // Copies up to `most` further entries; true when all are done.
  template <typename Table>
  bool CopySome(Table& table, size_t most) {
    for (size_t visited = 0; next_ < end_ && visited < most; ++next_, ++visited) {
      if (auto* entry = table.At(next_)) Touch(*entry);
    }
    return next_ >= end_;
  }

  // Ends the slice and gives its rows.
  std::vector<Row> Take() {
    running_ = false;
    return std::move(rows_);
  }

 private:
  template <typename Entry>
  void Copy(Entry& entry) {
    rows_.push_back(entry.ToRow());
    entry.slice_mark().epoch = epoch_;
  }

  std::vector<Row> rows_;
  uint32_t epoch_ = 0, next_ = 0, end_ = 0;
  bool running_ = false;
};

}  // namespace wiregauge::tables
