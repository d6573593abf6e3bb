// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/elasticsearch_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow_records.h"
#include "publish/sinks/targets/bulk_reply.h"
#include "publish/sinks/targets/types.h"
#include "test_settings.h"
#include "unit/base/fixed_clock.h"
#include "unit/http_client/test_server.h"

namespace wiregauge::sinks {
namespace {

using namespace std::chrono_literals;
using http_client::Connection;
using http_client::TestServer;
using testing::ElementsAre;
using testing::HasSubstr;
using Result = Delivery::Result;

// The action lines of a request, counted.
size_t RecordsIn(const std::string& request) {
  size_t records = 0;
  for (size_t at = 0; (at = request.find("{\"create\":{", at)) != std::string::npos; ++at)
    ++records;
  return records;
}

std::string Reply(size_t records, const std::string& item = "{\"create\":{\"status\":201}}") {
  std::string items;
  for (size_t i = 0; i < records; ++i) items.append(items.empty() ? "" : ",").append(item);
  return "{\"errors\":false,\"items\":[" + items + "]}";
}

// A target, and a server that answers it.
class ElasticsearchTarget : public testing::Test {
 protected:
  using Answer = std::function<void(Connection&, const std::string& request)>;

  void Serve(Answer answer, bool manage_schema = false) {
    server_ = std::make_unique<TestServer>(std::move(answer));
    config::Sink settings = HttpSettings("elasticsearch", server_->Url(""));
    settings.manage_schema = manage_schema;
    settings.timeout = 1s;
    auto parts =
        MakeElasticsearch(settings, {.context = MakeContext(), .clock = clock_, .data_dir = "."});
    ASSERT_TRUE(parts.ok()) << parts.error().message;
    parts_ = std::make_unique<Parts>(std::move(parts).value());
  }
  void ServeStatus(std::string status, std::string headers, std::string body) {
    Serve([=](Connection& connection, const std::string&) {
      connection.Answer(status, headers, body);
    });
  }
  Delivery Deliver(size_t records) {
    Parcel parcel;
    for (uint64_t number = 0; number < records; ++number) {
      parts_->encoder->Append(MakeMixedFlow(number), parcel);
    }
    return parts_->target->Deliver(parcel, stop_);
  }

  FixedClock clock_{kFirstMixedSeen};
  Interrupt stop_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<Parts> parts_;
};

TEST_F(ElasticsearchTarget, SendsOneBulkRequest) {
  std::string seen;
  Serve([&](Connection& connection, const std::string& request) {
    seen = request;
    connection.Answer("200 OK", {}, Reply(RecordsIn(request)));
  });
  const Delivery delivery = Deliver(3);
  EXPECT_EQ(delivery.result, Result::kDone);
  EXPECT_TRUE(delivery.again.empty() && delivery.rejected.empty() && delivery.problem.empty());
  EXPECT_THAT(seen, testing::StartsWith("POST /_bulk?filter_path="));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/x-ndjson\r\n"));
  EXPECT_TRUE(seen.ends_with('\n'));
  EXPECT_EQ(parts_->target->state().connections, 1u);
}

TEST_F(ElasticsearchTarget, ReadsEveryItem) {
  Serve([](Connection& connection, const std::string&) {
    connection.Answer("200 OK", {}, R"({"errors":true,"items":[{"create":{"status":201}},
      {"create":{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"there"}}},
      {"create":{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"busy"}}},
      {"create":{"status":503,"error":{"type":"unavailable_shards_exception","reason":"away"}}},
      {"create":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"no long"}}},
      {"create":{"status":404,"error":{"type":"index_not_found_exception","reason":"none"}}},
      {"create":{"status":403,"error":{"type":"cluster_block_exception","reason":"disk"}}},
      {"create":{"status":400,"error":{"type":"validation_exception","reason":"shards"}}}]})");
  });
  const Delivery delivery = Deliver(8);
  EXPECT_EQ(delivery.result, Result::kDone);
  EXPECT_THAT(delivery.again, ElementsAre(2, 3, 5, 6, 7));
  ASSERT_EQ(delivery.rejected.size(), 1u);
  EXPECT_EQ(delivery.rejected[0].record, 4u);
  EXPECT_EQ(delivery.rejected[0].reason, "400 mapper_parsing_exception: no long");
  EXPECT_EQ(delivery.problem, "400 validation_exception: shards");
}

