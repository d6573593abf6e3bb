// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_content.h"

#include <gmock/gmock.h>

#include <limits>

#include "alert_fixture.h"

namespace wiregauge::alerts {
namespace {

using model::AlertContent;
using model::SubjectKind;
using testing::HasSubstr;

std::string Problem(AlertContent content) {
  const Status status = SettleContent(content);
  return status.ok() ? "" : status.error().message;
}

template <typename Change>
std::string ProblemAfter(Change change) {
  AlertContent content = About(Host("192.0.2.1"));
  change(content);
  return Problem(content);
}

TEST(AlertContentTest, TypesAreNames) {
  EXPECT_TRUE(IsAlertType("a"));
  EXPECT_TRUE(IsAlertType("host_threshold_2"));
  EXPECT_TRUE(IsAlertType(std::string(64, 'a')));
  for (const std::string type : {"", "Host", "a-b", "a b", "\xc3\xa4", "other"}) {
    EXPECT_FALSE(IsAlertType(type)) << type;
    EXPECT_THAT(ProblemAfter([&](AlertContent& c) { c.type = type; }), HasSubstr("type"));
  }
  EXPECT_FALSE(IsAlertType(std::string(65, 'a')));
}

TEST(AlertContentTest, SubjectsGetTheFormOfTheirKind) {
  model::AlertSubject host = Host("2001:DB8:0::1@7");
  ASSERT_TRUE(SettleSubject(host).ok());
  EXPECT_EQ(host.name, "2001:db8::1@7");
  model::AlertSubject untagged = Host("192.0.2.1@0");
  ASSERT_TRUE(SettleSubject(untagged).ok());
  EXPECT_EQ(untagged.name, "192.0.2.1");
  model::AlertSubject interface { SubjectKind::kInterface, "eth0", "whatever" };
  ASSERT_TRUE(SettleSubject(interface).ok());
  EXPECT_EQ(interface.name, "eth0");
  model::AlertSubject network{SubjectKind::kNetwork, "", "office"};
  EXPECT_TRUE(SettleSubject(network).ok());
  model::AlertSubject service{SubjectKind::kService, "", ""};
  EXPECT_TRUE(SettleSubject(service).ok());
}

TEST(AlertContentTest, SaysWhatIsWrongWithASubject) {
  EXPECT_THAT(Problem(About(Host("192.0.2.1", ""))), HasSubstr("names no interface"));
  EXPECT_THAT(Problem(About(Host("192.0.2.1@4096"))), HasSubstr("192.0.2.1@4096"));
  EXPECT_THAT(Problem(About(Host("\xff"))), HasSubstr("no address"));
  EXPECT_THAT(Problem(About(Interface(""))), HasSubstr("interface"));
  EXPECT_THAT(Problem(About({SubjectKind::kNetwork, "", ""})), HasSubstr("network"));
  EXPECT_THAT(Problem(About({SubjectKind::kService, "eth0", ""})), HasSubstr("service"));
  EXPECT_THAT(Problem(About({SubjectKind::kNetwork, "", std::string(256, 'a')})), HasSubstr("255"));
}

TEST(AlertContentTest, TextsAreBoundedAndValid) {
  EXPECT_EQ(ProblemAfter([](AlertContent& c) { c.text = std::string(512, 'a'); }), "");
  EXPECT_THAT(ProblemAfter([](AlertContent& c) { c.text = std::string(513, 'a'); }),
              HasSubstr("text has 513 bytes"));
  EXPECT_THAT(ProblemAfter([](AlertContent& c) { c.text.clear(); }), HasSubstr("no text"));
  EXPECT_THAT(ProblemAfter([](AlertContent& c) { c.text = "a\xff"; }), HasSubstr("UTF-8"));
  EXPECT_THAT(ProblemAfter([](AlertContent& c) { c.details = std::string(4097, ' '); }),
              HasSubstr("details"));
  EXPECT_THAT(ProblemAfter([](AlertContent& c) { c.source = std::string(129, 'a'); }),
              HasSubstr("source"));
  EXPECT_THAT(
      ProblemAfter([](AlertContent& c) { c.value = std::numeric_limits<double>::infinity(); }),
      HasSubstr("value"));
}

}  // namespace
}  // namespace wiregauge::alerts
