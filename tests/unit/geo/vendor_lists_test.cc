// SPDX-License-Identifier: Apache-2.0
#include "geo/vendor_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wiregauge::geo {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kHead = "Registry,Assignment,Organization Name,Organization Address\n";

std::vector<std::string> VendorsIn(const std::string& csv) {
  std::vector<std::string> vendors;
  for (const auto& block : ParseVendorList(kHead + csv)) vendors.push_back(block.vendor);
  return vendors;
}

class VendorFolder : public testing::Test {
 protected:
  VendorFolder() { std::filesystem::create_directories(folder_); }
  ~VendorFolder() override { std::filesystem::remove_all(folder_); }

  void Write(const char* name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  static std::string VendorOf(const VendorLists& lists, const char* mac) {
    return std::string(lists.vendors->VendorOf(*MacAddress::Parse(mac)).value_or("none"));
  }

  const std::string folder_ = testing::TempDir() + "vendors." +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST(VendorList, AnAssignmentIsAPrefix) {
  const auto blocks = ParseVendorList(std::string(kHead) +
                                      "MA-L,002272,American Micro-Fuel Device Corp.,Ferndale\n"
                                      "MA-M,741AE09,Seven Digits,X\r\n"
                                      "MA-S,70B3D5F2F,Nine Digits,");
  ASSERT_THAT(blocks, SizeIs(3));
  EXPECT_EQ(blocks[0].first_address, 0x002272'000000u);
  EXPECT_EQ(blocks[0].prefix_bits, 24);
  EXPECT_EQ(blocks[0].vendor, "American Micro-Fuel Device Corp.");
  EXPECT_EQ(blocks[1].first_address, 0x741ae0'900000u);
  EXPECT_EQ(blocks[1].prefix_bits, 28);
  EXPECT_EQ(blocks[2].first_address, 0x70b3d5'f2f000u);
  EXPECT_EQ(blocks[2].prefix_bits, 36);
}

TEST(VendorList, FieldsMayBeQuoted) {
  EXPECT_THAT(VendorsIn("MA-L,F4BD9E,\"Cisco Systems, Inc\",\"80 West\nTasman, Drive\"\n"
                        "MA-L,00D0EF,\"The \"\"Real\"\" Thing\",X\n"
                        "MA-L,00D0F0,Open \"quote,X\n"),
              ElementsAre("Cisco Systems, Inc", "The \"Real\" Thing", "Open \"quote"));
}

TEST(VendorList, NamesAreCleanText) {
  EXPECT_THAT(VendorsIn("MA-L,000001,  Two\t  words ,X\nMA-L,000002,Bad \xff byte,X\n"
                        "MA-L,000003,Esc\x1b[0m,X\n"),
              ElementsAre("Two words", "Bad \xef\xbf\xbd byte", "Esc [0m"));
}

TEST(VendorList, WhatTellsNoMakerIsSkipped) {
  EXPECT_THAT(VendorsIn("MA-L,000001,Private,\nMA-L,70B3D5,IEEE Registration Authority,X\n"
                        "MA-L,XYZ,No number,X\nMA-L,,No prefix,X\nMA-L,0000000000001,Too long,X\n"
                        "MA-L,000002\n\nMA-L,000003," +
                        std::string(256, 'n') + ",X\n"),
              IsEmpty());
}

TEST_F(VendorFolder, ListsAreReadTogether) {
  Write("oui.csv", std::string(kHead) + "MA-L,00AABB,Whole,\n");
  Write("mam.csv", std::string(kHead) + "MA-M,00AABBC,Part,\n");
  Write("oui36.csv", std::string(kHead) + "MA-S,00AABBCDD,Small,\n");
  Write("iab.csv", std::string(kHead) + "IAB,0050C2AAA,Individual,\n");
  const VendorLists lists = ReadVendorLists(folder_);
  EXPECT_THAT(lists.problems, IsEmpty());
  EXPECT_EQ(VendorOf(lists, "00:aa:bb:00:00:00"), "Whole");
  EXPECT_EQ(VendorOf(lists, "00:aa:bb:c0:00:00"), "Part");
  EXPECT_EQ(VendorOf(lists, "00:aa:bb:cd:d0:00"), "Small");
  EXPECT_EQ(VendorOf(lists, "00:50:c2:aa:a0:00"), "Individual");
}

TEST_F(VendorFolder, AListThatIsNoneIsLeftOut) {
  Write("oui.csv", std::string(kHead) + "MA-L,00AABB,Whole,\n");
  Write("mam.csv", "nothing of the kind\n");
  std::filesystem::create_directories(folder_ + "/oui36.csv");
  const VendorLists lists = ReadVendorLists(folder_);
  EXPECT_EQ(lists.vendors->blocks(), 1u);
  EXPECT_THAT(lists.problems, ElementsAre(EndsWith("/mam.csv: has no block of MAC addresses"),
                                          EndsWith("/oui36.csv: Is a directory"),
                                          EndsWith("/iab.csv: No such file or directory")));
  EXPECT_EQ(ReadVendorLists("/nowhere").vendors->blocks(), 0u);
}

}  // namespace
}  // namespace wiregauge::geo
