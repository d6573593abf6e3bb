// SPDX-License-Identifier: Apache-2.0
#include "publish/http/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wiregauge::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Problem, HasTheMembersOfRfc9457) {
  const Response response = BadParameter("sort", "\"x\" is no field to sort by.");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(response.body),
            nlohmann::json({{"type", "about:blank"},
                            {"title", "Bad Request"},
                            {"status", 400},
                            {"detail", "\"x\" is no field to sort by."},
                            {"parameter", "sort"}}));
}

TEST(Problem, LeavesOutWhatIsEmptyAndRepairsUtf8) {
  Problem problem;
  problem.status = 503;
  problem.type = "/problems/no-snapshot";
  problem.title = "No \xff snapshot";
  EXPECT_EQ(
      nlohmann::json::parse(ProblemResponse(problem).body),
      nlohmann::json(
          {{"type", "/problems/no-snapshot"}, {"title", "No \ufffd snapshot"}, {"status", 503}}));
}

TEST(Problem, IsAMessageWhereThatIsLookedFor) {
  const Response response = ProblemResponse(403, "Not for \"you\".", ErrorForm::kMessage);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(nlohmann::json::parse(response.body),
            nlohmann::json({{"message", "Not for \"you\"."}, {"error", "Not for \"you\"."}}));
  const Error error{ErrorCode::kNotFound, "There is no such thing."};
  EXPECT_EQ(ErrorResponse(error, {}, ErrorForm::kMessage).body,
            ProblemResponse(404, "There is no such thing.", ErrorForm::kMessage).body);
}

TEST(Problem, MapsEveryErrorCode) {
  EXPECT_EQ(StatusOf(ErrorCode::kInvalidArgument), 400);
  EXPECT_EQ(StatusOf(ErrorCode::kNotFound), 404);
  EXPECT_EQ(StatusOf(ErrorCode::kPermissionDenied), 403);
  EXPECT_EQ(StatusOf(ErrorCode::kConflict), 409);
  EXPECT_EQ(StatusOf(ErrorCode::kUnavailable), 503);
  EXPECT_EQ(StatusOf(ErrorCode::kDataLoss), 500);
  EXPECT_EQ(StatusOf(ErrorCode::kInternal), 500);
}

TEST(Problem, KeepsTheMessageOfA500ForTheLog) {
  EXPECT_THAT(ErrorResponse({ErrorCode::kNotFound, "there is no host 10.0.0.9"}).body,
              HasSubstr("10.0.0.9"));
  for (const auto& [code, is_named] :
       {std::pair(ErrorCode::kInvalidArgument, true), std::pair(ErrorCode::kNotFound, true),
        std::pair(ErrorCode::kUnavailable, false)}) {
    const Response named = ErrorResponse({code, "sentence"}, "step");
    EXPECT_EQ(named.body.find("parameter") != std::string::npos, is_named) << named.body;
  }
  testing::internal::CaptureStderr();
  const Response response = ErrorResponse({ErrorCode::kInternal, "disk on fire"});
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("disk on fire"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("fire")));
}

}  // namespace
}  // namespace wiregauge::http
