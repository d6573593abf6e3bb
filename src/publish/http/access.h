// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "model/authentication.h"
#include "publish/http/problem.h"
#include "publish/http/response.h"

namespace wiregauge::http {

// Who may use a route.
enum class Access : uint8_t {
  kOpen,    // everybody, without an account
  kViewer,  // every user
  kAdmin,
};

// How far a route can be kept to what a restricted user may see. The default refuses it to them:
// a route has to say what it is able to do.
enum class Scope : uint8_t {
  kWhole,        // it cannot: restricted users get 403
  kByInterface,  // to some interfaces; who is kept to networks gets 403
  kByNetwork,    // to some interfaces and to some networks
  kNoTraffic,    // it tells nothing of the traffic
};

struct RoutePolicy {
  Access access = Access::kViewer;
  Scope scope = Scope::kWhole;
  ErrorForm errors = ErrorForm::kProblem;  // of the server's own answers

  bool operator==(const RoutePolicy&) const = default;
};

// What an Authorization header holds.
struct Credentials {
  enum class Scheme : uint8_t { kNone, kBasic, kBearer };

  Scheme scheme = Scheme::kNone;
  std::string user;    // kBasic
  std::string secret;  // the password, or the token
};

// RFC 7617 and RFC 6750 section 2.1. What has another form, or another scheme, names nobody.
Credentials ParseAuthorization(std::string_view header);

// Says who has these credentials. Called on any worker thread, also at the same time.
using Gate = std::function<model::Verdict(const Credentials& credentials, const IpAddress& from)>;

// What a request that was not accepted is answered: 401 with WWW-Authenticate, or 429 with
// Retry-After.
Response RefuseAccess(const model::Verdict& verdict, Credentials::Scheme scheme,
                      ErrorForm form = ErrorForm::kProblem);

// 403 for what this user may not have; nothing when they may.
std::optional<Response> RefuseByPolicy(const model::Identity& identity, const RoutePolicy& policy);

}  // namespace wiregauge::http
