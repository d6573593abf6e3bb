// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregauge::stream {

// Server-sent events (WHATWG HTML, section 9.2) and their ids, "<run>-<number>". The run names the
// process: numbers of another one mean nothing here. The number is that of the next record, counted
// from 0 at the start, so whoever sends it back gets what follows.
struct EventId {
  std::string run;
  uint64_t next_record = 0;

  bool operator==(const EventId&) const = default;
};

// 16 hexadecimal digits that no other process has.
std::string MakeRun();

std::string FormatEventId(std::string_view run, uint64_t next_record);
// Nothing: it is not of this form.
std::optional<EventId> ParseEventId(std::string_view text);

// Why records are missing.
enum class GapReason : uint8_t {
  kSlowReader,  // the client was so far behind that they were no longer kept
  kTooOld,      // they were no longer kept when it came back
  kUnknownId,   // its Last-Event-ID is of another process
};
const char* GapReasonName(GapReason reason);

struct Gap {
  std::optional<uint64_t> missed;  // nothing: it cannot be told
  bool exact = true;               // false: some of them would perhaps not have been in this stream
  GapReason reason = GapReason::kSlowReader;
};

// Appends one event each; `json` has no line break.
void AppendFlowEvent(std::string_view id, std::string_view json, std::string& out);
void AppendGapEvent(std::string_view id, const Gap& gap, std::string& out);
// No events: the client takes the id all the same.
void AppendStart(std::string_view id, std::string& out);  // and how soon to come back
void AppendKeepAlive(std::string_view id, std::string& out);

}  // namespace wiregauge::stream