TEST_F(ElasticsearchTarget, WhatIsTheIndexsFaultWaits) {
  for (const char* const error :
       {R"("status":404,"error":{"type":"index_not_found_exception"})",
        R"("status":404,"error":{"type":"shard_not_found_exception"})",
        R"("status":400,"error":{"type":"index_closed_exception"})",
        R"("status":403,"error":{"type":"index_closed_exception"})",
        R"("status":400,"error":{"type":"invalid_index_name_exception"})",
        R"("status":400,"error":{"type":"resource_already_exists_exception"})",
        R"("status":409,"error":{"type":"index_primary_shard_not_allocated_exception"})"}) {
    ServeStatus("200 OK", {}, Reply(2, std::string("{\"create\":{") + error + "}}"));
    const Delivery delivery = Deliver(2);
    EXPECT_THAT(delivery.again, ElementsAre(0, 1)) << error;
    EXPECT_NE(delivery.problem, "") << error;
  }
}

TEST_F(ElasticsearchTarget, BelievesWhoTakesOthersThatARecordIsAtFault) {
  constexpr size_t kMost = Refusals::kMostInARow;
  const std::string refused =
      R"({"create":{"status":400,"error":{"type":"illegal_argument_exception","reason":"no"}}})";
  const std::string taken = R"({"create":{"status":201}})";
  std::string reply = Reply(30, refused);
  Serve(
      [&](Connection& connection, const std::string&) { connection.Answer("200 OK", {}, reply); });
  Delivery delivery = Deliver(30);
  EXPECT_EQ(delivery.rejected.size(), kMost);
  EXPECT_EQ(delivery.again.size(), 30 - kMost);
  EXPECT_EQ(delivery.problem,
            "no record is taken, so they wait: 400 illegal_argument_exception: no");
  EXPECT_EQ(Deliver(30).again.size(), 30u);
  reply = "{\"items\":[" + refused + "," + taken + "]}";
  delivery = Deliver(2);
  ASSERT_EQ(delivery.rejected.size(), 1u);
  EXPECT_EQ(delivery.rejected[0].record, 0u);
  EXPECT_TRUE(delivery.again.empty());
}

// A document that does not fit is known to be at fault, whatever becomes of the others.
TEST_F(ElasticsearchTarget, RejectsWhateverDoesNotFitTheMapping) {
  ServeStatus("200 OK", {}, Reply(100, R"({"create":{"status":400,"error":
      {"type":"strict_dynamic_mapping_exception","reason":"not allowed"}}})"));
  EXPECT_EQ(Deliver(100).rejected.size(), 100u);
}

TEST_F(ElasticsearchTarget, TriesAgainWhatFailsAsAWhole) {
  struct Case {
    const char* status;
    const char* problem;
  };
  for (const Case& given :
       {Case{"401 Unauthorized", "user or password is wrong"},
        Case{"403 Forbidden", "may not write there"}, Case{"404 Not Found", "no bulk API"},
        Case{"429 Too Many Requests", "HTTP 429"}, Case{"502 Bad Gateway", "HTTP 502"},
        Case{"503 Service Unavailable", "HTTP 503"}, Case{"504 Gateway Timeout", "HTTP 504"},
        Case{"301 Moved Permanently", "leads to https://b/"},
        Case{"400 Bad Request", "HTTP 400"}}) {
    ServeStatus(given.status, "Location: https://b/\r\n", "a page");
    const Delivery delivery = Deliver(2);
    EXPECT_EQ(delivery.result, Result::kRetry) << given.status;
    EXPECT_THAT(delivery.problem, HasSubstr(given.problem));
  }
}

