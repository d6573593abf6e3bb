// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "flow_records.h"
#include "publish/sinks/record/json_encoder.h"

namespace wiregauge::sinks {
namespace {

using Json = nlohmann::json;

bool Fits(const Json& value, const Json& schema) {
  const std::string type = schema.at("type");
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "number") return value.is_number();
  return value.is_number_unsigned() && value.get<uint64_t>() <= schema.at("maximum");
}

TEST(KafkaValueSchema, IsTrueOfRecords) {
  const Json schema = Json::parse(KafkaValueSchema());
  EXPECT_EQ(schema.at("properties").size(), AllFields().size());
  const auto context = MakeContext();
  auto objects = JsonObjects::Make({}, *context);
  ASSERT_TRUE(objects.ok());
  for (uint64_t number = 0; number < 16; ++number) {
    const model::FlowRecord record = MakeMixedFlow(number);
    std::string text;
    objects->Append(Reading(record, *context), text);
    const Json value = Json::parse(text);
    EXPECT_TRUE(value.contains(schema.at("required").at(0)));
    for (const auto& [name, member] : value.items()) {
      EXPECT_TRUE(Fits(member, schema.at("properties").at(name))) << name << ": " << member;
    }
  }
}

TEST(KafkaValueSchema, FollowsTheSelection) {
  const std::string fields[] = {"IN_BYTES"};
  const Json schema = Json::parse(KafkaValueSchema(fields));
  EXPECT_EQ(schema.at("properties").size(), 1u);
  EXPECT_FALSE(schema.contains("required"));
}

}  // namespace
}  // namespace wiregauge::sinks
