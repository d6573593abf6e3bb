// SPDX-License-Identifier: Apache-2.0
// What a client may get wrong or do oddly, byte for byte, and the state of the connection after.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using std::string_view_literals::operator""sv;

enum Shape { kGet, kPost, kRaw };  // how the rest of a case becomes a request

struct OddCase {
  const char* name;
  Shape shape;
  std::string_view bytes;  // headers, or all of it
  std::string_view body;
  int status;
  bool stays_open;
};

std::string Get(std::string_view headers) {
  return "GET /small HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

std::string Post(std::string_view headers, std::string_view body = {}) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string Bytes(const OddCase& odd) {
  switch (odd.shape) {
    case kGet:
      return Get(odd.bytes) + std::string(odd.body);
    case kPost:
      return Post(odd.bytes, odd.body);
    case kRaw:
      break;
  }
  return std::string(odd.bytes);
}

class Odd : public ::testing::TestWithParam<OddCase> {};

TEST_P(Odd, GetsItsStatusAsAProblem) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send(Bytes(GetParam()));
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

constexpr OddCase kOddCases[] = {
    {"NegativeLength", kPost, "Content-Length: -1\r\n", "", 400, false},
    {"LengthWithPlus", kPost, "Content-Length: +1\r\n", "a", 400, false},
    {"LengthList", kPost, "Content-Length: 1, 1\r\n", "a", 400, false},
    {"TwoLengths", kPost, "Content-Length: 1\r\nContent-Length: 2\r\n", "ab", 400, false},
    {"HugeLength", kPost, "Content-Length: 99999999999999999999999999\r\n", "", 413, false},
    {"LargeLength", kPost, "Content-Length: 18446744073709551615\r\n", "", 413, false},
    {"EmptyLength", kPost, "Content-Length:\r\n", "", 400, false},
    {"LengthAndChunked", kPost, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n",
     400, false},
    {"UnknownEncoding", kPost, "Transfer-Encoding: gzip\r\n", "", 501, false},
    {"Chunked", kPost, "Transfer-Encoding: chunked\r\n",
     "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: 1\r\n\r\n", 200, true},
    {"BadChunkSize", kPost, "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n", 400, false},
    {"NegativeChunkSize", kPost, "Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n", 400, false},
    {"HugeChunk", kPost, "Transfer-Encoding: chunked\r\n", "ffffffffffffffffffff\r\n", 413, false},
    {"ChunkLongerThanItsSize", kPost, "Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n", 400, false},
    {"SpaceAfterChunkSize", kPost, "Transfer-Encoding: chunked\r\n", "1 \r\na\r\n", 400, false},
    {"SpaceBeforeChunkSize", kPost, "Transfer-Encoding: chunked\r\n", " 1\r\na\r\n", 400, false},
    {"MalformedCookie", kGet, "Cookie: =;;;a=b=c; \"\r\n", "", 200, true},
    {"OddContentType", kPost, "Content-Type: ///;;\r\nContent-Length: 1\r\n", "a", 200, true},
    {"OddAccept", kGet, "Accept: nonsense\r\n", "", 200, true},
    {"OddAuthorization", kGet, "Authorization: \r\n", "", 200, true},
    {"TwoAuthorizations", kGet, "Authorization: a\r\nAuthorization: a\r\n", "", 400, false},
    {"LongBodyOnGet", kGet, "Content-Length: 4097\r\n", "", 413, false},
    {"LongChunkOnGet", kGet, "Transfer-Encoding: chunked\r\n", "1001\r\n", 413, false},
    {"BodyOnGet", kGet, "Content-Length: 3\r\n", "abc", 200, true},
    {"NoHost", kRaw, "GET /small HTTP/1.1\r\n\r\n", "", 400, false},
    {"TwoHosts", kGet, "Host: y\r\n", "", 400, false},
    {"UnknownMethod", kRaw, "BREW /small HTTP/1.1\r\nHost: x\r\n\r\n", "", 501, false},
    {"Version1x", kRaw, "GET /small HTTP/1.x\r\nHost: x\r\n\r\n", "", 400, false},
    {"Version1Dot2", kRaw, "GET /small HTTP/1.2\r\nHost: x\r\n\r\n", "", 200, true},
    {"Version2", kRaw, "GET /small HTTP/2.0\r\nHost: x\r\n\r\n", "", 505, false},
    {"Http2Preface", kRaw, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", 505, false},
    {"NoVersion", kRaw, "GET /small\r\n\r\n", "", 400, false},
    {"TwoSpaces", kRaw, "GET /sm all HTTP/1.1\r\nHost: x\r\n\r\n", "", 400, false},
    {"BareLineFeeds", kRaw, "GET /small HTTP/1.1\nHost: x\n\n", "", 400, false},
    {"FoldedHeader", kGet, "A: b\r\n c\r\n", "", 400, false},
    {"SpaceBeforeColon", kGet, "A : b\r\n", "", 400, false},
    {"NoColon", kGet, "nothing\r\n", "", 400, false},
    {"NulInHeader", kGet, "A: b\0\r\n"sv, "", 400, false},
    {"NulInTarget", kRaw, "GET /sm\0 HTTP/1.1\r\nHost: x\r\n\r\n"sv, "", 400, false},
    {"NoSlash", kRaw, "GET small HTTP/1.1\r\nHost: x\r\n\r\n", "", 400, true},
    {"TlsHello", kRaw, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv, "", 400, false},
    {"EmptyLinesFirst", kRaw, "\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\n\r\n", "", 200, true},
};

INSTANTIATE_TEST_SUITE_P(Requests, Odd, ::testing::ValuesIn(kOddCases),
                         [](const auto& odd) { return std::string(odd.param.name); });

TEST(Framing, HeadersThatAreTooLargeAreRefused) {
  const auto server = StartTestServer();
  const auto status = [&](const std::string& bytes) {
    RawClient client(server->port());
    client.Send(bytes);
    const RawResponse response = client.Read();
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_TRUE(client.AtEnd());
    return response.status;
  };
  EXPECT_EQ(status("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n"), 414);
  EXPECT_EQ(status(Get("A: " + std::string(20000, 'a') + "\r\n")), 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(status(Get(many)), 431);
}

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
