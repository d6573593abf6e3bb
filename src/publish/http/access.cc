// SPDX-License-Identifier: Apache-2.0
#include "publish/http/access.h"

#include "base/text.h"

namespace wiregauge::http {
namespace {

std::optional<uint32_t> Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

// RFC 4648 section 4; padding may be missing, as it may in Authorization (RFC 9110 section 11.2).
std::optional<std::string> DecodeBase64(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = Base64Digit(c);
    if (!digit) return std::nullopt;
    bits = bits << 6 | *digit;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return bytes;
}

Credentials ParseBasic(std::string_view text) {
  const auto pair = DecodeBase64(text);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return {};
  return {.scheme = Credentials::Scheme::kBasic,
          .user = pair->substr(0, colon),
          .secret = pair->substr(colon + 1)};
}

Response Challenge(Credentials::Scheme scheme, ErrorForm form) {
  const bool named = scheme != Credentials::Scheme::kNone;
  Response response = ProblemResponse(
      401,
      named ? "The name and the password, or the token, are not good ones."
            : "This needs an account: send a name and a password (Basic), or a token "
              "(Bearer), in Authorization.",
      form);
  response.headers.push_back({"WWW-Authenticate", R"(Basic realm="wiregauge", charset="UTF-8")"});
  const bool bad_token = scheme == Credentials::Scheme::kBearer;
  response.headers.push_back(
      {"WWW-Authenticate", bad_token ? R"(Bearer realm="wiregauge", error="invalid_token")"
                                     : R"(Bearer realm="wiregauge")"});
  return response;
}

}  // namespace

Credentials ParseAuthorization(std::string_view header) {
  const size_t space = header.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string scheme = ToLower(header.substr(0, space));
  const std::string_view rest = Trim(header.substr(space + 1));
  if (scheme == "basic") return ParseBasic(rest);
  if (scheme != "bearer" || rest.empty()) return {};
  return {.scheme = Credentials::Scheme::kBearer, .user = {}, .secret = std::string(rest)};
}

Response RefuseAccess(const model::Verdict& verdict, Credentials::Scheme scheme, ErrorForm form) {
  const bool busy = verdict.result == model::AuthenticationResult::kBusy;
  if (!busy && verdict.result != model::AuthenticationResult::kThrottled) {
    return Challenge(scheme, form);
  }
  const std::string seconds = std::to_string(verdict.retry_after.count());
  const std::string why =
      busy ? "No more logins can be verified just now" : "Too many logins failed";
  Response response =
      ProblemResponse(429, why + "; try again in " + seconds + " s (Retry-After).", form);
  response.headers.push_back({"Retry-After", seconds});
  return response;
}

std::optional<Response> RefuseByPolicy(const model::Identity& identity, const RoutePolicy& policy) {
  if (policy.access == Access::kAdmin && identity.role != model::Role::kAdmin) {
    return ProblemResponse(403, "This is for users with the role admin.", policy.errors);
  }
  if (identity.is_restricted() && policy.scope == Scope::kWhole) {
    return ProblemResponse(403, "This tells of all traffic; you may see some of it only.",
                           policy.errors);
  }
  if (!identity.networks.empty() && policy.scope == Scope::kByInterface) {
    return ProblemResponse(
        403, "This cannot be told apart by network; you may see some of them only.", policy.errors);
  }
  return std::nullopt;
}

}  // namespace wiregauge::http
