// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/elasticsearch_target.h"

#include <algorithm>
#include <utility>

#include "publish/sinks/targets/bulk_reply.h"

namespace wiregauge::sinks {
namespace {

constexpr Duration kTemplateInterval = std::chrono::hours(1);
constexpr Duration kTemplateRetry = std::chrono::minutes(1);
// A receiver that has just started is busy for a while, and an index without the template would
// stay without it; but records do not wait for it for ever.
constexpr int kMostTemplateBusy = 4;
// Only what is read here: the rest would be ten times as long.
constexpr const char* kBulkPath =
    "/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,error,status";

bool IsBusy(int status) { return status == 429 || status >= 500; }

bool IsOfTheType(const http_client::Answer& answer) {
  return answer.status == 400 && answer.body.find("_type") != std::string::npos;
}

// "HTTP 503: unavailable_shards_exception: ..."
std::string Told(const http_client::Answer& answer) {
  const std::string error = BulkError(answer.body);
  return error.empty() ? Summary(answer) : "HTTP " + std::to_string(answer.status) + ": " + error;
}

// A sentence that says what to do, where that can be told.
std::string ProblemOf(const http_client::Answer& answer) {
  const std::string told = Told(answer);
  if (answer.status == 401) return "user or password is wrong: " + told;
  if (answer.status == 403) return "the user may not write there: " + told;
  if (IsOfTheType(answer)) return told + " (mapping_type is for version 6)";
  if (answer.status >= 300 && answer.status < 400) {
    return told + ": the url leads to " + std::string(HeaderOf(answer, "location"));
  }
  if (answer.status == 404 || answer.status == 405)
    return "there is no bulk API at the url: " + told;
  return told;
}

}  // namespace

size_t RequestLimit::EndOf(const Parcel& parcel, size_t begin) const {
  size_t bytes = 0;
  size_t end = begin;
  while (end < parcel.size() && end - begin < kMostRecords) {
    const Parcel::Record record = parcel[end];
    bytes += record.key.size() + record.body.size();
    if (bytes > bytes_ && end > begin) break;
    ++end;
  }
  return end;
}

void RequestLimit::OnTooLong(size_t bytes) {
  bytes_ = std::max<size_t>(1, bytes / 2);
  taken_ = 0;
}

void RequestLimit::OnTaken() {
  if (bytes_ >= kMostBytes || ++taken_ < kGrowAfter) return;
  taken_ = 0;
  bytes_ = std::min(bytes_ * 2, kMostBytes);
}

std::string_view ElasticsearchTarget::Piece::bytes() const {
  const char* const first = parcel[begin].key.data();
  const std::string_view last = parcel[end - 1].body;
  return {first, static_cast<size_t>(last.data() + last.size() - first)};
}

Delivery ElasticsearchTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  if (auto problem = LayTemplate(stop)) return *std::move(problem);
  Delivery delivery;
  size_t begin = 0;
  while (begin < parcel.size()) {
    const Piece piece{parcel, begin, limit_.EndOf(parcel, begin)};
    if (!Send(piece, stop, delivery)) break;
    if (!piece_was_too_long_) begin = piece.end;
  }
  if (begin == 0 || begin == parcel.size()) return delivery;
  delivery.result = Delivery::Result::kDone;
  for (size_t record = begin; record < parcel.size(); ++record) {
    delivery.again.push_back(static_cast<uint32_t>(record));
  }
  return delivery;
}

// A problem: nothing can be sent now.
std::optional<Delivery> ElasticsearchTarget::LayTemplate(const Interrupt& stop) {
  const SteadyTime now = clock_.SteadyNow();
  if (options_.template_path.empty() || now < template_due_) return {};
  const auto answer = sender_->Send({.method = "PUT",
                                     .path = options_.template_path,
                                     .content_type = "application/json",
                                     .body = options_.template_body},
                                    stop);
  if (!answer.ok()) return Delivery::Retry(answer.error().message);
  NoteHeard();
  if (IsBusy(answer->status) && ++template_busy_ <= kMostTemplateBusy) {
    Delivery delivery = Delivery::Retry("the index template: " + Told(*answer));
    delivery.least_wait = RetryAfter(*answer, clock_.Now());
    return delivery;
  }
  template_busy_ = 0;
  const bool is_laid = answer->status >= 200 && answer->status < 300;
  template_due_ = now + (is_laid ? kTemplateInterval : kTemplateRetry);
  sender_->SetWarning(is_laid ? std::string()
                              : "the index template is refused, new indices have guessed types: " +
                                    Told(*answer));
  return {};
}

