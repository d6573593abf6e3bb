// SPDX-License-Identifier: Apache-2.0
// What a client may get wrong or do oddly, byte for byte, and the state of the connection after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using ::testing::HasSubstr;

struct OddCase {
  const char* name;
  std::string bytes;
  int status;
  bool stays_open;
};

class Odd : public ::testing::TestWithParam<OddCase> {};

TEST_P(Odd, GetsItsStatusAsAProblem) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send(GetParam().bytes);
  const RawResponse response = client.Read();
  ASSERT_EQ(response.status, GetParam().status);
  if (response.status >= 400) {
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    const auto problem = nlohmann::json::parse(response.body);
    EXPECT_EQ(problem.at("status"), GetParam().status);
    EXPECT_FALSE(problem.at("title").get<std::string>().empty());
    EXPECT_FALSE(problem.at("detail").get<std::string>().empty());
  }
  if (GetParam().stays_open) {
    client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.Read().body, "small");
  } else {
    EXPECT_EQ(response.headers.at("connection"), "close");
    EXPECT_TRUE(client.AtEnd());
  }
  // Nothing else stopped working.
  EXPECT_EQ(Exchange(server->port(), "GET /small HTTP/1.1\r\nHost: x\r\n\r\n").body, "small");
}

std::string Get(const std::string& headers) {
  return "GET /small HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string Post(const std::string& headers, const std::string& body = "") {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

const std::string kNul(1, '\0');

// One statement a case: a single initialiser of them all takes the sanitizers' compilers minutes.
std::vector<OddCase> OddCases() {
  std::vector<OddCase> cases;
  const auto add = [&cases](const char* name, std::string bytes, int status, bool stays_open) {
    cases.push_back({name, std::move(bytes), status, stays_open});
  };
  add("NegativeLength", Post("Content-Length: -1\r\n"), 400, false);
  add("LengthWithPlus", Post("Content-Length: +1\r\n", "a"), 400, false);
  add("LengthList", Post("Content-Length: 1, 1\r\n", "a"), 400, false);
  add("TwoLengths", Post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400, false);
  add("HugeLength", Post("Content-Length: 99999999999999999999999999\r\n"), 413, false);
  add("LargeLength", Post("Content-Length: 18446744073709551615\r\n"), 413, false);
  add("EmptyLength", Post("Content-Length:\r\n"), 400, false);
  add("LengthAndChunked", Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      400, false);
  add("UnknownEncoding", Post("Transfer-Encoding: gzip\r\n"), 501, false);
  add("Chunked",
      Post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: 1\r\n\r\n"), 200,
      true);
  add("BadChunkSize", Post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n"), 400, false);
  add("NegativeChunkSize", Post("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n"), 400, false);
  add("HugeChunk", Post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffffff\r\n"), 413, false);
  add("ChunkLongerThanItsSize", Post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n"), 400, false);
  add("MalformedCookie", Get("Cookie: =;;;a=b=c; \"\r\n"), 200, true);
  add("OddContentType", Post("Content-Type: ///;;\r\nContent-Length: 1\r\n", "a"), 200, true);
  add("OddAccept", Get("Accept: nonsense\r\n"), 200, true);
  add("OddAuthorization", Get("Authorization: \r\n"), 200, true);
  add("BodyOnGet", Get("Content-Length: 3\r\n") + "abc", 200, true);
  add("NoHost", "GET /small HTTP/1.1\r\n\r\n", 400, false);
  add("TwoHosts", Get("Host: y\r\n"), 400, false);
  add("UnknownMethod", "BREW /small HTTP/1.1\r\nHost: x\r\n\r\n", 501, false);
  add("Version2", "GET /small HTTP/2.0\r\nHost: x\r\n\r\n", 505, false);
  add("Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, false);
  add("NoVersion", "GET /small\r\n\r\n", 400, false);
  add("TwoSpaces", "GET /sm all HTTP/1.1\r\nHost: x\r\n\r\n", 400, false);
  add("BareLineFeeds", "GET /small HTTP/1.1\nHost: x\n\n", 400, false);
  add("FoldedHeader", Get("A: b\r\n c\r\n"), 400, false);
  add("SpaceBeforeColon", Get("A : b\r\n"), 400, false);
  add("NoColon", Get("nothing\r\n"), 400, false);
  add("NulInHeader", Get("A: b" + kNul + "\r\n"), 400, false);
  add("NulInTarget", "GET /sm" + kNul + " HTTP/1.1\r\nHost: x\r\n\r\n", 400, false);
  add("NoSlash", "GET small HTTP/1.1\r\nHost: x\r\n\r\n", 400, true);
  add("TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 13), 400, false);
  add("EmptyLinesFirst", "\r\n\r\n" + Get(""), 200, true);
  add("LongTarget", "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n", 414, false);
  add("LargeHeader", Get("A: " + std::string(20000, 'a') + "\r\n"), 431, false);
  std::string headers;
  for (int i = 0; i < 200; ++i) headers += "A: b\r\n";
  add("ManyHeaders", Get(headers), 431, false);
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Requests, Odd, ::testing::ValuesIn(OddCases()),
                         [](const auto& odd) { return std::string(odd.param.name); });

TEST(Framing, PipelinedRequestsAreAnsweredInOrder) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests += "GET /items/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  client.Send(requests);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(nlohmann::json::parse(client.Read().body).at("id"), std::to_string(i));
  }
}

TEST(Framing, RequestsAfterConnectionCloseAreNotAnswered) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send(Get("Connection: close\r\n") + Get(""));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST(Framing, ARequestMayComeByteByByte) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  for (const char byte : Post("Content-Length: 5\r\n", "hello")) client.Send({&byte, 1});
  EXPECT_EQ(client.Read().body, "hello");
}

TEST(Framing, TellsAClientThatWaitsToContinue) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send(Post("Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(client.Read().status, 100);
  client.Send("hello");
  EXPECT_EQ(client.Read().body, "hello");
}

TEST(Framing, AnswersAClientThatHalfClosesAfterItsRequest) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send(Get(""));
  client.FinishSending();
  EXPECT_EQ(client.Read().body, "small");
  EXPECT_TRUE(client.AtEnd());
}

TEST(Framing, BodiesComeThroughUnchanged) {
  const auto server = StartTestServer();
  std::string body;
  for (int i = 0; i < 1000000; ++i) body.push_back(static_cast<char>(i * 31));
  const RawResponse response =
      Exchange(server->port(), Post("Content-Type: a/b\r\nContent-Length: 1000000\r\n", body));
  EXPECT_EQ(response.body, body);
  EXPECT_EQ(response.headers.at("x-sent-type"), "a/b");
}

}  // namespace
}  // namespace wiregauge::http
