// SPDX-License-Identifier: Apache-2.0
#include "publish/json/alert_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wiregauge::json {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

Json Written(const model::Alert& alert) {
  std::string text;
  Writer writer(text);
  WriteAlert(writer, alert);
  return Json::parse(text);
}

model::Alert Engaged() {
  model::Alert alert;
  alert.id = 7;
  alert.content.type = "host_threshold";
  alert.content.severity = model::Severity::kError;
  alert.content.subject = {model::SubjectKind::kHost, "eth0", "192.0.2.1@12"};
  alert.content.text = "too \"much\"";
  alert.content.details = R"({"top":[{"app":"TLS","bytes":18446744073709551615}]})";
  alert.content.source = "script:load.lua";
  alert.content.value = 1.5;
  alert.raised_at = Timestamp(1'700'000'000s);
  alert.last_seen_at = alert.raised_at + 5s;
  alert.times = 3;
  alert.ttl = 90s;
  return alert;
}

TEST(AlertJsonTest, TellsAllOfAnEngagedAlert) {
  EXPECT_EQ(Written(Engaged()),
            Json::parse(R"({"id":7,"state":"engaged","type":"host_threshold","severity":"error",
              "subject":{"kind":"host","interface":"eth0","name":"192.0.2.1@12"},
              "text":"too \"much\"","details":{"top":[{"app":"TLS","bytes":18446744073709551615}]},
              "source":"script:load.lua","value":1.5,"threshold":null,
              "raised_at":"2023-11-14T22:13:20.000000Z","last_seen_at":"2023-11-14T22:13:25.000000Z",
              "times":3,"ttl_seconds":90,"released_at":null,"release_reason":null})"));
}

TEST(AlertJsonTest, TellsWhyAPastOneEnded) {
  model::Alert alert = Engaged();
  alert.released_at = alert.last_seen_at;
  alert.end = model::AlertEnd::kExpired;
  alert.content.subject = {model::SubjectKind::kService, "", ""};
  const Json written = Written(alert);
  EXPECT_EQ(written["state"], "past");
  EXPECT_EQ(written["released_at"], "2023-11-14T22:13:25.000000Z");
  EXPECT_EQ(written["release_reason"], "expired");
  EXPECT_TRUE(written["subject"]["interface"].is_null());
  EXPECT_TRUE(written["subject"]["name"].is_null());
}

TEST(AlertJsonTest, DetailsThatAreNoObjectAreNull) {
  model::Alert alert = Engaged();
  for (const std::string details : {"", "[1]", "{", "nonsense", "1", "{\"a\":1}x"}) {
    alert.content.details = details;
    EXPECT_TRUE(Written(alert)["details"].is_null()) << details;
  }
  alert.content.details = "{\"a\":" + std::string(63, '[') + std::string(63, ']') + "}";
  EXPECT_TRUE(Written(alert)["details"]["a"].is_array()) << "the deepest levels are left out";
}

TEST(AlertJsonTest, FieldsAreItsMembers) {
  const Json written = Written(Engaged());
  for (const auto& [name, value] : written.items()) {
    EXPECT_TRUE(AlertFields().Knows(name)) << name;
    if (name != "subject") continue;
    for (const auto& [inner, text] : value.items()) {
      EXPECT_TRUE(AlertFields().Knows("subject." + inner)) << inner;
    }
  }
}

}  // namespace
}  // namespace wiregauge::json