// False: nothing is known of the piece's records, and `delivery` says why.
bool ElasticsearchTarget::Send(const Piece& piece, const Interrupt& stop, Delivery& delivery) {
  piece_was_too_long_ = false;
  const auto answer = sender_->Send(
      {.path = kBulkPath, .content_type = "application/x-ndjson", .body = piece.bytes()}, stop);
  if (answer.ok()) {
    NoteHeard();
    return Read(piece, *answer, delivery);
  }
  template_due_ = {};  // who is there next may be another one
  delivery.result = Delivery::Result::kRetry;
  delivery.problem = answer.error().message;
  return false;
}

bool ElasticsearchTarget::Read(const Piece& piece, const http_client::Answer& answer,
                               Delivery& delivery) {
  if (answer.status == 200) return ReadItems(piece, answer.body, delivery);
  if (answer.status == 413) return ShortenOrReject(piece, Summary(answer), delivery);
  delivery.result = Delivery::Result::kRetry;
  delivery.problem = ProblemOf(answer);
  delivery.least_wait = RetryAfter(answer, clock_.Now());
  const bool is_of_a_record =
      answer.status == 400 && !BulkError(answer.body).empty() && !IsOfTheType(answer);
  if (!is_of_a_record) return false;
  // The frame looks for the record by halves, and rejects the one that is left.
  if (piece.parcel.size() > 1 || refusals_.IsBelieved()) {
    delivery.result = Delivery::Result::kSplit;
  } else {
    delivery.problem = Refusals::Problem(delivery.problem);
  }
  return false;
}

bool ElasticsearchTarget::ReadItems(const Piece& piece, std::string_view body, Delivery& delivery) {
  auto items = ReadBulkReply(body, piece.size());
  if (!items.ok() && items.error().code == ErrorCode::kConflict && piece.size() > 1) {
    return ShortenOrReject(piece, items.error().message, delivery);
  }
  if (!items.ok()) {
    delivery.result = Delivery::Result::kRetry;
    delivery.problem = items.error().message;
    return false;
  }
  const bool takes_some =
      std::ranges::count(*items, BulkItem::Fate::kDelivered, &BulkItem::fate) > 0;
  if (takes_some) refusals_.OnTaken();
  for (size_t i = 0; i < items->size(); ++i) {
    BulkItem& item = (*items)[i];
    const auto record = static_cast<uint32_t>(piece.begin + i);
    if (item.fate == BulkItem::Fate::kRefused) {
      const bool is_believed = takes_some || refusals_.IsBelieved();
      item.fate = is_believed ? BulkItem::Fate::kRejected : BulkItem::Fate::kAgain;
      if (!is_believed) item.problem = Refusals::Problem(item.problem);
    }
    if (item.fate == BulkItem::Fate::kAgain) {
      delivery.again.push_back(record);
      delivery.problem = std::move(item.problem);
    } else if (item.fate == BulkItem::Fate::kRejected) {
      delivery.rejected.push_back({record, std::move(item.problem)});
    }
  }
  limit_.OnTaken();
  return true;
}

// A piece of one record cannot get shorter.
bool ElasticsearchTarget::ShortenOrReject(const Piece& piece, const std::string& problem,
                                          Delivery& delivery) {
  if (piece.size() > 1) {
    limit_.OnTooLong(piece.bytes().size());
    piece_was_too_long_ = true;
    return true;
  }
  if (refusals_.IsBelieved()) {
    delivery.rejected.push_back({static_cast<uint32_t>(piece.begin), problem});
    return true;
  }
  delivery.result = Delivery::Result::kRetry;
  delivery.problem = Refusals::Problem(problem);
  return false;
}

}  // namespace wiregauge::sinks
