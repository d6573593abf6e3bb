// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/http/problem.h"
#include "publish/http/request.h"

namespace wiregauge::api {

// The query of one request, read strictly: what is not known, said twice or does not parse is a
// refusal. The first refusal stays; getters go on returning harmless values, so that a handler
// reads all its parameters and asks once. Borrows the request. Not thread-safe.
class Query {
 public:
  // `known` are the names this path takes.
  Query(const http::Request& request, std::span<const std::string_view> known);

  // The one value of a parameter that may stand once; null when it is not given.
  const std::string* One(std::string_view name);
  // Every value of a parameter that means "any of": repeated, and split at commas. Empty when it is
  // not given.
  std::vector<std::string_view> AnyOf(std::string_view name);
  // AnyOf, each value through `parse`, which gives nothing for a bad one: `expected` says what is
  // good ("a port from 0 to 65535").
  template <typename T>
  std::vector<T> AnyOf(std::string_view name, std::string_view expected,
                       const std::function<std::optional<T>(std::string_view)>& parse) {
    std::vector<T> values;
    for (const std::string_view text : AnyOf(name)) {
      if (std::optional<T> value = parse(text)) {
        values.push_back(*std::move(value));
      } else {
        Refuse(name, text, expected);
      }
    }
    return values;
  }
  std::optional<uint64_t> Number(std::string_view name, uint64_t least, uint64_t most);
  std::optional<bool> Boolean(std::string_view name);

  // "<name>: "<value>" is not <expected>".
  void Refuse(std::string_view name, std::string_view value, std::string_view expected);
  void Refuse(std::string_view name, std::string detail);

  // The problem to answer with, when there is one.
  std::optional<http::Response> refusal() const;
  // The same as a sentence, for who does not answer a request; empty: there is none.
  std::string refusal_text() const { return refusal_ ? refusal_->value : std::string(); }

 private:
  const http::Request& request_;
  std::optional<http::Parameter> refusal_;  // the parameter's name, and what is wrong with it
};

}  // namespace wiregauge::api
