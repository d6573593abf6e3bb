// SPDX-License-Identifier: Apache-2.0
#include "publish/http/request_parser.h"

#include <gtest/gtest.h>

#include <random>

namespace wiregauge::http {
namespace {

using State = RequestParser::State;

constexpr RequestLimits kLimits{.header_bytes = 200, .body_bytes = 50};

const std::string kThree =
    "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
    "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    "PUT /c HTTP/1.1\r\nhost: x\r\nTransfer-Encoding: "
    "Chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";

// What came out, as text that tells requests and failures apart.
std::string Outcome(const std::string& bytes, const std::vector<size_t>& cuts) {
  RequestParser parser(kLimits);
  std::string outcome;
  size_t begin = 0;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    parser.Feed(std::string_view(bytes).substr(begin, end - begin));
    begin = end;
    State state = parser.Next();
    for (; state == State::kRequest || state == State::kHead; state = parser.Next()) {
      if (state == State::kHead) continue;
      const IncomingRequest incoming = parser.Take();
      outcome += std::string(MethodName(incoming.request.method)) + " " + incoming.request.path +
                 " " + incoming.request.body + (incoming.fault ? " fault" : "") + "\n";
    }
    if (state == State::kFailed) return outcome + std::to_string(parser.failure().status);
  }
  return outcome + (parser.InRequest() ? "more" : "idle");
}

TEST(RequestParser, FindsRequestsInOnePiece) {
  EXPECT_EQ(Outcome(kThree, {}), "GET /a \nPOST /p body\nPUT /c abc\nidle");
}

TEST(RequestParser, AnyCutGivesTheSame) {
  const std::string whole = Outcome(kThree, {});
  std::vector<size_t> every;
  for (size_t cut = 1; cut < kThree.size(); ++cut) {
    EXPECT_EQ(Outcome(kThree, {cut}), whole) << cut;
    every.push_back(cut);
  }
  EXPECT_EQ(Outcome(kThree, every), whole);
}

// Damaged requests: never a crash, never more than the limits, and the same whatever the pieces.
TEST(RequestParser, DamageGivesTheSameInAnyPieces) {
  std::mt19937 random(1);
  constexpr std::string_view kBytes = "\r\n :/%?0123456789abcdefGETP\x01\xff";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = kThree;
    for (int damage = 0; damage < 3; ++damage) {
      const size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = kBytes[random() % kBytes.size()];
          break;
        case 1:
          bytes.erase(at, 1 + random() % 4);
          break;
        default:
          bytes.insert(at, 1, kBytes[random() % kBytes.size()]);
          break;
      }
    }
    std::vector<size_t> cuts;
    for (size_t cut = random() % 9; cut < bytes.size(); cut += 1 + random() % 9)
      cuts.push_back(cut);
    ASSERT_EQ(Outcome(bytes, cuts), Outcome(bytes, {})) << bytes;
  }
}

TEST(RequestParser, HoldsTheLimitsExactly) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
  const size_t rest = kLimits.header_bytes - head.size() - 4;
  EXPECT_EQ(Outcome(head + std::string(rest, 'a') + "\r\n\r\n", {}), "GET / \nidle");
  EXPECT_EQ(Outcome(head + std::string(rest + 1, 'a') + "\r\n\r\n", {}), "431");
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  EXPECT_EQ(Outcome(post + "50\r\n\r\n" + std::string(50, 'b'), {}),
            "POST / " + std::string(50, 'b') + "\nidle");
  EXPECT_EQ(Outcome(post + "51\r\n\r\n", {}), "413");
}

TEST(RequestParser, TellsOnceOfAHeadWhoseBodyIsNotHere) {
  RequestParser parser(kLimits);
  parser.Feed("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(parser.Next(), State::kHead);
  EXPECT_TRUE(parser.wants_continue());
  EXPECT_EQ(parser.Next(), State::kNeedMore);
  parser.Feed("a");
  EXPECT_EQ(parser.Next(), State::kNeedMore);
  parser.Feed("b");
  EXPECT_EQ(parser.Next(), State::kRequest);
  EXPECT_EQ(parser.Take().request.body, "ab");
  EXPECT_EQ(parser.Next(), State::kNeedMore);
  EXPECT_FALSE(parser.InRequest());
}

TEST(RequestParser, TellsOfAHeadHoweverFarTheBodyIs) {
  for (const char* const begun : {"", "2", "2\r\n", "2\r\na", "1\r\na\r\n", "0\r\n"}) {
    RequestParser parser(kLimits);
    parser.Feed("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    parser.Feed(begun);
    EXPECT_EQ(parser.Next(), State::kHead) << begun;
    EXPECT_EQ(parser.Next(), State::kNeedMore) << begun;
  }
}

TEST(RequestParser, KnowsWhoKeepsTheConnection) {
  const auto keeps = [](const std::string& version, const std::string& connection) {
    RequestParser parser(kLimits);
    parser.Feed("GET / " + version + "\r\nHost: x\r\n" + connection + "\r\n");
    EXPECT_EQ(parser.Next(), State::kRequest);
    return parser.Take().keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: x, CLOSE\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

}  // namespace
}  // namespace wiregauge::http
