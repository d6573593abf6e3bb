// SPDX-License-Identifier: Apache-2.0
#include "publish/json/field_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace wiregauge::json {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::string_view, 5> kPaths = {"id", "client.ip", "client.tcp.syn", "tags",
                                                    "application.name"};

TEST(FieldCatalogue, KnowsPathsAndTheirParents) {
  const FieldCatalogue catalogue(kPaths);
  for (const char* const known : {"id", "client", "client.ip", "client.tcp", "client.tcp.syn"}) {
    EXPECT_TRUE(catalogue.Knows(known)) << known;
  }
  for (const char* const unknown : {"", "i", "client.", "ip", "client.ip.x", "client.tcp.ack"}) {
    EXPECT_FALSE(catalogue.Knows(unknown)) << unknown;
  }
}

TEST(FieldMask, ParsesAList) {
  const FieldCatalogue catalogue(kPaths);
  const auto mask = FieldMask::Parse("id, client.ip,client.tcp", catalogue);
  ASSERT_TRUE(mask.ok());
  const FieldMask::Node& root = mask.value().root();
  EXPECT_TRUE(root.Find("id")->whole);
  EXPECT_EQ(root.Find("tags"), nullptr);
  const FieldMask::Node* const client = root.Find("client");
  ASSERT_NE(client, nullptr);
  EXPECT_FALSE(client->whole);
  EXPECT_TRUE(client->Find("ip")->whole);
  EXPECT_TRUE(client->Find("tcp")->whole);
}

TEST(FieldMask, AWholeObjectWinsOverItsParts) {
  const FieldCatalogue catalogue(kPaths);
  for (const char* const list : {"client.ip,client", "client,client.ip", "client,client"}) {
    const auto mask = FieldMask::Parse(list, catalogue);
    ASSERT_TRUE(mask.ok());
    EXPECT_TRUE(mask.value().root().Find("client")->whole) << list;
  }
}

TEST(FieldMask, NamesWhatIsUnknown) {
  const FieldCatalogue catalogue(kPaths);
  const auto mask = FieldMask::Parse("id,client.port", catalogue);
  ASSERT_FALSE(mask.ok());
  EXPECT_EQ(mask.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(mask.error().message, HasSubstr("client.port"));
  for (const char* const empty : {"", ",", "id,", " "}) {
    EXPECT_FALSE(FieldMask::Parse(empty, catalogue).ok()) << empty;
  }
}

}  // namespace
}  // namespace wiregauge::json
