// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/bulk_reply.h"

#include <algorithm>
#include <span>

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

// Of a create: the document is there already.
constexpr std::string_view kIsThere[] = {"", "version_conflict_engine_exception",
                                         "document_already_exists_exception"};
// The document does not fit the mapping, or is none.
constexpr std::string_view kOfTheDocument[] = {"mapper_parsing_exception",
                                               "document_parsing_exception",
                                               "strict_dynamic_mapping_exception",
                                               "mapper_exception",
                                               "parsing_exception",
                                               "parse_exception",
                                               "x_content_parse_exception",
                                               "json_parse_exception",
                                               "not_x_content_exception",
                                               "json_e_o_f_exception",
                                               "max_bytes_length_exceeded_exception"};
// The index or its settings: a limit of shards, a name that can be none, another one that makes it
// at the same time. Their status is one of a bad record.
constexpr std::string_view kOfTheIndex[] = {"validation_exception",
                                            "cluster_block_exception",
                                            "index_closed_exception",
                                            "index_not_found_exception",
                                            "invalid_index_name_exception",
                                            "index_creation_exception",
                                            "resource_already_exists_exception",
                                            "index_already_exists_exception",
                                            "invalid_type_name_exception",
                                            "routing_missing_exception",
                                            "invalid_alias_name_exception",
                                            "index_primary_shard_not_allocated_exception"};

bool IsIn(std::string_view type, std::span<const std::string_view> types) {
  return std::ranges::find(types, type) != types.end();
}

// illegal_argument_exception is everything from a field's type to an alias without a write index,
// and a pipeline may fail with any type.
BulkItem::Fate FateOf(int status, std::string_view type) {
  if (status >= 200 && status < 300) return BulkItem::Fate::kDelivered;
  if (status == 409 && IsIn(type, kIsThere)) return BulkItem::Fate::kDelivered;
  if (status == 401 || status == 403 || status == 404) return BulkItem::Fate::kAgain;
  if (status == 429 || status >= 500 || IsIn(type, kOfTheIndex)) return BulkItem::Fate::kAgain;
  return IsIn(type, kOfTheDocument) ? BulkItem::Fate::kRejected : BulkItem::Fate::kRefused;
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
