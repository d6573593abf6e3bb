// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shard/engine.h"

namespace wiregauge::app {

// Whether a SOURCE of the command line is a capture file: it is "-", holds a '/', has a capture
// file's suffix, or a file of that name exists and no interface does.
bool IsFile(const std::string& source);

// Names the sources: an interface by its name, a file by its base name; a name that is taken gets
// "-2", "-3" ... No sources: the default route's interface. Error kInvalidArgument for an interface
// or a file that is given twice, under whatever names: each packet would count twice.
Result<std::vector<shard::SourceOptions>> MakeSources(const std::vector<std::string>& sources);

// The same for paths of files, whatever they look like.
Result<std::vector<shard::SourceOptions>> MakeFileSources(const std::vector<std::string>& paths);

// "captures/today.pcap" -> "today.pcap"; standard input is "stdin". Valid UTF-8.
std::string NameOfFile(std::string_view path);

}  // namespace wiregauge::app
