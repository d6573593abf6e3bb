// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "model/place.h"

struct MMDB_s;

namespace wiregauge::geo {

// What a file must tell of addresses, in the members that GeoLite2 and DB-IP Lite have.
enum class Content : uint8_t {
  kCountry,           // country.iso_code, and in some city.names.en
  kAutonomousSystem,  // autonomous_system_number, autonomous_system_organization
};

// A database of addresses in the MaxMind DB format (version 2). It is read into memory when it is
// opened, so that a file which is overwritten in place harms nobody.
//
// Thread-safety: immutable. A look-up allocates nothing; a damaged part of the file tells nothing.
class AddressDatabase {
 public:
  // Error kInvalidArgument when the file cannot be read, is no such database or a broken one, or
  // has no record with the content: "PATH: why".
  static Result<std::unique_ptr<const AddressDatabase>> Open(const std::string& path,
                                                             Content content);
  ~AddressDatabase();
  AddressDatabase(const AddressDatabase&) = delete;
  AddressDatabase& operator=(const AddressDatabase&) = delete;

  // Where the database has what it knows of the address; 0: it knows nothing.
  uint32_t Find(const IpAddress& ip) const noexcept;

  // Of an entry that Find gave; what is not there, or not of its type, is not known.
  uint32_t AsNumber(uint32_t entry) const noexcept;
  model::CountryCode Country(uint32_t entry) const noexcept;
  bool HasCity(uint32_t entry) const noexcept;
  bool HasAsName(uint32_t entry) const noexcept;
  // In English; valid UTF-8.
  std::optional<std::string> City(uint32_t entry) const;
  std::optional<std::string> AsName(uint32_t entry) const;

 private:
  explicit AddressDatabase(std::unique_ptr<MMDB_s> database);

  std::unique_ptr<MMDB_s> database_;
};

// "1.7.1"
std::string LibraryVersion();

}  // namespace wiregauge::geo
