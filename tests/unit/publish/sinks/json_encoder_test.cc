// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "flow_records.h"

namespace wiregauge::sinks {
namespace {

std::string Line(const RecordForm& form, const model::FlowRecord& flow) {
  const auto context = MakeContext();
  auto objects = JsonObjects::Make(form, *context);
  EXPECT_TRUE(objects.ok()) << objects.error().message;
  JsonLineEncoder encoder(std::move(objects).value(), context);
  Parcel parcel;
  encoder.Append(flow, parcel);
  EXPECT_EQ(parcel.size(), 1u);
  return std::string(parcel[0].body);
}

nlohmann::json Parsed(const std::string& line) {
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return nlohmann::json::parse(line);
}

TEST(JsonLines, AreOneObjectALineOfTheTablesTypes) {
  model::FlowRecord flow = MakeTcpFlow(1);
  flow.application.risks = 1u << 1;
  const nlohmann::json line = Parsed(Line({}, flow));
  EXPECT_EQ(line["ntop_timestamp"], "2026-11-25T00:42:57.500000Z");
  EXPECT_EQ(line["IN_BYTES"], 600);
  EXPECT_EQ(line["L7_RISK"], 2);
  EXPECT_EQ(line["L7_RISK_NAMES"], nlohmann::json::array({"Weak \"cipher\""}));
  EXPECT_FALSE(line.contains("SRC_VLAN"));
  for (const auto& [name, value] : line.items()) {
    EXPECT_NE(FindField(name), nullptr) << name;
    EXPECT_FALSE(value.is_null()) << name;
  }
}

TEST(JsonLines, TextOfTheTrafficCannotBreakThem) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  auto http = std::make_unique<model::HttpMetadata>();
  http->host = "a\"b\\c\n\r\t\x01\xef\xbf\xbd";
  http->url = "{}[],:";
  metadata->http = std::move(http);
  model::FlowRecord flow = MakeTcpFlow(1);
  flow.metadata = metadata;
  const nlohmann::json line = Parsed(Line({}, flow));
  EXPECT_EQ(line["HTTP_HOST"], "a\"b\\c\n\r\t\x01\xef\xbf\xbd");
  EXPECT_EQ(line["HTTP_URL"], "{}[],:");
}

TEST(JsonLines, SendNoNul) {
  using std::string_literals::operator""s;
  auto metadata = std::make_shared<model::FlowMetadata>();
  auto http = std::make_unique<model::HttpMetadata>();
  http->host = "a\0b"s;
  http->url = "\\u0000\\\0"s;  // a backslash is one, whatever follows
  metadata->http = std::move(http);
  model::FlowRecord flow = MakeTcpFlow(1);
  flow.metadata = metadata;
  const nlohmann::json line = Parsed(Line({}, flow));
  EXPECT_EQ(line["HTTP_HOST"],
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(line["HTTP_URL"], "\\u0000\\\xef\xbf\xbd");
  const nlohmann::json own = Parsed(Line({.own_object = true}, flow));
  EXPECT_EQ(own["http"]["host"], line["HTTP_HOST"]);
}

TEST(JsonLines, HaveTheFieldsThatWereChosenInTheTablesOrder) {
  EXPECT_EQ(Line({.fields = {"OUT_BYTES", "IN_BYTES", "SRC_VLAN"}}, MakeTcpFlow(1)),
            "{\"IN_BYTES\":600,\"OUT_BYTES\":4000}\n");
  EXPECT_EQ(Line({.fields = {"SRC_VLAN"}}, MakeTcpFlow(1)), "{}\n");
  const auto context = MakeContext();
  const auto refused = JsonObjects::Make({.fields = {"IN_BITES"}}, *context);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("'IN_BITES' is no field"));
}

TEST(JsonLines, OfTheApisOwnObject) {
  const nlohmann::json line = Parsed(Line({.own_object = true}, MakeTcpFlow(3)));
  EXPECT_EQ(line["id"], 3);
  EXPECT_EQ(line["client"]["ip"], "10.0.0.1");
  EXPECT_EQ(line["interface"], "eth0");
  EXPECT_TRUE(line["vlan"].is_number());
  const std::string chosen =
      Line({.own_object = true, .fields = {"id", "client.ip"}}, MakeTcpFlow(3));
  EXPECT_THAT(chosen, testing::EndsWith("},\"id\":3,\"client\":{\"ip\":\"10.0.0.1\"}}\n"));
  const auto context = MakeContext();
  EXPECT_FALSE(JsonObjects::Make({.own_object = true, .fields = {"client.ipp"}}, *context).ok());
}

// Records of a flow have its id; what tells them apart, and what it sums to, leads them.
TEST(JsonLines, OfTheApisOwnObjectSayWhichRecordAndWhatSoFar) {
  const auto context = MakeContext();
  model::FlowRecord flow = MakeTcpFlow(3);
  const nlohmann::json whole = Parsed(Line({.own_object = true}, flow));
  EXPECT_EQ(whole["record_id"], RecordId(Reading(flow, *context)).view());
  EXPECT_EQ(whole["totals"]["client"]["bytes_sent"], flow.client.sent.bytes);
  flow.reported.client.sent = flow.client.sent;
  flow.report_start += std::chrono::seconds(60);
  const nlohmann::json next = Parsed(Line({.own_object = true}, flow));
  EXPECT_NE(next["record_id"], whole["record_id"]);
  EXPECT_EQ(next["client"]["bytes_sent"], 0);
  EXPECT_EQ(next["totals"], whole["totals"]);
}

TEST(JsonObjects, TakeOneMemberMore) {
  const auto context = MakeContext();
  for (const bool own : {false, true}) {
    for (const std::vector<std::string>& fields :
         {std::vector<std::string>{}, {own ? "id" : "FLOW_ID"}}) {
      auto objects = JsonObjects::Make({.own_object = own, .fields = fields}, *context);
      std::string out;
      const model::FlowRecord flow = MakeTcpFlow(3);
      objects->AppendWith("@timestamp", "\"now\"", Reading(flow, *context), out);
      const nlohmann::json parsed = nlohmann::json::parse(out);
      EXPECT_EQ(parsed["@timestamp"], "now");
      EXPECT_EQ(parsed[own ? "id" : "FLOW_ID"], 3);
    }
  }
  auto none = JsonObjects::Make({.fields = {"SRC_VLAN"}}, *context);
  std::string out;
  const model::FlowRecord flow = MakeTcpFlow(3);
  none->AppendWith("a", "1", Reading(flow, *context), out);
  EXPECT_EQ(out, "{\"a\":1}");
}

}  // namespace
}  // namespace wiregauge::sinks
