// SPDX-License-Identifier: Apache-2.0
#include "model/application.h"

#include <gtest/gtest.h>

#include "model/flow_record.h"

namespace wiregauge::model {
namespace {

ApplicationCatalogue Catalogue() {
  ApplicationCatalogue catalogue;
  catalogue.applications = {{"Unknown", 0, ""}, {"TLS", 1, ""}, {"Google", 1, ""}, {"", 0, ""}};
  catalogue.categories = {"Unspecified", "Web"};
  return catalogue;
}

TEST(ApplicationCatalogueTest, PrintsMasterAndApplication) {
  const ApplicationCatalogue catalogue = Catalogue();
  EXPECT_EQ(catalogue.Id({1, 2}), "1.2");
  EXPECT_EQ(catalogue.Name({1, 2}), "TLS.Google");
  EXPECT_EQ(catalogue.Id({1, 0}), "1");
  EXPECT_EQ(catalogue.Name({0, 2}), "Google");
  EXPECT_EQ(catalogue.Name({1, 1}), "TLS");
  EXPECT_EQ(catalogue.Id({}), "0");
}

TEST(ApplicationCatalogueTest, NumbersWithoutNamesAreUnknown) {
  const ApplicationCatalogue catalogue = Catalogue();
  EXPECT_EQ(catalogue.ApplicationName(3), "Unknown");
  EXPECT_EQ(catalogue.ApplicationName(999), "Unknown");
  EXPECT_EQ(catalogue.CategoryName(200), "Unspecified");
}

TEST(EndReasonTest, EveryReasonHasANameOfItsOwn) {
  for (uint8_t i = 0; i < static_cast<uint8_t>(EndReason::kCount); ++i) {
    const auto reason = static_cast<EndReason>(i);
    EXPECT_EQ(ParseEndReason(EndReasonName(reason)), reason);
  }
  EXPECT_FALSE(ParseEndReason(""));
  EXPECT_FALSE(ParseEndReason("bored"));
}

TEST(FlowRecordTest, HandshakeNeedsBothHalves) {
  FlowRecord flow;
  flow.server.network_latency = std::chrono::milliseconds(20);
  EXPECT_FALSE(flow.handshake_rtt());
  flow.client.network_latency = std::chrono::milliseconds(1);
  EXPECT_EQ(flow.handshake_rtt(), std::chrono::milliseconds(42));
}

}  // namespace
}  // namespace wiregauge::model
