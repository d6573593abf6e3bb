// SPDX-License-Identifier: Apache-2.0
#include "app/engine_options.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace wiregauge::app {
namespace {

using std::chrono::seconds;

TEST(EngineOptions, TheDefaultsArriveWhereTheyAreMeant) {
  const auto options = MakeEngineOptions(config::Load("", {}).value().fixed);
  EXPECT_EQ(options.workers, 1u);
  EXPECT_EQ(options.snap_length_bytes, 262144u);
  EXPECT_EQ(options.ring_bytes, 64u << 20);
  EXPECT_TRUE(options.promiscuous);
  EXPECT_TRUE(options.decode.ip_in_ip);
  EXPECT_FALSE(options.decode.gre || options.decode.vxlan || options.decode.gtp_u);
  EXPECT_EQ(options.dpi.max_tcp_packets, 80u);
  EXPECT_EQ(options.dpi.max_udp_packets, 24u);
  EXPECT_EQ(options.limits.flow_idle_timeout, seconds(120));
  EXPECT_EQ(options.limits.flow_active_timeout, seconds(300));
  EXPECT_EQ(options.limits.tcp_closed_timeout, seconds(5));
  EXPECT_EQ(options.limits.host_idle_timeout, seconds(600));
  EXPECT_EQ(options.limits.flow_table_bytes, 512u << 20);
  EXPECT_EQ(options.limits.ended_flows_bytes, 64u << 20);
  EXPECT_EQ(options.limits.host_table_bytes, 256u << 20);
  EXPECT_EQ(options.flow_captures.memory_bytes, 64u << 20);
  EXPECT_EQ(options.flow_captures.most_running, 8u);
  EXPECT_EQ(options.flow_captures.most.max_bytes, 16u << 20);
  EXPECT_EQ(options.flow_captures.most.max_packets, 100'000u);
  EXPECT_EQ(options.flow_captures.most.max_duration, seconds(600));
  EXPECT_EQ(options.flow_captures.most.snap_length_bytes, 262144u);
}

TEST(EngineOptions, EachTunnelHasItsSwitch) {
  const auto decode_with = [](const std::string& tunnel) {
    config::Fixed settings;
    settings.tunnels = {tunnel};
    return MakeEngineOptions(settings).decode;
  };
  EXPECT_TRUE(decode_with("ip_in_ip").ip_in_ip);
  EXPECT_TRUE(decode_with("gre").gre);
  EXPECT_TRUE(decode_with("vxlan").vxlan);
  EXPECT_TRUE(decode_with("gtp_u").gtp_u);
  EXPECT_FALSE(decode_with("gtp_u").gre);
}

}  // namespace
}  // namespace wiregauge::app
