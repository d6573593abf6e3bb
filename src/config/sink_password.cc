// SPDX-License-Identifier: Apache-2.0
#include "config/sink_password.h"

#include <cstdlib>

#include "config/read_file.h"
#include "config/value.h"

namespace wiregauge::config {
namespace {

constexpr size_t kMostBytes = 4096;

// It goes into headers and the like, where a line end would begin something else.
std::string WrongWith(std::string_view password) {
  if (password.empty()) return "is empty";
  if (password.size() > kMostBytes) return "is longer than 4096 bytes";
  std::string scratch;
  const std::string text(password);
  if (Assign(ValueRule{}, {&text, 1}, Target(&scratch)).ok()) return {};
  return "expected one line of UTF-8 without control characters";
}

Status CheckPassword(const std::string& source, std::string_view password) {
  const std::string problem = WrongWith(password);
  if (problem.empty()) return {};
  return Error{ErrorCode::kInvalidArgument, source + ": " + problem};
}

Status ReadPasswordFile(Sink& sink) {
  const std::string source = "password_file: " + sink.password_file;
  auto text = ReadFile(sink.password_file, kMostBytes + 2);
  if (!text.ok()) {
    return Error{text.error().code, source + ": cannot be read: " + text.error().message};
  }
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (Status good = CheckPassword(source, *text); !good) return good;
  sink.password = *text;
  return {};
}

Status ReadOne(Sink& sink) {
  if (!sink.password.empty()) return CheckPassword("its password", sink.password);
  if (!sink.password_file.empty()) return ReadPasswordFile(sink);
  const std::string variable = SinkPasswordVariable(sink.name);
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') return {};
  if (Status good = CheckPassword(variable, value); !good) return good;
  sink.password = value;
  return {};
}

}  // namespace

std::string SinkPasswordVariable(std::string_view sink_name) {
  std::string variable = "WIREGAUGE_SINK_";
  for (const char c : sink_name) {
    const bool is_lower = c >= 'a' && c <= 'z';
    variable.push_back(c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return variable + "_PASSWORD";
}

Status ReadPassword(Sink& sink) {
  if (Status read = ReadOne(sink); !read) return read;
  // MySQL's client takes the system's user.
  if (sink.password.empty() || !sink.user.empty() || sink.type == "mysql") return {};
  return Error{ErrorCode::kInvalidArgument, "its password needs a user"};
}

}  // namespace wiregauge::config