TEST_F(ElasticsearchTarget, WaitsAsLongAsItIsAskedTo) {
  ServeStatus("429 Too Many Requests", "Retry-After: 7\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(7s));
  ServeStatus("503 Service Unavailable", "Retry-After: Fri, 27 Nov 2026 22:53:50 GMT\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(30s));
  ServeStatus("503 Service Unavailable", "Retry-After: 86400\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(5min));
  ServeStatus("503 Service Unavailable", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(5min));
  ServeStatus("503 Service Unavailable", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(0));
  ServeStatus("503 Service Unavailable", "Retry-After: soon\r\n", "");
  EXPECT_EQ(Deliver(1).least_wait, Duration(0));
}

TEST_F(ElasticsearchTarget, TriesAgainWhenTheReplyIsNone) {
  for (const std::string& body : {std::string("<html>"), Reply(1), Reply(3), Reply(2).substr(0, 40),
                                  Reply(2, "{\"index\":{\"status\":201}}"), std::string("{}")}) {
    ServeStatus("200 OK", {}, body);
    const Delivery delivery = Deliver(2);
    EXPECT_EQ(delivery.result, Result::kRetry) << body;
    EXPECT_THAT(delivery.problem, HasSubstr("no reply to a bulk request"));
  }
  Serve([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"errors\":");
  });
  EXPECT_EQ(Deliver(2).result, Result::kRetry);
}

TEST_F(ElasticsearchTarget, LooksForTheRecordThatIsRefusedForAll) {
  ServeStatus("400 Bad Request", {},
              R"({"error":{"type":"x_content_parse_exception","reason":"bad"},"status":400})");
  const Delivery delivery = Deliver(2);
  EXPECT_EQ(delivery.result, Result::kSplit);
  EXPECT_EQ(delivery.problem, "HTTP 400: x_content_parse_exception: bad");
}

TEST_F(ElasticsearchTarget, SaysWhatIsWrongWithTheType) {
  ServeStatus("400 Bad Request", {},
              R"({"error":{"type":"illegal_argument_exception",)"
              R"("reason":"contains an unknown parameter [_type]"},"status":400})");
  const Delivery delivery = Deliver(2);
  EXPECT_EQ(delivery.result, Result::kRetry);
  EXPECT_THAT(delivery.problem, HasSubstr("mapping_type is for version 6"));
}

TEST_F(ElasticsearchTarget, RemembersHowMuchIsTaken) {
  std::vector<size_t> sizes;
  Serve([&](Connection& connection, const std::string& request) {
    sizes.push_back(RecordsIn(request));
    if (sizes.back() > 3) return connection.Answer("413 Too Large");
    connection.Answer("200 OK", {}, Reply(sizes.back()));
  });
  Delivery delivery = Deliver(10);
  EXPECT_EQ(delivery.result, Result::kDone);
  EXPECT_TRUE(delivery.again.empty() && delivery.rejected.empty());
  const size_t first = sizes.size();
  delivery = Deliver(10);
  EXPECT_EQ(delivery.result, Result::kDone);
  EXPECT_EQ(std::ranges::count_if(sizes.begin() + static_cast<ptrdiff_t>(first), sizes.end(),
                                  [](size_t size) { return size > 3; }),
            0);
}

TEST_F(ElasticsearchTarget, RejectsARecordThatIsTooLongAlone) {
  ServeStatus("413 Payload Too Large", {}, "");
  const Delivery delivery = Deliver(1);
  EXPECT_EQ(delivery.result, Result::kDone);
  ASSERT_EQ(delivery.rejected.size(), 1u);
  EXPECT_EQ(delivery.rejected[0].reason, "HTTP 413");
}

TEST_F(ElasticsearchTarget, WaitsForWhoFindsEveryRecordTooLong) {
  ServeStatus("413 Payload Too Large", {}, "");
  Delivery delivery = Deliver(30);
  EXPECT_EQ(delivery.rejected.size(), size_t{Refusals::kMostInARow});
  EXPECT_EQ(delivery.again.size(), 30u - Refusals::kMostInARow);
  EXPECT_EQ(delivery.problem, "no record is taken, so they wait: HTTP 413");
  delivery = Deliver(1);
  EXPECT_EQ(delivery.result, Result::kRetry);
  EXPECT_EQ(delivery.problem, "no record is taken, so they wait: HTTP 413");
}

TEST_F(ElasticsearchTarget, WaitsForWhoRefusesEveryRequestForItsRecord) {
  ServeStatus("400 Bad Request", {}, R"({"error":{"type":"some_exception"},"status":400})");
  for (int i = 0; i < Refusals::kMostInARow; ++i) EXPECT_EQ(Deliver(1).result, Result::kSplit);
  EXPECT_EQ(Deliver(1).result, Result::kRetry);
  EXPECT_EQ(Deliver(2).result, Result::kSplit);
}

TEST_F(ElasticsearchTarget, KeepsWhatWasTakenBeforeTheRestFailed) {
  int requests = 0;
  Serve([&](Connection& connection, const std::string& request) {
    const size_t records = RecordsIn(request);
    if (records > 2) return connection.Answer("413 Too Large");
    if (++requests > 1) return connection.Answer("503 Busy", "Retry-After: 3\r\n");
    connection.Answer("200 OK", {}, Reply(records));
  });
  const Delivery delivery = Deliver(4);
  EXPECT_EQ(delivery.result, Result::kDone);
  EXPECT_FALSE(delivery.again.empty());
  EXPECT_LT(delivery.again.size(), 4u);
  EXPECT_EQ(delivery.again.back(), 3u);
  EXPECT_EQ(delivery.least_wait, Duration(3s));
  EXPECT_THAT(delivery.problem, HasSubstr("HTTP 503"));
}

TEST_F(ElasticsearchTarget, LaysTheTemplateDownOnceAnHour) {
  int templates = 0;
  Serve(
      [&](Connection& connection, const std::string& request) {
        if (request.starts_with("PUT /_index_template/wiregauge-ntop-flows ")) {
          ++templates;
          return connection.Answer("200 OK", {}, "{\"acknowledged\":true}");
        }
        connection.Answer("200 OK", {}, Reply(RecordsIn(request)));
      },
      true);
  Deliver(1);
  Deliver(1);
  EXPECT_EQ(templates, 1);
  clock_.steady_now += 61min;
  Deliver(1);
  EXPECT_EQ(templates, 2);
}

TEST_F(ElasticsearchTarget, GoesOnWithoutATemplateThatIsRefused) {
  bool refuses = true;
  Serve(
      [&](Connection& connection, const std::string& request) {
        if (!request.starts_with("PUT ")) {
          return connection.Answer("200 OK", {}, Reply(RecordsIn(request)));
        }
        if (refuses) return connection.Answer("404 Not Found", {}, "{\"error\":\"nothing here\"}");
        connection.Answer("200 OK", {}, "{}");
      },
      true);
  EXPECT_EQ(Deliver(1).result, Result::kDone);
  EXPECT_THAT(parts_->target->state().warning, HasSubstr("index template is refused"));
  refuses = false;
  clock_.steady_now += 2min;
  EXPECT_EQ(Deliver(1).result, Result::kDone);
  EXPECT_EQ(parts_->target->state().warning, "");
}

TEST_F(ElasticsearchTarget, WaitsAWhileForTheTemplateOfABusyReceiver) {
  Serve(
      [](Connection& connection, const std::string& request) {
        if (request.starts_with("PUT ")) {
          return connection.Answer("503 Service Unavailable", "Retry-After: 9\r\n");
        }
        connection.Answer("200 OK", {}, Reply(RecordsIn(request)));
      },
      true);
  int retries = 0;
  for (Delivery delivery; (delivery = Deliver(1)).result == Result::kRetry; ++retries) {
    EXPECT_EQ(delivery.least_wait, Duration(9s));
  }
  EXPECT_EQ(retries, 4);
}

TEST_F(ElasticsearchTarget, TriesAgainWhenNobodyListens) {
  ServeStatus("200 OK", {}, Reply(1));
  EXPECT_EQ(Deliver(1).result, Result::kDone);
  server_.reset();
  const Delivery delivery = Deliver(1);
  EXPECT_EQ(delivery.result, Result::kRetry);
  EXPECT_NE(delivery.problem, "");
}

TEST(RequestLimit, GrowsAgainAfterAWhile) {
  Parcel parcel;
  for (int i = 0; i < 100; ++i) {
    parcel.buffer().append(100, 'x');
    parcel.EndRecord();
  }
  RequestLimit limit;
  EXPECT_EQ(limit.EndOf(parcel, 0), 100u);
  limit.OnTooLong(10000);
  EXPECT_EQ(limit.EndOf(parcel, 0), 50u);
  EXPECT_EQ(limit.EndOf(parcel, 80), 100u);
  for (int i = 0; i < RequestLimit::kGrowAfter; ++i) limit.OnTaken();
  EXPECT_EQ(limit.EndOf(parcel, 0), 100u);
  limit.OnTooLong(10);
  EXPECT_EQ(limit.EndOf(parcel, 7), 8u);  // one goes however long it is
}

TEST(BulkReply, IsTooLongToBeReadAboveABound) {
  const auto items = ReadBulkReply(std::string(size_t{5} << 20, ' '), 1);
  ASSERT_FALSE(items.ok());
  EXPECT_EQ(items.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace wiregauge::sinks
