// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ndpi_api.h>

#include "dpi/classifier.h"

namespace wiregauge::dpi {
namespace {

using ::testing::AnyOf;

TEST(Catalogue, NamesWhatIsWellKnown) {
  const auto catalogue = MakeCatalogue();
  EXPECT_EQ(catalogue->ApplicationName(0), "Unknown");
  EXPECT_EQ(catalogue->ApplicationName(5), "DNS");
  EXPECT_EQ(catalogue->ApplicationName(7), "HTTP");
  EXPECT_EQ(catalogue->ApplicationName(91), "TLS");
  EXPECT_EQ(catalogue->ApplicationName(126), "Google");
  EXPECT_EQ(catalogue->CategoryName(catalogue->applications[5].category), "Network");
  EXPECT_EQ(catalogue->CategoryName(catalogue->applications[7].category), "Web");
  EXPECT_EQ(catalogue->applications[5].breed, "Acceptable");
  EXPECT_EQ(catalogue->applications[91].breed, "Safe");
}

TEST(Catalogue, HasANameABreedAndACategoryForEachApplication) {
  const auto catalogue = MakeCatalogue();
  EXPECT_EQ(catalogue->applications.size(), NDPI_MAX_SUPPORTED_PROTOCOLS);
  size_t named = 0;
  for (const model::ApplicationInfo& application : catalogue->applications) {
    if (application.name.empty()) continue;
    ++named;
    EXPECT_FALSE(application.breed.empty()) << application.name;
    ASSERT_LT(application.category, catalogue->categories.size()) << application.name;
    EXPECT_FALSE(catalogue->categories[application.category].empty()) << application.name;
  }
  EXPECT_GT(named, 250u);
}

TEST(Catalogue, NamesEachRiskAndItsSeverity) {
  const auto catalogue = MakeCatalogue();
  ASSERT_EQ(catalogue->risks.size(), NDPI_MAX_RISK);
  EXPECT_EQ(catalogue->risks[0].name, "");  // bit 0 is never set
  for (size_t id = 1; id < catalogue->risks.size(); ++id) {
    EXPECT_FALSE(catalogue->risks[id].name.empty()) << id;
    EXPECT_THAT(catalogue->risks[id].severity, AnyOf("low", "medium", "high", "severe")) << id;
  }
  EXPECT_EQ(catalogue->risks[NDPI_KNOWN_PROTOCOL_ON_NON_STANDARD_PORT].name,
            "Known Protocol on Non Standard Port");
  EXPECT_EQ(catalogue->risks[NDPI_KNOWN_PROTOCOL_ON_NON_STANDARD_PORT].severity, "medium");
}

TEST(Catalogue, NamesEveryTlsCipherThatLibndpiNames) {
  const auto catalogue = MakeCatalogue();
  size_t named = 0;
  for (uint32_t number = 0; number <= UINT16_MAX; ++number) {
    const std::string_view name = ndpi_cipher2str(number);
    if (name.starts_with("0X")) continue;
    ++named;
    EXPECT_EQ(catalogue->TlsCipherName(static_cast<uint16_t>(number)), name);
  }
  EXPECT_EQ(catalogue->tls_ciphers.size(), named);
  EXPECT_GT(named, 300u);
}

TEST(Catalogue, PrintsEveryPairAsLibndpiDoes) {
  const auto catalogue = MakeCatalogue();
  ndpi_detection_module_struct* module = ndpi_init_detection_module(ndpi_no_prefs);
  ASSERT_NE(module, nullptr);
  const auto count = static_cast<uint16_t>(catalogue->applications.size());
  size_t different = 0;
  for (uint16_t master = 0; master < count; ++master) {
    for (uint16_t app = 0; app < count; ++app) {
      ndpi_protocol pair{};
      pair.master_protocol = master;
      pair.app_protocol = app;
      char id[32], name[128];
      ndpi_protocol2id(module, pair, id, sizeof id);
      ndpi_protocol2name(module, pair, name, sizeof name);
      const model::Classification ours{.master = master, .app = app};
      if (catalogue->Id(ours) == id && catalogue->Name(ours) == name) continue;
      ++different;
      ADD_FAILURE() << id << " " << name << " is here " << catalogue->Id(ours) << " "
                    << catalogue->Name(ours);
      if (different == 5) break;
    }
    if (different == 5) break;
  }
  ndpi_exit_detection_module(module);
}

TEST(Catalogue, KnowsTheLibrary) { EXPECT_THAT(LibraryVersion(), ::testing::StartsWith("4.2")); }

}  // namespace
}  // namespace wiregauge::dpi
