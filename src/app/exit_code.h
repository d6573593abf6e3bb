// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "shard/engine.h"

namespace wiregauge::app {

// What the process ends with; part of the contract.
enum class ExitCode : int {
  kOk = 0,
  kFailure = 1,           // at run time: a file, an interface, a port, a disk
  kUsage = 2,             // the command line
  kNotPermitted = 4,      // to capture
  kBadConfiguration = 6,  // the settings
};

// "wiregauge: <message>" on stderr.
void Complain(const std::string& message);

// Writes the text to standard output. A full disk or a reader that went away is a kFailure: it shows
// at the latest when the text is flushed.
ExitCode Print(const std::string& text);

// Says why the program does not run and gives the code to end with.
ExitCode Refuse(const Error& error, ExitCode code);

// For an error of a part that the settings describe: kBadConfiguration when one of them is wrong.
ExitCode RefuseStart(const Error& error);

// Ends the process as it stands, with kFailure.
[[noreturn]] void GiveUp(const std::string& reason);

// For an error that the engine gave when it started with `options`: tries the sources once more,
// one by one and without the filter, to learn which of them it was, or that it was the filter.
ExitCode ExitCodeOfStart(const Error& error, const shard::EngineOptions& options);

}  // namespace wiregauge::app
