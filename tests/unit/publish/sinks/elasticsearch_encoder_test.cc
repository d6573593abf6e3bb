// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "flow_records.h"
#include "publish/sinks/targets/elasticsearch_template.h"
#include "publish/sinks/targets/types.h"
#include "test_settings.h"

namespace wiregauge::sinks {
namespace {

using nlohmann::json;
using testing::HasSubstr;

config::Sink Settings() { return HttpSettings("elasticsearch", "http://127.0.0.1:9200"); }

Timestamp At(const char* text) { return *ParseTimestamp(text); }

Parcel Encoded(const config::Sink& settings, size_t records) {
  const SystemClock clock;
  auto parts =
      MakeElasticsearch(settings, {.context = MakeContext(), .clock = clock, .data_dir = "."});
  EXPECT_TRUE(parts.ok()) << parts.error().message;
  Parcel parcel;
  for (uint64_t number = 0; number < records; ++number) {
    parts->encoder->Append(MakeMixedFlow(number), parcel);
  }
  return parcel;
}

std::string MakeError(const config::Sink& settings) {
  const SystemClock clock;
  const auto parts =
      MakeElasticsearch(settings, {.context = MakeContext(), .clock = clock, .data_dir = "."});
  return parts.ok() ? "" : parts.error().message;
}

TEST(ElasticsearchEncoder, WritesAnActionAndADocumentForEachRecord) {
  const Parcel parcel = Encoded(Settings(), 50);
  ASSERT_EQ(parcel.size(), 50u);
  EXPECT_TRUE(parcel.whole().ends_with('\n'));
  EXPECT_EQ(std::ranges::count(parcel.whole(), '\n'), 100);
  for (size_t i = 0; i < parcel.size(); ++i) {
    const model::FlowRecord flow = MakeMixedFlow(i);
    const json action = json::parse(parcel[i].key);
    EXPECT_EQ(action, json({{"create",
                             {{"_index", "ntop-flows-2026.11.27"},
                              {"_id", RecordId(Reading(flow, *MakeContext())).view()}}}}));
    const json document = json::parse(parcel[i].body);
    EXPECT_EQ(document["@timestamp"], FormatRfc3339(flow.last_seen));
    EXPECT_EQ(document["RECORD_ID"], action["create"]["_id"]);
    EXPECT_EQ(document["IN_BYTES"], flow.client.sent.bytes);
  }
}

TEST(ElasticsearchEncoder, NamesTheTypeForVersion6) {
  config::Sink settings = Settings();
  settings.mapping_type = "flow";
  const Parcel parcel = Encoded(settings, 1);
  EXPECT_EQ(json::parse(parcel[0].key)["create"]["_type"], "flow");
}

TEST(ElasticsearchEncoder, WritesChosenFieldsAndTheApisOwnObject) {
  config::Sink settings = Settings();
  settings.fields = {"IN_BYTES"};
  EXPECT_EQ(json::parse(Encoded(settings, 1)[0].body).size(), 2u);
  settings.format = "wiregauge";
  settings.fields = {"client.ip", "bytes"};
  const json document = json::parse(Encoded(settings, 1)[0].body);
  EXPECT_EQ(document["client"], json({{"ip", "10.0.0.1"}}));
  EXPECT_TRUE(document.contains("@timestamp"));
  settings.fields = {"IN_BYTES"};
  EXPECT_THAT(MakeError(settings), HasSubstr("fields: "));
}

TEST(ElasticsearchEncoder, RefusesWhatNoRequestCanBe) {
  config::Sink settings = Settings();
  settings.index = "Flows-%Y";
  EXPECT_THAT(MakeError(settings), HasSubstr("index: "));
  settings.index = "%Y";
  EXPECT_THAT(MakeError(settings), HasSubstr("index: must begin with a name of its own"));
  settings = Settings();
  settings.url = "localhost:9200";
  EXPECT_THAT(MakeError(settings), HasSubstr("url: "));
  settings = Settings();
  settings.compression = "zstd";
  EXPECT_THAT(MakeError(settings), HasSubstr("compression: "));
}

TEST(IndexNames, AreOfTheRecordsOwnTimeInUtc) {
  IndexNames daily("flows-%Y.%m.%d");
  EXPECT_EQ(daily.Of(At("2026-11-27T23:59:59.999Z")), "flows-2026.11.27");
  EXPECT_EQ(daily.Of(At("2026-11-28T00:00:00Z")), "flows-2026.11.28");
  EXPECT_EQ(daily.Of(At("2026-11-27T23:59:59Z")), "flows-2026.11.27");
  IndexNames hourly("flows-%Y%m%d-%H");
  EXPECT_EQ(hourly.Of(At("2024-02-29T07:00:00Z")), "flows-20240229-07");
  EXPECT_EQ(IndexNames("flows").Of(At("2024-02-29T07:00:00Z")), "flows");
}

TEST(IndexNames, TellWhatIsNone) {
  for (const char* const good : {"flows", "ntop-flows-%Y.%m.%d", "a%H"}) {
    EXPECT_TRUE(CheckIndexPattern(good).ok()) << good;
  }
  for (const char* const bad : {"", "Flows", "_flows", "-flows", "flows-%j", "flows%", "a b", "a/b",
                                "a,b", "a:b", "a#b", "a*", "..", "a\nb"}) {
    EXPECT_FALSE(CheckIndexPattern(bad).ok()) << bad;
  }
  EXPECT_FALSE(CheckIndexPattern(std::string(256, 'a')).ok());
}

TEST(ElasticsearchTemplate, IsForTheIndicesOfThePattern) {
  config::Sink settings = Settings();
  EXPECT_EQ(ElasticsearchTemplatePath(settings), "/_index_template/wiregauge-ntop-flows");
  EXPECT_EQ(json::parse(ElasticsearchTemplate(settings))["index_patterns"],
            json::array({"ntop-flows-*"}));
  settings.index = "wiregauge-flows-%Y";
  EXPECT_EQ(ElasticsearchTemplatePath(settings), "/_index_template/wiregauge-flows");
  settings.index = "flows";
  EXPECT_EQ(json::parse(ElasticsearchTemplate(settings))["index_patterns"], json::array({"flows"}));
}

TEST(ElasticsearchTemplate, MapsEveryFieldOfTheTable) {
  const json mappings = json::parse(ElasticsearchTemplate(Settings()))["template"]["mappings"];
  EXPECT_EQ(mappings["dynamic"], true);
  const json& properties = mappings["properties"];
  EXPECT_EQ(properties.size(), AllFields().size() + 1);
  for (const Field& field : AllFields()) {
    EXPECT_TRUE(properties.contains(std::string(field.name))) << field.name;
  }
  EXPECT_EQ(properties["@timestamp"]["type"], "date");
  EXPECT_EQ(properties["IPV4_SRC_ADDR"]["type"], "ip");
  EXPECT_EQ(properties["IN_BYTES"]["type"], "long");
  EXPECT_EQ(properties["L4_DST_PORT"]["type"], "integer");
  EXPECT_EQ(properties["CLIENT_NW_LATENCY_MS"]["type"], "double");
  EXPECT_EQ(properties["SRC_LOCAL"]["type"], "boolean");
  EXPECT_EQ(properties["FIRST_SWITCHED"], json({{"type", "date"}, {"format", "epoch_second"}}));
  EXPECT_EQ(properties["L7_RISK_NAMES"]["type"], "keyword");
}

TEST(ElasticsearchTemplate, HoldsChosenFieldsOnly) {
  config::Sink settings = Settings();
  settings.fields = {"IN_BYTES", "OUT_BYTES"};
  EXPECT_EQ(
      json::parse(ElasticsearchTemplate(settings))["template"]["mappings"]["properties"].size(),
      3u);
}

TEST(ElasticsearchTemplate, OfTheApisObjectSaysWhatCannotBeGuessed) {
  config::Sink settings = Settings();
  settings.format = "wiregauge";
  const json properties =
      json::parse(ElasticsearchTemplate(settings))["template"]["mappings"]["properties"];
  EXPECT_EQ(properties["first_seen"]["type"], "date");
  EXPECT_EQ(properties["client"]["properties"]["ip"]["type"], "ip");
  EXPECT_EQ(properties["throughput_bps"]["properties"]["peak"]["type"], "double");
  EXPECT_EQ(properties["application_latency_ms"]["properties"]["avg"]["type"], "double");
  EXPECT_FALSE(properties["application_latency_ms"]["properties"].contains("requests"));
  EXPECT_EQ(properties["server"]["properties"]["interarrival_ms"]["properties"]["min"]["type"],
            "double");
}

TEST(ElasticsearchTemplate, OfVersion6HasTheType) {
  config::Sink settings = Settings();
  settings.mapping_type = "flow";
  const json body = json::parse(ElasticsearchTemplate(settings));
  EXPECT_EQ(ElasticsearchTemplatePath(settings), "/_template/wiregauge-ntop-flows");
  EXPECT_EQ(body["mappings"]["flow"]["properties"]["IN_BYTES"]["type"], "long");
  EXPECT_FALSE(body.contains("template"));
}

}  // namespace
}  // namespace wiregauge::sinks
