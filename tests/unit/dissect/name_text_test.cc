// SPDX-License-Identifier: Apache-2.0
#include "dissect/name_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace wiregauge::dissect {
namespace {

std::string TextOf(std::vector<std::string> labels) {
  NameText text;
  for (const std::string& label : labels) {
    text.AppendLabel({reinterpret_cast<const uint8_t*>(label.data()), label.size()});
  }
  return std::string(text.view());
}

TEST(NameText, JoinsLabelsWithDots) {
  EXPECT_EQ(TextOf({"www", "example", "org"}), "www.example.org");
  EXPECT_EQ(TextOf({}), "");
}

TEST(NameText, KeepsSpacesAndUtf8) {
  EXPECT_EQ(TextOf({"Büro 2", "_ipp", "local"}), "Büro 2._ipp.local");
}

TEST(NameText, EscapesWhatWouldBeAmbiguousOrInvalid) {
  EXPECT_EQ(TextOf({"a.b", "c\\d"}), "a\\.b.c\\\\d");
  EXPECT_EQ(TextOf({std::string("\0\x1f\x7f", 3)}), "\\000\\031\\127");
  EXPECT_EQ(TextOf({"\xfc\xff"}), "\\252\\255");
  EXPECT_EQ(TextOf({"\xc0\xaf"}), "\\192\\175");           // an overlong slash
  EXPECT_EQ(TextOf({"\xed\xa0\x80"}), "\\237\\160\\128");  // half a surrogate pair
}

TEST(NameText, TextKeepsItsDots) {
  NameText text;
  text.AppendText(std::string_view("laptop.example.org\n"));
  EXPECT_EQ(text.view(), "laptop.example.org\\010");
}

TEST(NameText, LowersAsciiOnly) {
  NameText text;
  text.AppendText(std::string_view("WWW.ÄB"));
  text.MakeLowerCase();
  EXPECT_EQ(text.view(), "www.Äb");
}

TEST(NameText, LeavesOutWhatDoesNotFit) {
  NameText text;
  text.AppendText(std::string(64 * 1024, 'x'));
  EXPECT_EQ(text.view().size(), NameText::kMostBytes);
  text.Clear();
  text.AppendText(std::string(NameText::kMostBytes - 1, 'x') + "\xc3\xbc");
  EXPECT_EQ(text.view().size(), NameText::kMostBytes - 1) << "half a character is none";
  text.AppendLabel({});
  EXPECT_EQ(ToValidUtf8(text.view()), text.view());
}

}  // namespace
}  // namespace wiregauge::dissect
