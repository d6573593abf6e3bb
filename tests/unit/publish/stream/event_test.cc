// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/event.h"

#include <gtest/gtest.h>

namespace wiregauge::stream {
namespace {

constexpr std::string_view kRun = "0123456789abcdef";

TEST(StreamEvent, IdsAreRead) {
  const std::string id = FormatEventId(kRun, 42);
  EXPECT_EQ(id, "0123456789abcdef-42");
  EXPECT_EQ(ParseEventId(id), (EventId{std::string(kRun), 42}));
  EXPECT_TRUE(ParseEventId("0123456789abcdef-18446744073709551615"));
}

TEST(StreamEvent, WhatIsNoIdIsNone) {
  for (const std::string_view text :
       {"", "-", "42", "0123456789abcdef", "0123456789abcdef-", "0123456789abcdef--1",
        "0123456789abcdef-1x", "0123456789abcde-1", "0123456789abcdef0-1", "0123456789ABCDEF-1",
        "0123456789abcdeg-1", "0123456789abcdef-18446744073709551616", "0123456789abcdef- 1"}) {
    EXPECT_FALSE(ParseEventId(text)) << text;
  }
}

TEST(StreamEvent, ARunIsLikeNoOther) {
  const std::string run = MakeRun();
  EXPECT_EQ(ParseEventId(FormatEventId(run, 0)), (EventId{run, 0}));
  EXPECT_NE(run, MakeRun());
}

TEST(StreamEvent, IsWrittenAsTheStandardHasIt) {
  std::string out;
  AppendStart("r-0", out);
  AppendFlowEvent("r-1", "{}", out);
  AppendGapEvent("r-9", {.missed = 8, .exact = true, .reason = GapReason::kSlowReader}, out);
  AppendGapEvent("r-9", {.missed = {}, .exact = false, .reason = GapReason::kUnknownId}, out);
  AppendKeepAlive("r-9", out);
  EXPECT_EQ(out,
            "retry: 3000\nid: r-0\n\n"
            "id: r-1\nevent: flow\ndata: {}\n\n"
            "id: r-9\nevent: gap\n"
            "data: {\"missed\":8,\"exact\":true,\"reason\":\"slow_reader\"}\n\n"
            "id: r-9\nevent: gap\n"
            "data: {\"missed\":null,\"exact\":false,\"reason\":\"unknown_id\"}\n\n"
            ": keep-alive\nid: r-9\n\n");
}

}  // namespace
}  // namespace wiregauge::stream
