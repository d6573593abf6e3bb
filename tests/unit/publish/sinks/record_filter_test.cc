// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/record_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow_records.h"

namespace wiregauge::sinks {
namespace {

bool Matches(const std::string& query, const model::FlowRecord& flow = MakeTcpFlow(1)) {
  auto filter = RecordFilter::Parse(query, MakeContext());
  EXPECT_TRUE(filter.ok()) << filter.error().message;
  return filter.ok() && (*filter)->Matches(flow);
}

TEST(RecordFilter, ChoosesInTheWordsOfTheApi) {
  EXPECT_TRUE(Matches("l4=tcp"));
  EXPECT_FALSE(Matches("l4=udp,icmp"));
  EXPECT_TRUE(Matches("port=80,443&host=10.0.0.1"));
  EXPECT_FALSE(Matches("port=443&host=10.0.0.2"));
  EXPECT_TRUE(Matches("interface=eth0&application=Google"));
  EXPECT_FALSE(Matches("interface=eth1"));
  EXPECT_TRUE(Matches("network=192.0.2.0%2F24"));
  EXPECT_TRUE(Matches("end_reason=tcp_fin&min_bytes=4600"));
  EXPECT_FALSE(Matches("min_bytes=4601"));
}

TEST(RecordFilter, SaysWhatIsWrong) {
  const auto error_of = [](const std::string& query) {
    const auto filter = RecordFilter::Parse(query, MakeContext());
    return filter.ok() ? std::string("accepted") : filter.error().message;
  };
  EXPECT_THAT(error_of("l4=tcpp"), testing::HasSubstr("l4: \"tcpp\" is not"));
  EXPECT_THAT(error_of("interface=eth9"), testing::HasSubstr("interface: \"eth9\" is not"));
  EXPECT_THAT(error_of("colour=red"), testing::HasSubstr("colour"));
  EXPECT_NE(error_of("text=%zz"), "accepted");
}

}  // namespace
}  // namespace wiregauge::sinks
