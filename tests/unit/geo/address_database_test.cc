// SPDX-License-Identifier: Apache-2.0
#include "geo/address_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wiregauge::geo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string Path(const std::string& name) {
  const char* root = std::getenv("WIREGAUGE_SOURCE_DIR");
  return std::string(root != nullptr ? root : ".") + "/tests/databases/" + name;
}

std::unique_ptr<const AddressDatabase> Open(const std::string& name, Content content) {
  auto opened = AddressDatabase::Open(Path(name), content);
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }

TEST(AddressDatabaseTest, TellsCountries) {
  const auto database = Open("country.mmdb", Content::kCountry);
  const auto country = [&](const char* ip) { return database->Country(database->Find(Ip(ip))); };
  EXPECT_EQ(country("192.0.2.127").text(), "DE");
  EXPECT_EQ(country("192.0.2.128").text(), "FR");
  EXPECT_EQ(country("2001:db8:80::1").text(), "JP");
  EXPECT_FALSE(country("10.0.0.1").known());
  EXPECT_FALSE(country("2001:db8:79::1").known());
  EXPECT_EQ(database->Find(Ip("10.0.0.1")), 0U);
  EXPECT_FALSE(database->HasCity(database->Find(Ip("192.0.2.1"))));
  EXPECT_EQ(database->City(database->Find(Ip("192.0.2.1"))), std::nullopt);
  EXPECT_EQ(database->Find(Ip("198.51.100.1")), database->Find(Ip("203.0.113.1")));
}

TEST(AddressDatabaseTest, TellsCitiesInValidUtf8) {
  const auto database = Open("city.mmdb", Content::kCountry);
  const auto city = [&](const char* ip) { return database->City(database->Find(Ip(ip))); };
  EXPECT_EQ(city("192.0.2.1"), "Berlin");
  EXPECT_EQ(city("198.51.100.1"), "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(city("2001:db8:80::1"), std::string(400, 'x'));
  EXPECT_EQ(city("203.0.113.1"), std::nullopt);
  EXPECT_TRUE(database->HasCity(database->Find(Ip("192.0.2.1"))));
}

TEST(AddressDatabaseTest, WhatIsNotOfItsTypeIsNotKnown) {
  const auto database = Open("city.mmdb", Content::kCountry);
  for (const char* ip : {"2001:db8:81::1", "2001:db8:82::1"}) {
    const uint32_t entry = database->Find(Ip(ip));
    EXPECT_NE(entry, 0U) << ip;
    EXPECT_FALSE(database->Country(entry).known()) << ip;
    EXPECT_FALSE(database->HasCity(entry)) << ip;
  }
}

TEST(AddressDatabaseTest, TellsAutonomousSystems) {
  const auto database = Open("asn.mmdb", Content::kAutonomousSystem);
  const auto number = [&](const char* ip) { return database->AsNumber(database->Find(Ip(ip))); };
  const auto name = [&](const char* ip) { return database->AsName(database->Find(Ip(ip))); };
  EXPECT_EQ(number("192.0.2.1"), 64496U);
  EXPECT_EQ(name("192.0.2.1"), "Example Net");
  EXPECT_EQ(number("198.51.100.1"), 4200000000U);
  EXPECT_EQ(number("203.0.113.1"), 64496U);
  EXPECT_EQ(name("203.0.113.1"), "Example Net, Branch");
  EXPECT_EQ(number("2001:db8:80::1"), 64500U);
  EXPECT_EQ(name("2001:db8:80::1"), std::nullopt);
  EXPECT_EQ(number("2001:db8:81::1"), 0U);
  EXPECT_EQ(number("10.0.0.1"), 0U);
}

std::string Refusal(const std::string& path, Content content) {
  const auto opened = AddressDatabase::Open(path, content);
  if (opened.ok()) return "opened";
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
  return opened.error().message;
}

TEST(AddressDatabaseTest, SaysWhyAFileIsRefused) {
  EXPECT_EQ(Refusal("/nonexistent/x.mmdb", Content::kCountry),
            "/nonexistent/x.mmdb: No such file or directory");
  EXPECT_EQ(Refusal("/proc", Content::kCountry), "/proc: is no file");
  EXPECT_EQ(Refusal(Path("README.md"), Content::kCountry),
            Path("README.md") + ": is no MaxMind DB file, or a cut one");
  EXPECT_EQ(Refusal(Path("asn.mmdb"), Content::kCountry),
            Path("asn.mmdb") + ": has no country.iso_code; it is a Test-ASN database");
  EXPECT_THAT(Refusal(Path("city.mmdb"), Content::kAutonomousSystem),
              HasSubstr("has no autonomous_system_number"));
}

// A database with some bytes missing or changed, as a file of the test's.
class DamagedTest : public testing::Test {
 protected:
  DamagedTest() {
    std::ifstream file(Path("asn.mmdb"), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
  }
  ~DamagedTest() override { std::filesystem::remove(path_); }
  const std::string& Write(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return path_;
  }

  const std::string path_ = testing::TempDir() + "wiregauge_damaged_" + std::to_string(getpid());
  std::string bytes_;
};

TEST_F(DamagedTest, ACutFileIsRefusedWhereverItIsCut) {
  ASSERT_GT(bytes_.size(), 1000U);
  for (size_t size = 0; size < bytes_.size(); size += 7) {
    EXPECT_THAT(Refusal(Write(bytes_.substr(0, size)), Content::kAutonomousSystem),
                StartsWith(path_ + ": "))
        << size;
  }
  EXPECT_EQ(Refusal(Write(bytes_), Content::kAutonomousSystem), "opened");
}

TEST_F(DamagedTest, NoDamageHarms) {
  for (size_t at = 0; at < bytes_.size(); at += 3) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(~damaged[at]);
    const auto opened = AddressDatabase::Open(Write(damaged), Content::kAutonomousSystem);
    if (!opened.ok()) continue;
    for (const char* ip :
         {"192.0.2.1", "198.51.100.1", "2001:db8:80::1", "::", "255.255.255.255"}) {
      const uint32_t entry = (*opened)->Find(Ip(ip));
      (*opened)->AsNumber(entry);
      (*opened)->AsName(entry);
      (*opened)->City(entry);
    }
  }
}

TEST_F(DamagedTest, AnOpenDatabaseSurvivesItsFile) {
  auto opened = AddressDatabase::Open(Write(bytes_), Content::kAutonomousSystem);
  ASSERT_TRUE(opened.ok());
  Write("");
  EXPECT_EQ((*opened)->AsNumber((*opened)->Find(Ip("192.0.2.1"))), 64496U);
}

}  // namespace
}  // namespace wiregauge::geo
