// SPDX-License-Identifier: Apache-2.0
#include "publish/json/indented.h"

#include <gtest/gtest.h>

namespace wiregauge::json {
namespace {

TEST(Indented, KeepsTheOrderAndBreaksWhereItNests) {
  EXPECT_EQ(Indented(R"({"b":{"x\"":1,"c":[]},"a":[{"d":{"e":null}},[1,"{"]],"t":true})"),
            R"({
  "b": {
    "x\"": 1,
    "c": []
  },
  "a": [
    {
      "d": {"e":null}
    },
    [1,"{"]
  ],
  "t": true
})");
  EXPECT_EQ(Indented("{}"), "{}");
  EXPECT_EQ(Indented("[1,2]"), "[1,2]");
}

}  // namespace
}  // namespace wiregauge::json
