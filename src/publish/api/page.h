// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "publish/api/cursor.h"
#include "publish/api/ordering.h"
#include "publish/api/query.h"
#include "publish/api/responses.h"
#include "publish/api/row_id.h"
#include "publish/http/response.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

inline constexpr uint64_t kDefaultLimit = 100, kMostLimit = 10000;

// Keeps the rows of one page out of any number that are offered: those behind the cursor that come
// first. Memory is a few pages, and nothing is sorted but the page. Borrows the rows.
template <typename Row>
class PageSelector {
 public:
  using Id = std::remove_cvref_t<decltype(RowId(std::declval<const Row&>()))>;
  struct Place {
    int64_t rank = 0;
    const Row* row = nullptr;
  };
  // The order of the rows.
  struct Before {
    bool ids_descend = false;

    bool operator()(const Place& a, const Place& b) const {
      if (a.rank != b.rank) return a.rank < b.rank;
      return ids_descend ? RowId(*b.row) < RowId(*a.row) : RowId(*a.row) < RowId(*b.row);
    }
  };

  // One row more than the page is kept, which tells whether there is a next page.
  PageSelector(size_t limit, std::optional<std::pair<int64_t, Id>> after, bool ids_descend)
      : keep_(limit + 1), after_(std::move(after)), ids_descend_(ids_descend) {
    kept_.reserve(2 * keep_);
  }

  void Offer(int64_t rank, const Row& row) {
    ++total_;
    if (full_ && rank > worst_rank_) return;
    if (after_ && !IsAfter(rank, row)) return;
    kept_.push_back({rank, &row});
    if (kept_.size() == 2 * keep_) Shrink();
  }

  uint64_t total() const { return total_; }

  // The page's rows in order, one more when there is a next page.
  std::vector<Place> Finish() {
    std::sort(kept_.begin(), kept_.end(), Before{ids_descend_});
    if (kept_.size() > keep_) kept_.resize(keep_);
    return std::move(kept_);
  }

 private:
  bool IsAfter(int64_t rank, const Row& row) const {
    if (rank != after_->first) return rank > after_->first;
    return ids_descend_ ? RowId(row) < after_->second : RowId(row) > after_->second;
  }
  void Shrink() {
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(keep_ - 1);
    std::nth_element(kept_.begin(), last, kept_.end(), Before{ids_descend_});
    worst_rank_ = last->rank;
    full_ = true;
    kept_.resize(keep_);
  }

  const size_t keep_;
  const std::optional<std::pair<int64_t, Id>> after_;
  const bool ids_descend_;
  std::vector<Place> kept_;
  uint64_t total_ = 0;
  bool full_ = false;
  int64_t worst_rank_ = 0;
};

// One request for a page of rows: `limit`, `cursor`, `sort` and `fields`.
template <typename Row>
class PageRequest {
 public:
  using Id = typename PageSelector<Row>::Id;

  PageRequest(Query& query, std::span<const SortField<Row>> sorts, std::string_view default_sort,
              const json::FieldCatalogue& fields)
      : limit_(query.Number("limit", 1, kMostLimit).value_or(kDefaultLimit)),
        ordering_(ParseOrdering(query, sorts, default_sort)) {
    ReadCursor(query);
    mask_ = ReadFields(query, fields);
  }

  PageSelector<Row> Selector() const {
    return PageSelector<Row>(limit_, after_, ordering_.ids_descend());
  }
  int64_t RankOf(const Row& row, const snapshot::Snapshot& snapshot) const {
    return ordering_.RankOf(row, snapshot);
  }
  const Ordering<Row>& ordering() const { return ordering_; }

  // {"items": [...], "next_cursor": ..., "total": n, ...}. `write(writer, row)` writes one item,
  // `more(writer)` further members.
  template <typename Write, typename More>
  http::Response Respond(PageSelector<Row>& selector, Write write, More more) const {
    auto places = selector.Finish();
    std::optional<std::string> next;
    if (places.size() > limit_) {
      places.pop_back();
      next = FormatCursor(
          {ordering_.spec(), places.back().rank, FormatRowId(RowId(*places.back().row))});
    }
    std::string body;
    json::Writer writer(body);
    writer.BeginObject();
    if (writer.Key("items")) {
      writer.Apply(mask_ ? &*mask_ : nullptr);
      writer.BeginArray();
      for (const auto& place : places) write(writer, *place.row);
      writer.EndArray();
    }
    writer.Field("next_cursor", next);
    writer.Field("total", selector.total());
    more(writer);
    writer.EndObject();
    return http::JsonResponse(std::move(body));
  }
  template <typename Write>
  http::Response Respond(PageSelector<Row>& selector, Write write) const {
    return Respond(selector, std::move(write), [](json::Writer&) {});
  }
  // Every row of a list.
  template <typename Write>
  http::Response RespondWith(std::span<const Row> rows, const snapshot::Snapshot& snapshot,
                             Write write) const {
    PageSelector<Row> selector = Selector();
    for (const Row& row : rows) selector.Offer(RankOf(row, snapshot), row);
    return Respond(selector, std::move(write));
  }

 private:
  void ReadCursor(Query& query) {
    const std::string* const text = query.One("cursor");
    if (text == nullptr) return;
    const auto cursor = ParseCursor(*text);
    const auto id = cursor ? ParseRowId(cursor->row_id, std::type_identity<Id>()) : std::nullopt;
    if (!id) {
      query.Refuse("cursor", *text, "a next_cursor that this API gave");
    } else if (cursor->sort != ordering_.spec()) {
      query.Refuse("cursor", "cursor: it belongs to sort=" + cursor->sort +
                                 ", the request has sort=" + ordering_.spec() + ".");
    } else {
      after_ = {cursor->rank, *id};
    }
  }

  size_t limit_;
  Ordering<Row> ordering_;
  std::optional<std::pair<int64_t, Id>> after_;
  std::optional<json::FieldMask> mask_;
};

}  // namespace wiregauge::api
