// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/alert_book.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

class Alerts : public testing::Test {
 protected:
  Alerts() { script_.services().alerts = &script_.world().KeepAlerts(); }

  NativeScript script_;
};

TEST_F(Alerts, RaiseAndRelease) {
  EXPECT_EQ(script_.Print("local a = {type = 'scans', severity = 'error', interface = 'eth0', "
                          "host = '10.0.0.1', text = 'It scans.', details = {ports = {1, 2}}, "
                          "value = 7, threshold = 5, ttl_s = 60} "
                          "print(wiregauge.alerts.raise(a) == wiregauge.alerts.raise(a))"),
            "true");
  EXPECT_EQ(script_.Json("local a = wiregauge.alerts.list({state = 'engaged'})[1] "
                         "return {a.type, a.severity, a.source, a.value, a.threshold, a.details}"),
            R"(["scans","error","test.lua",7,5,{"ports":[1,2]}])");
  EXPECT_EQ(script_.Print("local a = {type = 'scans', interface = 'eth0', host = '10.0.0.1'} "
                          "print(wiregauge.alerts.release(a), wiregauge.alerts.release(a))"),
            "true\tfalse");
}

TEST_F(Alerts, ScriptsSeeWhetherThereAreAny) {
  EXPECT_EQ(script_.Print("print(wiregauge.alerts.enabled())"), "true");
  script_.services().alerts = nullptr;
  EXPECT_EQ(script_.Print("print(wiregauge.alerts.enabled())"), "false");
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't', name = 'it', text = 'x'})"),
              HasSubstr("wiregauge.alerts is off: the service keeps no alerts"));
}

TEST_F(Alerts, ReleaseById) {
  EXPECT_EQ(
      script_.Print("local id = wiregauge.alerts.raise({type = 't', name = 'it', text = 'x'}) "
                    "print(wiregauge.alerts.release(id), wiregauge.alerts.release(id), "
                    "wiregauge.alerts.release(id + 99))"),
      "true\tfalse\tfalse");
}

TEST_F(Alerts, StoreIsPastAtOnce) {
  EXPECT_EQ(script_.Print("wiregauge.alerts.store({type = 't', interface = 'eth0', text = 'x'}) "
                          "local items, rest = wiregauge.alerts.list({state = 'past'}) "
                          "print(#items, rest.total)"),
            "1\t1");
}

TEST_F(Alerts, HostsAreSortedByTheirs) {
  script_.Print(
      "wiregauge.alerts.raise({type = 't', text = 'x', interface = 'eth0', host = '10.0.0.53'})");
  EXPECT_EQ(script_.Print("local host = wiregauge.hosts({sort = '-alerts.engaged'})[1] "
                          "print(host.ip, host.alerts.engaged)"),
            "10.0.0.53\t1");
  EXPECT_EQ(nlohmann::json::parse(script_.Json("return wiregauge.hosts()")),
            script_.world().GetJson("/api/v1/hosts")["items"]);
}

TEST_F(Alerts, RestrictedUsersSeeTheirs) {
  script_.Print(
      "for _, name in ipairs({'eth0', 'lan'}) do "
      "wiregauge.alerts.raise({type = 't', text = 'x', interface = name}) end");
  script_.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"lan"}});
  EXPECT_EQ(script_.Print("print(#wiregauge.alerts.list())"), "1");
}

TEST_F(Alerts, Mistakes) {
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({typ = 'x'})"),
              HasSubstr("error: test.lua:1: an alert has no member \"typ\""));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 'No'})"), HasSubstr("type"));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't', severity = 'bad'})"),
              HasSubstr("severity: \"bad\" is not one of"));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't', kind = 'bad'})"),
              HasSubstr("kind: \"bad\" is not one of"));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't', host = 'x', interface = 'eth0'})"),
              HasSubstr("no address"));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't', ttl_s = 0})"),
              HasSubstr("ttl_s: "));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise({type = 't'})"), HasSubstr("has no text"));
  EXPECT_THAT(script_.Print("wiregauge.alerts.raise()"), HasSubstr("alert (argument 1)"));
  NativeScript without;
  EXPECT_THAT(without.Print("wiregauge.alerts.raise({type = 't'})"),
              HasSubstr("wiregauge.alerts is off"));
}

}  // namespace
}  // namespace wiregauge::lua
