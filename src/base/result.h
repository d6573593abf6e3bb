// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace wiregauge {

// What went wrong, as a class a caller can act on (an exit code, an HTTP status) ...
enum class ErrorCode {
  kInvalidArgument,   // the request or setting is wrong
  kNotFound,          // the named thing does not exist
  kPermissionDenied,  // the process may not do this
  kConflict,          // the thing is in a state that rules it out
  kUnavailable,       // the thing exists but cannot be used now (in use, down)
  kDataLoss,          // a file is damaged or cut
  kInternal,          // everything else
};

// ... and as a sentence for a person, built bottom-up: "open eth0: permission denied".
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

// A value or the reason there is none. std::expected is C++23; this is the part of it the project
// uses. Reading the side that is not there aborts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): as expected
  Result(Error error)
      : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor): as expected

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  T& value() & {
    WIREGAUGE_CHECK(ok());
    return *std::get_if<T>(&state_);
  }
  const T& value() const& {
    WIREGAUGE_CHECK(ok());
    return *std::get_if<T>(&state_);
  }
  T&& value() && {
    WIREGAUGE_CHECK(ok());
    return std::move(*std::get_if<T>(&state_));
  }
  const Error& error() const {
    WIREGAUGE_CHECK(!ok());
    return *std::get_if<Error>(&state_);
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

// Success, or the reason for failure.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error)
      : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): as expected

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    WIREGAUGE_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace wiregauge
