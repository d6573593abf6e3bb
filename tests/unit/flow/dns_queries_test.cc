// SPDX-License-Identifier: Apache-2.0
#include "flow/dns_queries.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace wiregauge::flow {
namespace {

using namespace std::chrono_literals;

std::vector<uint8_t> Message(uint16_t number, bool is_response) {
  std::vector<uint8_t> bytes(12);
  bytes[0] = static_cast<uint8_t>(number >> 8);
  bytes[1] = static_cast<uint8_t>(number);
  bytes[2] = is_response ? 0x81 : 0x01;
  return bytes;
}
std::vector<uint8_t> Query(uint16_t number) { return Message(number, false); }
std::vector<uint8_t> Response(uint16_t number) { return Message(number, true); }

class DnsQueriesTest : public testing::Test {
 protected:
  void Ask(uint16_t number, Duration at) { queries_.Ask(Query(number), Timestamp(at)); }
  std::optional<Timestamp> Answer(uint16_t number) { return queries_.Answer(Response(number)); }

  DnsQueries queries_;
};

TEST_F(DnsQueriesTest, AnAnswerBelongsToTheQueryWithItsNumber) {
  Ask(0x1234, 1s);
  Ask(0x00ff, 2s);
  EXPECT_EQ(Answer(0x1234), Timestamp(1s));
  EXPECT_EQ(Answer(0x1234), std::nullopt) << "a second answer to the same";
  EXPECT_EQ(Answer(0x00ff), Timestamp(2s));
  EXPECT_EQ(Answer(7), std::nullopt);
}

TEST_F(DnsQueriesTest, AQueryThatIsSentAgainIsTimedFromItsFirstCopy) {
  Ask(1, 1s);
  Ask(1, 6s);
  EXPECT_EQ(Answer(1), Timestamp(1s));
  EXPECT_EQ(Answer(1), std::nullopt);
  Ask(1, 8s);
  EXPECT_EQ(Answer(1), Timestamp(8s)) << "a number that is used again";
}

TEST_F(DnsQueriesTest, TheOldestIsForgottenWhenTooManyWait) {
  for (uint16_t number = 0; number <= DnsQueries::kMost; ++number) Ask(number, number * 1s);
  EXPECT_EQ(Answer(0), std::nullopt);
  for (uint16_t number = DnsQueries::kMost; number > 0; --number) {
    EXPECT_EQ(Answer(number), Timestamp(number * 1s));
  }
}

TEST_F(DnsQueriesTest, WhatIsNoQueryOrNoAnswerTellsNothing) {
  queries_.Ask(Response(1), Timestamp(1s));
  EXPECT_EQ(Answer(1), std::nullopt);
  Ask(1, 1s);
  EXPECT_EQ(queries_.Answer(Query(1)), std::nullopt);
  EXPECT_EQ(queries_.Answer(std::vector<uint8_t>{0, 1}), std::nullopt);
  queries_.Ask({}, Timestamp(1s));
  EXPECT_EQ(Answer(1), Timestamp(1s));
}

}  // namespace
}  // namespace wiregauge::flow
