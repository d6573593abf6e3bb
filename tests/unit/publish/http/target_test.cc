// SPDX-License-Identifier: Apache-2.0
#include "publish/http/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MATCHER_P2(Is, name, value, "") { return arg.name == name && arg.value == value; }

Request Parsed(std::string_view target) {
  Request request;
  EXPECT_FALSE(ParseTarget(target, request).has_value()) << target;
  return request;
}

TEST(Target, SplitsThePath) {
  EXPECT_THAT(Parsed("/").segments, IsEmpty());
  EXPECT_THAT(Parsed("/a/b").segments, ElementsAre("a", "b"));
  EXPECT_THAT(Parsed("/a/b/").segments, ElementsAre("a", "b"));
  EXPECT_THAT(Parsed("/a//b").segments, ElementsAre("a", "", "b"));
  EXPECT_THAT(Parsed("/a%2Fb/%E2%82%AC/x+y").segments, ElementsAre("a/b", "\u20ac", "x+y"));
  EXPECT_THAT(Parsed("/../a").segments, ElementsAre("..", "a"));
  EXPECT_EQ(Parsed("/a%20b?c").path, "/a%20b");
}

TEST(Target, KeepsTheQuerysOrderAndRepeats) {
  EXPECT_THAT(Parsed("/?b=1&a=2&b=3").query, ElementsAre(Is("b", "1"), Is("a", "2"), Is("b", "3")));
  EXPECT_THAT(Parsed("/?a&&b=&=c&d=e=f").query,
              ElementsAre(Is("a", ""), Is("b", ""), Is("", "c"), Is("d", "e=f")));
  EXPECT_THAT(Parsed("/?a+b=c%2Bd+e").query, ElementsAre(Is("a b", "c+d e")));
  EXPECT_THAT(Parsed("/?").query, IsEmpty());
  EXPECT_THAT(Parsed("/?a=b?c").query, ElementsAre(Is("a", "b?c")));
}

TEST(Target, DropsTheAuthority) {
  EXPECT_EQ(Parsed("http://host:80/a?b=c").path, "/a");
  EXPECT_EQ(Parsed("http://host").path, "/");
  EXPECT_THAT(Parsed("http://host?a=b").query, ElementsAre(Is("a", "b")));
  EXPECT_EQ(Parsed("*").path, "*");
}

TEST(Target, SaysWhatCannotBeDecoded) {
  Request request;
  const auto problem = ParseTarget("/a?first=1&host=%e2%82", request);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->status, 400);
  EXPECT_EQ(problem->parameter, "host");
  EXPECT_THAT(problem->detail, HasSubstr("UTF-8"));
  for (const char* const bad :
       {"/%", "/%1", "/%1g", "/a%00", "/%ed%a0%80", "a", "/?%=1", "/?a=%00"}) {
    Request unused;
    EXPECT_TRUE(ParseTarget(bad, unused).has_value()) << bad;
  }
}

}  // namespace
}  // namespace wiregauge::http
