// SPDX-License-Identifier: Apache-2.0
// Spelling, and how answers are read: without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "flow_records.h"
#include "publish/sinks/targets/clickhouse_answer.h"
#include "publish/sinks/targets/clickhouse_schema.h"
#include "publish/sinks/targets/refusals.h"
#include "publish/sinks/targets/types.h"
#include "test_settings.h"
#include "unit/http_client/test_server.h"

namespace wiregauge::sinks {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = ClickHouseAnswer::Kind;

config::Sink Settings() { return HttpSettings("clickhouse", "http://127.0.0.1:8123"); }

std::string MakeError(const config::Sink& settings) {
  const SystemClock clock;
  const auto parts =
      MakeClickHouse(settings, {.context = MakeContext(), .clock = clock, .data_dir = "."});
  return parts.ok() ? "" : parts.error().message;
}

std::string TypeOf(std::string_view name) {
  const auto columns = ClickHouseColumns(Settings());
  const auto column = std::ranges::find(columns, name, &ClickHouseColumn::name);
  return column == columns.end() ? "" : column->type;
}

TEST(ClickHouseSchema, HasAColumnForEachField) {
  EXPECT_EQ(ClickHouseColumns(Settings()).size(), AllFields().size());
  EXPECT_EQ(TypeOf("IN_BYTES"), "UInt64");
  EXPECT_EQ(TypeOf("IPV6_SRC_ADDR"), "String");
  EXPECT_EQ(TypeOf("LAST_SWITCHED"), "DateTime('UTC')");
  EXPECT_EQ(TypeOf("L7_RISK_NAMES"), "Array(String)");
  EXPECT_EQ(TypeOf("SRC_LOCAL"), "UInt8");
}

TEST(ClickHouseSchema, TellsWhatIsNotKnownFromZero) {
  EXPECT_EQ(TypeOf("CLIENT_NW_LATENCY_MS"), "Nullable(Float64)");
  EXPECT_EQ(TypeOf("L4_SRC_PORT"), "Nullable(UInt16)");
  EXPECT_EQ(TypeOf("IN_RETRANSMISSIONS"), "Nullable(UInt32)");
  EXPECT_EQ(TypeOf("HTTP_RET_CODE"), "Nullable(UInt16)");
  // No record lacks what cannot be NULL.
  const auto columns = ClickHouseColumns(Settings());
  for (uint64_t number = 0; number < 100; ++number) {
    const model::FlowRecord flow = MakeMixedFlow(number);
    const Reading reading(flow, *MakeContext());
    for (const ClickHouseColumn& column : columns) {
      JsonMembers members;
      FindField(column.name)->write(reading, {JsonKey(column.name), members});
      const bool may_lack = column.type == "String" || column.type.starts_with("Nullable") ||
                            column.type.starts_with("Array");
      EXPECT_TRUE(may_lack || !members.view().empty()) << column.name;
    }
  }
}

TEST(ClickHouseSchema, HoldsChosenFieldsAndWhatTheKeyNeeds) {
  config::Sink settings = Settings();
  settings.fields = {"IN_BYTES"};
  EXPECT_EQ(ClickHouseColumns(settings).size(), 3u);
  EXPECT_THAT(ClickHouseCreateTable(settings),
              HasSubstr("ORDER BY (toStartOfHour(LAST_SWITCHED), LAST_SWITCHED, RECORD_ID)"));
  EXPECT_THAT(ClickHouseSchema(settings), Not(HasSubstr("VIEW")));
  EXPECT_THAT(ClickHouseSchema(Settings()), HasSubstr("`flows`.`flows_by_application_1m`"));
}

TEST(ClickHouseSchema, StandsInTheDocumentation) {
  const char* const source = std::getenv("WIREGAUGE_SOURCE_DIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/docs/sinks/clickhouse.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("```sql\n" + ClickHouseSchema(Settings()) + "```\n"));
}

TEST(ClickHouseSettings, RefusesWhatATableCannotHold) {
  config::Sink settings = Settings();
  settings.format = "wiregauge";
  EXPECT_THAT(MakeError(settings), HasSubstr("format: "));
  settings = Settings();
  settings.table = "a`b";
  EXPECT_THAT(MakeError(settings), HasSubstr("table: "));
  settings = Settings();
  settings.fields = {"NO_SUCH"};
  EXPECT_THAT(MakeError(settings), HasSubstr("fields: 'NO_SUCH'"));
  EXPECT_EQ(MakeError(Settings()), "");
}

ClickHouseAnswer Read(int status, std::string body, std::string code = "") {
  http_client::Answer answer{.status = status, .body = std::move(body)};
  answer.headers.emplace_back("x-clickhouse-server-display-name", "a");
  if (!code.empty()) answer.headers.emplace_back("x-clickhouse-exception-code", code);
  return ReadClickHouseAnswer(answer);
}

TEST(ClickHouseAnswer, TellsWhatIsWrong) {
  EXPECT_EQ(Read(200, "").kind, Kind::kDone);
  EXPECT_EQ(Read(500, "Code: 27, e.displayText() = DB::Exception: Cannot parse").kind,
            Kind::kBadRow);
  EXPECT_EQ(Read(500, "Code: 117. DB::Exception: Unknown field (at row 1)").kind, Kind::kBadRow);
  EXPECT_EQ(Read(400, "text", "26").kind, Kind::kBadRow);
  EXPECT_EQ(Read(413, "").kind, Kind::kBadRow);
  EXPECT_EQ(Read(404, "Code: 60, e.displayText() = DB::Exception: Table").kind, Kind::kMissing);
  EXPECT_EQ(Read(404, "Code: 81. DB::Exception: Database").kind, Kind::kMissing);
  EXPECT_EQ(Read(500, "Code: 252. DB::Exception: Too many parts (300)").kind, Kind::kOther);
  EXPECT_EQ(Read(500, "Code: 252. DB::Exception: Too many partitions for single INSERT block").kind,
            Kind::kBadRow);
  EXPECT_EQ(Read(500, "Code: 252. DB::Exception: Too many parts (300), table partitions").kind,
            Kind::kOther);
  // Of the schema: a type that there is not, one that does not fit a view's.
  EXPECT_EQ(Read(500, "Code: 50. DB::Exception: Unknown type").kind, Kind::kOther);
  EXPECT_EQ(Read(500, "Code: 53. DB::Exception: Type mismatch").kind, Kind::kOther);
  EXPECT_EQ(Read(500, "").kind, Kind::kOther);
  EXPECT_EQ(Read(503, "").kind, Kind::kBusy);
  EXPECT_EQ(Read(200, "Code: 241. DB::Exception: Memory limit").kind, Kind::kBusy);
  EXPECT_EQ(Read(500, "Code: 75, e.displayText() = DB::ErrnoException: No space").kind,
            Kind::kBusy);
}

TEST(ClickHouseAnswer, IsNoneWhenAnybodySays200) {
  for (const char* const body : {"<html>Log in to the network</html>", "", "Ok.\n"}) {
    const auto read = ReadClickHouseAnswer({.status = 200, .body = body});
    EXPECT_EQ(read.kind, Kind::kOther);
    EXPECT_THAT(read.problem, HasSubstr("no answer of ClickHouse: HTTP 200")) << body;
  }
}

TEST(ClickHouseTarget, WaitsForWhoRefusesEveryRow) {
  const http_client::TestServer server([](http_client::Connection& connection, const auto&) {
    connection.Answer("413 Payload Too Large");
  });
  config::Sink settings = HttpSettings("clickhouse", server.Url(""));
  settings.manage_schema = false;
  const SystemClock clock;
  const auto parts =
      MakeClickHouse(settings, {.context = MakeContext(), .clock = clock, .data_dir = "."});
  ASSERT_TRUE(parts.ok());
  Parcel one;
  parts->encoder->Append(MakeMixedFlow(0), one);
  const Interrupt stop;
  for (int i = 0; i < Refusals::kMostInARow; ++i) {
    EXPECT_EQ(parts->target->Deliver(one, stop).result, Delivery::Result::kSplit);
  }
  const Delivery delivery = parts->target->Deliver(one, stop);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_THAT(delivery.problem, HasSubstr("no record is taken, so they wait: "));
}

TEST(ClickHouseTarget, WaitsWithTheRowsUntilThereIsRoomForTheViews) {
  std::atomic<bool> is_full = true;
  std::atomic<int> inserts = 0;
  const http_client::TestServer server(
      [&](http_client::Connection& connection, const std::string& request) {
        if (request.find("INSERT") != std::string::npos) ++inserts;
        const bool fails = is_full && request.find("VIEW") != std::string::npos;
        connection.Answer(fails ? "500 Internal Server Error" : "200 OK",
                          "X-ClickHouse-Server-Display-Name: a\r\n",
                          fails ? "Code: 243. DB::Exception: No space" : "");
      });
  const SystemClock clock;
  const auto parts = MakeClickHouse(HttpSettings("clickhouse", server.Url("")),
                                    {.context = MakeContext(), .clock = clock, .data_dir = "."});
  ASSERT_TRUE(parts.ok());
  Parcel one;
  parts->encoder->Append(MakeMixedFlow(0), one);
  const Interrupt stop;
  const Delivery delivery = parts->target->Deliver(one, stop);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_THAT(delivery.problem, HasSubstr("the schema: HTTP 500: Code: 243"));
  EXPECT_EQ(inserts, 0);
  is_full = false;
  EXPECT_EQ(parts->target->Deliver(one, stop).result, Delivery::Result::kDone);
  EXPECT_EQ(inserts, 1);
}

TEST(ClickHouseAnswer, SaysWhatToDo) {
  EXPECT_THAT(Read(401, "Code: 193, e.displayText() = Wrong password").problem,
              HasSubstr("user or password is wrong: HTTP 401: Code: 193"));
  EXPECT_THAT(Read(403, "Code: 516. DB::Exception: default").problem,
              HasSubstr("user or password is wrong"));
  EXPECT_THAT(Read(500, "Code: 497. DB::Exception: x").problem, HasSubstr("may not write"));
  EXPECT_THAT(Read(502, "<html>").problem, HasSubstr("no answer of ClickHouse: HTTP 502: <html>"));
}

}  // namespace
}  // namespace wiregauge::sinks
