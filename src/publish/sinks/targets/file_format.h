// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// How lines stand in a file: as they are, or as a row of gzip members (RFC 1952 section 2.2) or
// zstd frames (RFC 8878 section 3.1), which every tool reads as one.
namespace wiregauge::sinks {

enum class Compression : uint8_t { kNone, kGzip, kZstd };

// The lines as they stand there; compressed ones are in `room`.
Result<std::string_view> Pack(Compression compression, std::string_view lines, std::string& room);

// How many bytes of the end of a file are whole: up to the end of the last line, member or frame.
// Behind it is what a write did not end, or the zeros that a power failure leaves. Nothing: this is
// not the end of such a file.
std::optional<size_t> WholeBytes(Compression compression, std::string_view tail);

}  // namespace wiregauge::sinks
