// SPDX-License-Identifier: Apache-2.0
#include "app/interface_watch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "alerts/alert_content.h"
#include "base/log.h"
#include "base/text.h"

namespace wiregauge::app {
namespace {

// In these there are no packets.
constexpr std::string_view kBadStates[] = {"gone", "failed"};

std::string TypeOf(std::string_view state) { return "interface_" + std::string(state); }

// Cut where a character ends.
std::string TextOf(const snapshot::InterfaceView& view) {
  std::string text = view.name + " is " + view.state;
  if (!view.problem.empty()) text += ": " + view.problem;
  text = ToValidUtf8(text);
  size_t size = std::min(text.size(), alerts::kMostTextBytes);
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

void InterfaceWatch::Look(const snapshot::Snapshot& snapshot) {
  for (const snapshot::InterfaceView& view : snapshot.interfaces) {
    // A worker that does not answer knows nothing of the interface.
    if (view.live && view.state != "stalled") LookAt(view);
  }
}

void InterfaceWatch::LookAt(const snapshot::InterfaceView& view) {
  if (std::exchange(states_[view.name], view.state) == view.state) return;
  const model::AlertSubject subject{model::SubjectKind::kInterface, view.name, view.name};
  for (const std::string_view state : kBadStates) {
    if (view.state != state) {
      book_.Release(TypeOf(state), subject);
      continue;
    }
    const auto raised = book_.Raise({.type = TypeOf(state),
                                     .severity = model::Severity::kError,
                                     .subject = subject,
                                     .text = TextOf(view),
                                     .details = {},
                                     .source = "service",
                                     .value = {},
                                     .threshold = {}});
    if (!raised.ok()) {
      log::Warning("app", "an alert is not raised", {{"problem", raised.error().message}});
    }
  }
}

}  // namespace wiregauge::app
