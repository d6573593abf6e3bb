// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wiregauge::config {

// What the options of sinks accept as text; the words that say so are in their table.

// a-z, 0-9, _ and -, 1 to 32 of them.
bool IsSinkName(std::string_view text);

// A name or an address, IPv6 without brackets.
bool IsHost(std::string_view text);
bool IsHostOrSocket(std::string_view text);
// A host, IPv6 in brackets, and perhaps a port.
bool IsHostPerhapsWithPort(std::string_view text);
bool IsUrl(std::string_view text);

// Of Elasticsearch; the name may hold %Y, %m, %d and %H.
bool IsIndex(std::string_view text);
bool IsMappingType(std::string_view text);

bool IsSqlName(std::string_view text);

// Of Kafka.
bool IsTopic(std::string_view text);
bool IsProperty(std::string_view text);

bool IsFile(std::string_view text);
bool IsSpoolSize(std::string_view text);

}  // namespace wiregauge::config
