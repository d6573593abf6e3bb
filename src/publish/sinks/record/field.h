// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/application.h"
#include "model/flow_record.h"
#include "model/place.h"
#include "publish/sinks/record/json_members.h"

// The fields of an exported record, once: docs/sinks.md, the index template of Elasticsearch, the
// tables of MySQL and ClickHouse and every line that is sent follow from this table.
namespace wiregauge::sinks {

enum class FieldType : uint8_t {
  kText,
  kTexts,  // several
  kIpv4,   // as text, "192.0.2.1"
  kIpv6,   // as text, "2001:db8::1"
  kBoolean,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat,    // 64 bits
  kSeconds,  // since the epoch, whole
  kMillis,   // since the epoch, whole
  kTime,     // RFC 3339, UTC
};

// What a record says beside itself. Immutable, but for the names of places, which are thread-safe.
class RecordContext {
 public:
  RecordContext(std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                const model::PlaceNames& places, std::vector<std::string> interface_names,
                std::string instance_name);

  const model::ApplicationCatalogue& catalogue() const { return *catalogue_; }
  const std::shared_ptr<const model::ApplicationCatalogue>& shared_catalogue() const {
    return catalogue_;
  }
  const model::PlaceNames& places() const { return places_; }
  const std::string& instance_name() const { return instance_name_; }
  const std::vector<std::string>& interface_names() const { return interface_names_; }
  std::string_view InterfaceName(size_t index) const {  // "": there is none
    return index < interface_names_.size() ? std::string_view(interface_names_[index]) : "";
  }
  // Instance and interface, hashed.
  uint64_t Origin(size_t interface_index) const {
    return interface_index < origins_.size() ? origins_[interface_index] : origin_of_none_;
  }

 private:
  std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const model::PlaceNames& places_;
  std::vector<std::string> interface_names_;
  std::string instance_name_;
  std::vector<uint64_t> origins_;
  uint64_t origin_of_none_ = 0;
};

// A record as fields read it: what no earlier record of its flow has told.
struct Reading {
  Reading(const model::FlowRecord& record, const RecordContext& with);

  const model::FlowRecord& flow;
  const RecordContext& context;
  model::EndCounters client, server;  // since the last report
};

struct Field {
  std::string_view name;
  FieldType type = FieldType::kText;
  std::string_view help;  // a sentence, with the unit
  // Writes it, or nothing where it is not known.
  void (*write)(const Reading& reading, JsonMember out) = nullptr;
};

// In the order in which they are sent.
std::span<const Field> AllFields();
const Field* FindField(std::string_view name);  // null: there is none

// Some of the fields, each by its place among all.
using FieldSet = std::bitset<128>;
// Writes those of them that are known, in order.
void WriteFields(const Reading& reading, const FieldSet& wanted, JsonMembers& out);

// What tells one record from all others, of other flows, instances and processes too: 32
// hexadecimal digits. It is the same when the same capture file is read again, and when a record is
// sent again.
class RecordId {
 public:
  explicit RecordId(const Reading& reading);
  std::string_view view() const { return {digits_.data(), digits_.size()}; }
  std::span<const char, 32> storage() const { return digits_; }

 private:
  std::array<char, 32> digits_;
};

}  // namespace wiregauge::sinks
