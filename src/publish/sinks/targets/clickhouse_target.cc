// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/clickhouse_target.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace wiregauge::sinks {
namespace {

using Kind = ClickHouseAnswer::Kind;

// When it was refused.
constexpr Duration kSchemaRetry = std::chrono::minutes(1);

// Everything but what RFC 3986 section 2.3 leaves as it is.
std::string UrlEncoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || (c >= '0' && c <= '9') || std::string_view("-_.~").find(c) != text.npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

}  // namespace

ClickHouseTarget::ClickHouseTarget(const config::Sink& settings, std::unique_ptr<HttpSender> sender,
                                   const Clock& clock)
    : settings_(settings),
      // Records that waited since `fields` had more of them have more than the columns asked for.
      insert_path_(
          "/?date_time_input_format=best_effort&input_format_skip_unknown_fields=1&query=" +
          UrlEncoded(ClickHouseInsert(settings))),
      sender_(std::move(sender)),
      clock_(clock) {}

Delivery ClickHouseTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  if (std::string problem = MakeSchema(stop); !problem.empty()) {
    return Delivery::Retry(std::move(problem));
  }
  Reply reply = Insert(parcel, stop);
  if (reply.answer.kind == Kind::kMissing && settings_.manage_schema) {
    schema_due_ = {};
    if (std::string problem = MakeSchema(stop); !problem.empty()) {
      return Delivery::Retry(std::move(problem));
    }
    reply = Insert(parcel, stop);
  }
  if (reply.is_done()) {
    refusals_.OnTaken();
    return Delivery::Done();
  }
  Delivery delivery = Delivery::Retry(reply.problem());
  delivery.least_wait = reply.retry_after;
  if (reply.answer.kind != Kind::kBadRow) return delivery;
  // The frame looks for the row by halves, and rejects the one that is left.
  if (parcel.size() > 1 || refusals_.IsBelieved()) return Delivery::Split(reply.problem());
  delivery.problem = Refusals::Problem(delivery.problem);
  return delivery;
}

// A problem: nothing can be sent now.
std::string ClickHouseTarget::MakeSchema(const Interrupt& stop) {
  const SteadyTime now = clock_.SteadyNow();
  if (!settings_.manage_schema || now < schema_due_) return {};
  Reply reply = MakeTable(stop);
  if (reply.is_done()) reply = AddMissingColumns(stop);
  for (const std::string& view : ClickHouseCreateViews(settings_)) {
    if (reply.is_done()) reply = Ask(view, stop);
  }
  if (!reply.no_answer.empty()) return reply.no_answer;
  // Rows that went in without a view would never be in it.
  if (reply.answer.kind == Kind::kBusy) return "the schema: " + reply.problem();
  schema_due_ = reply.is_done() ? SteadyTime::max() : now + kSchemaRetry;
  sender_->SetWarning(reply.is_done() ? std::string()
                                      : "the schema could not be made: " + reply.problem());
  return {};
}

ClickHouseTarget::Reply ClickHouseTarget::MakeTable(const Interrupt& stop) {
  const std::string table = ClickHouseCreateTable(settings_);
  Reply reply = Ask(table, stop);
  if (reply.answer.kind != Kind::kMissing) return reply;
  reply = Ask(ClickHouseCreateDatabase(settings_), stop);
  return reply.is_done() ? Ask(table, stop) : reply;
}

ClickHouseTarget::Reply ClickHouseTarget::AddMissingColumns(const Interrupt& stop) {
  Reply reply = Ask("SELECT name FROM system.columns WHERE database = '" + settings_.database +
                        "' AND table = '" + settings_.table + "' FORMAT TabSeparated",
                    stop);
  if (!reply.is_done()) return reply;
  std::vector<ClickHouseColumn> missing = ClickHouseColumns(settings_);
  const std::vector<std::string_view> there = Split(reply.body, '\n');
  std::erase_if(missing, [&](const ClickHouseColumn& column) {
    return std::ranges::count(there, column.name) > 0;
  });
  return missing.empty() ? Reply() : Ask(ClickHouseAddColumns(settings_, missing), stop);
}

ClickHouseTarget::Reply ClickHouseTarget::Ask(std::string_view statement, const Interrupt& stop) {
  return ReplyOf(
      sender_->Send({.path = "/", .content_type = "text/plain", .body = statement}, stop));
}

ClickHouseTarget::Reply ClickHouseTarget::Insert(const Parcel& parcel, const Interrupt& stop) {
  return ReplyOf(sender_->Send(
      {.path = insert_path_, .content_type = "application/x-ndjson", .body = parcel.whole()},
      stop));
}

ClickHouseTarget::Reply ClickHouseTarget::ReplyOf(Result<http_client::Answer> answer) {
  if (!answer.ok()) {
    schema_due_ = {};  // who is there next may be another one
    return {.no_answer = answer.error().message};
  }
  NoteHeard();
  return {.answer = ReadClickHouseAnswer(*answer),
          .body = std::move(answer->body),
          .retry_after = RetryAfter(*answer, clock_.Now())};
}

}  // namespace wiregauge::sinks
