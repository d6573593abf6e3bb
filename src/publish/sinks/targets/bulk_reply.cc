// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/bulk_reply.h"

#include <algorithm>

#include "publish/json/parsed.h"

namespace wiregauge::sinks {
namespace {

constexpr size_t kMostProblem = 1000;

// {"type": "...", "reason": "..."}; before version 2 it was a text.
std::string ErrorText(json::ParsedValue error) {
  if (const auto text = error.text()) return std::string(*text);
  std::string message(error["type"].text().value_or(std::string_view()));
  const auto reason = error["reason"].text();
  if (!reason) return message;
  return (message.empty() ? message : message + ": ") +
         std::string(reason->substr(0, kMostProblem));
}

// Errors that are of the cluster or its settings, though their status is one of a bad record: a
// limit of shards, a disk that is full, a right that is missing.
bool IsOfTheCluster(int status, std::string_view type) {
  return status == 401 || status == 403 || type == "validation_exception" ||
         type == "cluster_block_exception";
}

BulkItem::Fate FateOf(int status, std::string_view type) {
  if (status >= 200 && status < 300) return BulkItem::Fate::kDelivered;
  if (status == 409) return BulkItem::Fate::kDelivered;  // create: it was there
  if (status == 429 || status >= 500) return BulkItem::Fate::kAgain;
  return IsOfTheCluster(status, type) ? BulkItem::Fate::kAgain : BulkItem::Fate::kRejected;
}

Error NotTheReply(const std::string& why) {
  return {ErrorCode::kUnavailable, "the answer is no reply to a bulk request: " + why};
}

}  // namespace

Result<std::vector<BulkItem>> ReadBulkReply(std::string_view body, size_t records) {
  if (body.size() > json::Parsed::kMaxBytes) {
    return Error{ErrorCode::kConflict, "the answer is too long"};
  }
  const auto parsed = json::Parsed::Parse(body);
  if (!parsed.ok()) return NotTheReply(parsed.error().message);
  const json::ParsedValue items = parsed->root()["items"];
  if (items.size() != records) {
    return NotTheReply("it has " + std::to_string(items.size()) + " items for " +
                       std::to_string(records) + " records");
  }
  std::vector<BulkItem> fates(records);
  for (size_t i = 0; i < records; ++i) {
    const json::ParsedValue item = items.at(i)["create"];
    const auto status = item["status"].number();
    if (!status) return NotTheReply("item " + std::to_string(i) + " has no status");
    const auto code = static_cast<int>(std::clamp(*status, 0.0, 999.0));
    const json::ParsedValue error = item["error"];
    fates[i].fate = FateOf(code, error["type"].text().value_or(std::string_view()));
    if (fates[i].fate == BulkItem::Fate::kDelivered) continue;
    fates[i].problem = std::to_string(code) + " " + ErrorText(error);
  }
  return fates;
}

std::string BulkError(std::string_view body) {
  const auto parsed = json::Parsed::Parse(body);
  if (!parsed.ok() || !parsed->root()["status"].number()) return {};
  return ErrorText(parsed->root()["error"]);
}

}  // namespace wiregauge::sinks
