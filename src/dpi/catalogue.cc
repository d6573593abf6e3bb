// SPDX-License-Identifier: Apache-2.0
#include <ndpi_api.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "dissect/tls.h"
#include "dpi/classifier.h"
#include "dpi/ndpi_module.h"

namespace wiregauge::dpi {
namespace {

std::string SeverityName(ndpi_risk_enum risk) {
  const ndpi_risk_info* info = ndpi_risk2severity(risk);
  return info == nullptr ? "" : ToLower(ndpi_severity2str(info->severity));
}

void AddApplications(ndpi_detection_module_struct* module, model::ApplicationCatalogue& catalogue) {
  const ndpi_proto_defaults_t* defaults = ndpi_get_proto_defaults(module);
  const unsigned count = ndpi_get_ndpi_num_supported_protocols(module);
  catalogue.applications.resize(count);
  for (unsigned id = 0; id < count; ++id) {
    if (defaults[id].protoName == nullptr) continue;
    catalogue.applications[id] = {
        .name = ToValidUtf8(defaults[id].protoName),
        .category = static_cast<uint8_t>(defaults[id].protoCategory),
        .breed = ndpi_get_proto_breed_name(module, defaults[id].protoBreed),
    };
  }
}

// First bytes with which IANA has assigned cipher suites, and GREASE. To ask libndpi for
// all 65,536 takes as long as to make a module.
bool MayBeTlsCipher(uint16_t number) {
  constexpr std::array<uint8_t, 7> kFirstBytes = {0x00, 0x13, 0x56, 0xc0, 0xc1, 0xcc, 0xd0};
  return dissect::IsGrease(number) || std::ranges::count(kFirstBytes, number >> 8) > 0;
}

// libndpi tells a number as "0X1A2B" where it has no name.
void AddTlsCiphers(model::ApplicationCatalogue& catalogue) {
  for (uint32_t number = 0; number <= UINT16_MAX; ++number) {
    if (!MayBeTlsCipher(static_cast<uint16_t>(number))) continue;
    const std::string_view name = ndpi_cipher2str(number);
    if (name.starts_with("0X")) continue;
    catalogue.tls_ciphers.push_back({static_cast<uint16_t>(number), std::string(name)});
  }
}

}  // namespace

std::shared_ptr<const model::ApplicationCatalogue> MakeCatalogue() {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  // Not for packets: without the list of Tor's nodes, which is most of its making.
  const NdpiModule module(ndpi_init_detection_module(ndpi_dont_load_tor_hosts));
  WIREGAUGE_CHECK(module != nullptr);
  AddApplications(module.get(), *catalogue);
  for (int id = 0; id < NDPI_PROTOCOL_NUM_CATEGORIES; ++id) {
    catalogue->categories.emplace_back(
        ndpi_category_get_name(module.get(), static_cast<ndpi_protocol_category_t>(id)));
  }
  catalogue->risks.resize(NDPI_MAX_RISK);  // 0 is no risk
  for (int id = NDPI_NO_RISK + 1; id < NDPI_MAX_RISK; ++id) {
    const auto risk = static_cast<ndpi_risk_enum>(id);
    catalogue->risks[id] = {.name = ndpi_risk2str(risk), .severity = SeverityName(risk)};
  }
  AddTlsCiphers(*catalogue);
  return catalogue;
}

std::string LibraryVersion() { return ndpi_revision(); }

}  // namespace wiregauge::dpi
