// SPDX-License-Identifier: Apache-2.0
#include "app/outputs.h"

#include <algorithm>
#include <initializer_list>

namespace wiregauge::app {
namespace {

Error SameFile(const std::string& one, const std::string& other) {
  return Error{ErrorCode::kInvalidArgument,
               one + " and " + other + " are the same file; nothing was read or written"};
}

// Asked before an output is opened, which could hang at a pipe, and after it, when it may be a
// capture's path that was not there before.
Status CheckNotRead(const std::string& option, const std::optional<FileIdentity>& output,
                    const std::vector<std::string>& captures) {
  if (!output.has_value()) return {};
  const auto same = std::ranges::find_if(
      captures, [&](const std::string& capture) { return IdentifyInput(capture) == output; });
  if (same == captures.end()) return {};
  return SameFile(option, "-r " + *same);
}

Status OpenOne(const std::string& option, const std::string& path,
               const std::vector<std::string>& captures, std::unique_ptr<OutputFile>& file) {
  if (path.empty()) return {};
  const std::string name = option + " " + path;
  if (path != "-") {
    if (Status before = CheckNotRead(name, IdentifyPath(path), captures); !before) return before;
  }
  auto opened = OutputFile::Open(path);
  if (!opened) return opened.error();
  file = std::move(*opened);
  return CheckNotRead(name, file->identity(), captures);
}

}  // namespace

Result<Outputs> Outputs::Open(const config::CommandLine& line) {
  Outputs outputs;
  Status opened = OpenOne("--flows", line.flows_path, line.read_files, outputs.flows_);
  if (!opened) return opened.error();
  const bool both = outputs.flows_ != nullptr && !line.hosts_path.empty();
  const auto flows = both ? outputs.flows_->identity() : std::nullopt;
  const Error same = SameFile("--flows " + line.flows_path, "--hosts " + line.hosts_path);
  if (flows.has_value() && IdentifyPath(line.hosts_path) == flows) return same;
  opened = OpenOne("--hosts", line.hosts_path, line.read_files, outputs.hosts_);
  if (!opened) return opened.error();
  if (flows.has_value() && outputs.hosts_->identity() == flows) return same;
  return outputs;
}

bool Outputs::failed() const {
  return (flows_ != nullptr && flows_->failed()) || (hosts_ != nullptr && hosts_->failed());
}

void Outputs::Replace() {
  for (OutputFile* const file : {flows(), hosts()}) {
    if (file != nullptr) file->Replace();
  }
}

std::vector<std::string> Outputs::Finish() {
  std::vector<std::string> problems;
  for (OutputFile* const file : {flows(), hosts()}) {
    if (file == nullptr) continue;
    const Status status = file->Finish();
    if (!status.ok()) problems.push_back(status.error().message);
  }
  return problems;
}

}  // namespace wiregauge::app
