// SPDX-License-Identifier: Apache-2.0
#include "publish/http/response.h"

#include <gtest/gtest.h>

namespace wiregauge::http {
namespace {

Request Asking(std::string if_none_match) {
  Request request;
  request.headers.push_back({"if-none-match", std::move(if_none_match)});
  return request;
}

TEST(Response, KnowsThePhrases) {
  EXPECT_EQ(StatusPhrase(200), "OK");
  EXPECT_EQ(StatusPhrase(404), "Not Found");
  EXPECT_EQ(StatusPhrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(StatusPhrase(299), "");
}

TEST(Response, TagsDiffer) {
  EXPECT_EQ(EntityTag("a"), EntityTag("a"));
  EXPECT_NE(EntityTag("a"), EntityTag("b"));
  EXPECT_NE(EntityTag(""), EntityTag("a"));
  EXPECT_TRUE(EntityTag("a").starts_with("W/\""));
}

TEST(Response, AnswersIfNoneMatch) {
  const std::string etag = EntityTag("body");
  for (const std::string& same : {etag, etag.substr(2), "\"x\" , " + etag, std::string("*")}) {
    const Response response = Conditional(Asking(same), etag, TextResponse("body"));
    EXPECT_EQ(response.status, 304) << same;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.headers.at(0).value, etag);
  }
  for (const std::string& other : {std::string(), std::string("\"x\""), etag + "x"}) {
    const Response response = Conditional(Asking(other), etag, TextResponse("body"));
    EXPECT_EQ(response.status, 200) << other;
    EXPECT_EQ(response.body, "body");
  }
  EXPECT_EQ(Conditional(Request(), etag, TextResponse("body")).status, 200);
}

}  // namespace
}  // namespace wiregauge::http
