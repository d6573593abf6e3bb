// SPDX-License-Identifier: Apache-2.0
#include "app/interfaces.h"

#include <gtest/gtest.h>

namespace wiregauge::app {
namespace {

std::vector<capture::InterfaceInfo> Two() {
  return {{.name = "eth0",
           .description = "",
           .networks = {*IpNetwork::Parse("10.0.0.0/8"), *IpNetwork::Parse("fd00::/64")},
           .up = true,
           .loopback = false},
          {.name = "wlan0-backup",
           .description = "spare",
           .networks = {},
           .up = false,
           .loopback = false}};
}

TEST(InterfacesTable, AlignsAndMarksTheDefaultRoute) {
  EXPECT_EQ(InterfacesTable(Two(), "eth0"),
            "interface     state  networks\n"
            "eth0          up     10.0.0.0/8, fd00::/64  (default route)\n"
            "wlan0-backup  down\n");
}

TEST(InterfacesJson, IsAnArrayOfObjects) {
  EXPECT_EQ(InterfacesJson(Two(), ""),
            R"([{"name":"eth0","description":"","up":true,"loopback":false,"default_route":false,)"
            R"("networks":["10.0.0.0/8","fd00::/64"]},)"
            R"({"name":"wlan0-backup","description":"spare","up":false,"loopback":false,)"
            R"("default_route":false,"networks":[]}])"
            "\n");
}

}  // namespace
}  // namespace wiregauge::app
