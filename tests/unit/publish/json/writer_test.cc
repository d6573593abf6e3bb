// SPDX-License-Identifier: Apache-2.0
#include "publish/json/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "base/text.h"

namespace wiregauge::json {
namespace {

using Json = nlohmann::json;

std::string Written(const std::function<void(Writer&)>& write) {
  std::string out;
  Writer writer(out);
  write(writer);
  return out;
}

template <typename T>
std::string Value(const T& value) {
  return Written([&](Writer& writer) { writer.Value(value); });
}

TEST(Writer, WritesScalars) {
  EXPECT_EQ(Value(true), "true");
  EXPECT_EQ(Value(nullptr), "null");
  EXPECT_EQ(Value(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Value(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Value(uint8_t{200}), "200");
  EXPECT_EQ(Value(int16_t{-7}), "-7");
  EXPECT_EQ(Value(0.1), "0.1");
  EXPECT_EQ(Value(0.0), "0");
  EXPECT_EQ(Value(12.0), "12");
  EXPECT_EQ(Value(1.05), "1.05");
  EXPECT_EQ(Value(0.001), "0.001");
  EXPECT_EQ(Value(100000.0), "100000");
  EXPECT_EQ(Value(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Value(-1.5e300), "-1.5e+300");
  EXPECT_EQ(Value(std::nan("")), "null");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(Value("a\"\\\n\x01"), "\"a\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(Value(std::optional<int>()), "null");
  EXPECT_EQ(Value(std::optional<std::string>("x")), "\"x\"");
}

TEST(Writer, NestsAndSeparates) {
  EXPECT_EQ(Written([](Writer& writer) {
              writer.BeginObject();
              writer.Field("a", 1);
              if (writer.BeginArray("b")) {
                writer.BeginObject();
                writer.EndObject();
                writer.Value(2);
                writer.BeginArray();
                writer.EndArray();
                writer.EndArray();
              }
              if (writer.DynamicKey("c\"")) writer.Value("d");
              writer.FieldIfKnown("e", std::optional<int>());
              writer.FieldIfKnown("f", std::optional<int>(3));
              writer.EndObject();
            }),
            R"({"a":1,"b":[{},2,[]],"c\"":"d","f":3})");
}

TEST(Writer, RepairsUtf8LikeTheRestOfTheProject) {
  for (const std::string& text : {std::string("abcdefgh\xff"), std::string("\xc3\xa4 long enough"),
                                  std::string("1234567\x1f"), std::string("12345678\"9"),
                                  std::string("\0nul", 4), std::string("\xed\xa0\x80")}) {
    std::string expected;
    AppendJsonString(text, expected);
    EXPECT_EQ(Value(text), expected);
  }
}

// Every kind of byte at every place of a word: the fast way must not let one pass.
TEST(Writer, StringsReadBackAsTheyWere) {
  for (size_t at = 0; at < 20; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(20, 'a');
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(Json::parse(Value(text)).get<std::string>(), ToValidUtf8(text))
          << at << " " << byte;
    }
  }
}

TEST(Writer, DoublesReadBackExactly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    ASSERT_EQ(Json::parse(Value(number)).get<double>(), number);
  }
  for (int i = 0; i < 100000; ++i) {
    const double number = static_cast<double>(random() >> random() % 64) / 1000;
    ASSERT_EQ(Json::parse(Value(number)).get<double>(), number);
  }
}

// A random tree, written by the Writer, reads back as the same tree.
class RandomTree {
 public:
  explicit RandomTree(uint32_t seed) : random_(seed) {}

  Json Make(int depth) {
    switch (random_() % (depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return random_() % 2 == 0;
      case 2:
        return static_cast<int64_t>(Wide());
      case 3:
        return Wide();
      case 4:
        return static_cast<double>(Wide()) / 7;
      case 5:
        return Text();
      case 6: {
        Json array = Json::array();
        for (size_t i = random_() % 4; i > 0; --i) array.push_back(Make(depth - 1));
        return array;
      }
      default: {
        Json object = Json::object();
        for (size_t i = random_() % 4; i > 0; --i) object[Text()] = Make(depth - 1);
        return object;
      }
    }
  }

 private:
  uint64_t Wide() { return (uint64_t{random_()} << 32 | random_()) >> random_() % 64; }
  std::string Text() {
    std::string text(random_() % 20, ' ');
    for (char& c : text) c = static_cast<char>(random_() % 128);
    return text;
  }

  std::mt19937 random_;
};

void Write(const Json& tree, Writer& writer) {
  if (tree.is_null()) return writer.Value(nullptr);
  if (tree.is_boolean()) return writer.Value(tree.get<bool>());
  if (tree.is_number_unsigned()) return writer.Value(tree.get<uint64_t>());
  if (tree.is_number_integer()) return writer.Value(tree.get<int64_t>());
  if (tree.is_number_float()) return writer.Value(tree.get<double>());
  if (tree.is_string()) return writer.Value(tree.get<std::string>());
  if (tree.is_array()) {
    writer.BeginArray();
    for (const Json& element : tree) Write(element, writer);
    return writer.EndArray();
  }
  writer.BeginObject();
  for (const auto& [name, value] : tree.items()) {
    EXPECT_TRUE(writer.DynamicKey(name));
    Write(value, writer);
  }
  writer.EndObject();
}

TEST(Writer, TreesReadBackTheSame) {
  for (uint32_t seed = 0; seed < 5000; ++seed) {
    const Json tree = RandomTree(seed).Make(5);
    const std::string text = Written([&](Writer& writer) { Write(tree, writer); });
    ASSERT_EQ(Json::parse(text), tree) << text;
  }
}

constexpr std::array<std::string_view, 5> kPaths = {"id", "client.ip", "client.tcp.syn", "peers.ip",
                                                    "peers.bytes"};

std::string Flow(std::string_view fields) {
  const FieldCatalogue catalogue(kPaths);
  std::optional<FieldMask> mask;
  if (!fields.empty()) mask = FieldMask::Parse(fields, catalogue).value();
  return Written([&](Writer& writer) {
    writer.BeginObject();
    if (writer.Key("items")) {
      writer.Apply(mask.has_value() ? &*mask : nullptr);
      writer.BeginArray();
      for (int id = 1; id <= 2; ++id) {
        writer.BeginObject();
        writer.Field("id", id);
        if (writer.BeginObject("client")) {
          writer.Field("ip", "a");
          if (writer.BeginObject("tcp")) {
            writer.Field("syn", 1);
            writer.EndObject();
          }
          writer.EndObject();
        }
        if (writer.BeginArray("peers")) {
          for (int peer = 0; peer < 2; ++peer) {
            writer.BeginObject();
            writer.Field("ip", "p");
            writer.Field("bytes", peer);
            writer.EndObject();
          }
          writer.EndArray();
        }
        writer.EndObject();
      }
      writer.EndArray();
    }
    writer.Field("total", 2);
    writer.EndObject();
  });
}

TEST(Writer, MasksChooseMembers) {
  EXPECT_EQ(Flow("id"), R"({"items":[{"id":1},{"id":2}],"total":2})");
  EXPECT_EQ(Flow("client.ip"),
            R"({"items":[{"client":{"ip":"a"}},{"client":{"ip":"a"}}],"total":2})");
  EXPECT_EQ(Flow("client"), R"({"items":[{"client":{"ip":"a","tcp":{"syn":1}}},)"
                            R"({"client":{"ip":"a","tcp":{"syn":1}}}],"total":2})");
  EXPECT_EQ(Flow("id,peers.bytes"), R"({"items":[{"id":1,"peers":[{"bytes":0},{"bytes":1}]},)"
                                    R"({"id":2,"peers":[{"bytes":0},{"bytes":1}]}],"total":2})");
}

TEST(Writer, AMaskOfEverythingChangesNothing) {
  EXPECT_EQ(Flow("id,client,peers"), Flow(""));
  EXPECT_EQ(Flow("id,client.ip,client.tcp.syn,peers.ip,peers.bytes"), Flow(""));
}

TEST(Writer, SaysWhatIsWanted) {
  const FieldCatalogue catalogue(kPaths);
  const FieldMask mask = FieldMask::Parse("client.ip", catalogue).value();
  std::string out;
  Writer writer(out);
  EXPECT_TRUE(writer.Wants("anything"));
  writer.Apply(&mask);
  writer.BeginObject();
  EXPECT_TRUE(writer.Wants("client"));
  EXPECT_FALSE(writer.Wants("id"));
  ASSERT_TRUE(writer.BeginObject("client"));
  EXPECT_TRUE(writer.Wants("ip"));
  EXPECT_FALSE(writer.Wants("tcp"));
}

TEST(WriterDeathTest, NestingHasAnEnd) {
  EXPECT_DEATH(Written([](Writer& writer) { writer.EndObject(); }), "");
  EXPECT_DEATH(Written([](Writer& writer) {
                 for (size_t i = 0; i <= Writer::kMaxDepth; ++i) writer.BeginArray();
               }),
               "");
}

}  // namespace
}  // namespace wiregauge::json
