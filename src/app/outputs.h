// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/output_file.h"
#include "base/result.h"
#include "config/command_line.h"

namespace wiregauge::app {

// The files that one-shot mode writes. One thread at a time; failed() from any.
class Outputs {
 public:
  // Opens what `line` wants. Nothing is touched when it fails: kInvalidArgument for an output that
  // is one of the captures to be read, or the other output, by whatever name; another code for one
  // that cannot be opened.
  static Result<Outputs> Open(const config::CommandLine& line);

  OutputFile* flows() const { return flows_.get(); }  // null: not wanted
  OutputFile* hosts() const { return hosts_.get(); }

  bool failed() const;
  void Replace();  // see OutputFile
  // Closes all: the sentences that tell what could not be written.
  std::vector<std::string> Finish();

 private:
  std::unique_ptr<OutputFile> flows_, hosts_;
};

}  // namespace wiregauge::app
