// SPDX-License-Identifier: Apache-2.0
#include "publish/http/router.h"

#include <algorithm>
#include <exception>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "publish/http/problem.h"

namespace wiregauge::http {

struct Router::Endpoint {
  std::variant<Handler, DeferredHandler> handler;
  RoutePolicy policy;
  std::vector<std::string> parameter_names;  // of the whole template, left to right
};

// One segment of the templates; the root stands for "/".
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::string path_template;
  std::map<Method, Endpoint> endpoints;
};

// Where a request goes.
struct Router::Match {
  std::shared_ptr<const Router> owner;     // of what follows, when that is mounted
  const Node* node = nullptr;              // null: no template has its path
  const Endpoint* endpoint = nullptr;      // null: nor its method
  std::vector<const std::string*> values;  // of the template's parameters, left to right
};

namespace {

// The templates become labels of metrics and fields of logs.
constexpr size_t kMostTemplateBytes = 256;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What a path holds without escapes (RFC 3986 section 3.3, pchar).
bool IsPathCharacter(char c) {
  return IsWordCharacter(c) ||
         std::string_view("-.~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// One segment of a template.
struct Part {
  bool is_parameter = false;
  std::string text;  // a parameter's without the braces
};

// Why it is none; null: it is one.
const char* ReadPart(std::string_view segment, Part& part) {
  if (segment.empty()) return "has an empty segment";
  if (segment == "." || segment == "..") return "has a segment that clients resolve, . or ..";
  part.is_parameter = segment.front() == '{';
  if (part.is_parameter) {
    if (segment.back() != '}') return "has a { that is not closed at the end of its segment";
    segment = segment.substr(1, segment.size() - 2);
    if (segment.empty()) return "has a parameter without a name";
  }
  part.text = segment;
  const bool is_good =
      std::ranges::all_of(segment, part.is_parameter ? IsWordCharacter : IsPathCharacter);
  if (is_good) return nullptr;
  return part.is_parameter ? "has a parameter whose name is not of letters, digits and _"
                           : "has a character that does not stand in a path";
}

// "/a/{b}/" -> "a", parameter "b"; why it is no template; null: it is one.
const char* ReadTemplate(std::string_view path_template, std::vector<Part>& parts) {
  if (path_template.size() > kMostTemplateBytes) return "is longer than 256 bytes";
  if (!path_template.starts_with('/')) return "does not begin with /";
  path_template.remove_prefix(1);
  if (path_template.size() > 1 && path_template.ends_with('/')) path_template.remove_suffix(1);
  if (path_template.empty()) return nullptr;
  for (const std::string_view segment : Split(path_template, '/')) {
    Part part;
    if (const char* const why = ReadPart(segment, part)) return why;
    const bool is_repeated = std::ranges::any_of(parts, [&](const Part& before) {
      return part.is_parameter && before.is_parameter && before.text == part.text;
    });
    if (is_repeated) return "names a parameter twice";
    parts.push_back(std::move(part));
  }
  return nullptr;
}

Error BadTemplate(ErrorCode code, std::string_view path_template, const std::string& why) {
  return {code, "the path \"" + ToValidUtf8(path_template) + "\" " + why};
}

// Called where something was caught.
Response AnswerToException(const std::string& path, ErrorForm errors) {
  try {
    throw;
  } catch (const std::exception& exception) {
    log::Error("http", "a handler threw", {{"path", path}, {"error", exception.what()}});
  } catch (...) {
    log::Error("http", "a handler threw something unknown", {{"path", path}});
  }
  return ProblemResponse(500, "The request failed inside the server; its log says why.", errors);
}

Response CallHandler(const Handler& handler, const Request& request, ErrorForm errors) {
  try {
    return handler(request);
  } catch (...) {
    return AnswerToException(request.path, errors);
  }
}

// Nothing: the response comes by the reply.
std::optional<Response> CallHandler(const DeferredHandler& handler, Request request,
                                    const Defer& defer, ErrorForm errors) {
  const std::string path = request.path;
  try {
    handler(std::move(request), defer());
    return std::nullopt;
  } catch (...) {
    return AnswerToException(path, errors);
  }
}

// What is asked of who asks for a path, or a method, that has no route.
constexpr RoutePolicy kNoRoute{.access = Access::kViewer, .scope = Scope::kNoTraffic};

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::Add(Method method, std::string_view path_template, Handler handler,
                 RoutePolicy policy) {
  WIREGAUGE_CHECK(TryAdd(method, path_template, std::move(handler), policy).ok());
}

void Router::AddDeferred(Method method, std::string_view path_template, DeferredHandler handler,
                         RoutePolicy policy) {
  WIREGAUGE_CHECK(TryAddDeferred(method, path_template, std::move(handler), policy).ok());
}

Status Router::TryAdd(Method method, std::string_view path_template, Handler handler,
                      RoutePolicy policy) {
  return AddEndpoint(method, path_template, {std::move(handler), policy, {}});
}

Status Router::TryAddDeferred(Method method, std::string_view path_template,
                              DeferredHandler handler, RoutePolicy policy) {
  return AddEndpoint(method, path_template, {std::move(handler), policy, {}});
}

Status Router::AddEndpoint(Method method, std::string_view path_template, Endpoint endpoint) {
  if (method == Method::kHead || method == Method::kOptions) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string(MethodName(method)) + " comes by itself and cannot be added"};
  }
  std::vector<Part> parts;
  if (const char* const why = ReadTemplate(path_template, parts)) {
    return BadTemplate(ErrorCode::kInvalidArgument, path_template, why);
  }
  Node* node = root_.get();
  for (Part& part : parts) {
    std::unique_ptr<Node>& next = part.is_parameter ? node->parameter : node->literals[part.text];
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
    if (part.is_parameter) endpoint.parameter_names.push_back(std::move(part.text));
  }
  if (!node->endpoints.empty() && node->path_template != path_template) {
    return BadTemplate(ErrorCode::kConflict, path_template,
                       "is taken: \"" + node->path_template + "\" matches the same");
  }
  if (node->endpoints.contains(method)) {
    return BadTemplate(ErrorCode::kConflict, path_template,
                       "is taken for " + std::string(MethodName(method)));
  }
  const Route route{method, std::string(path_template), endpoint.policy};
  node->path_template = path_template;
  node->endpoints.emplace(method, std::move(endpoint));
  const auto before = [](const Route& a, const Route& b) {
    return std::tie(a.path_template, a.method) < std::tie(b.path_template, b.method);
  };
  routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, before), route);
  return {};
}

void Router::Mount(std::function<std::shared_ptr<const Router>()> current) {
  WIREGAUGE_CHECK(!mounted_);
  mounted_ = std::move(current);
}

std::vector<Route> Router::routes() const { return routes_; }

const Router::Node* Router::Descend(const Node& node, const Request& request, size_t depth,
                                    std::vector<const std::string*>& values) {
  const size_t first = depth;
  while (depth < request.segments.size() && request.segments[depth].empty()) ++depth;
  if (depth == request.segments.size()) return node.endpoints.empty() ? nullptr : &node;
  const std::string& segment = request.segments[depth];
  if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
    const Node* const match = Descend(*literal->second, request, depth + 1, values);
    if (match != nullptr) return match;
  }
  if (node.parameter == nullptr || depth != first) return nullptr;
  values.push_back(&segment);
  const Node* const match = Descend(*node.parameter, request, depth + 1, values);
  if (match == nullptr) values.pop_back();
  return match;
}

std::string Router::AllowedMethods(const Node& node) {
  std::string allowed;
  for (const auto& [method, endpoint] : node.endpoints) {
    allowed += std::string(MethodName(method)) + ", ";
    if (method == Method::kGet) allowed += "HEAD, ";
  }
  return allowed + "OPTIONS";
}

Router::Match Router::Find(const Request& request) const {
  Match match = FindHere(request);
  if (match.node != nullptr || !mounted_) return match;
  std::shared_ptr<const Router> mounted = mounted_();
  if (mounted == nullptr) return match;
  match = mounted->FindHere(request);
  match.owner = std::move(mounted);
  return match;
}

Router::Match Router::FindHere(const Request& request) const {
  Match match;
  match.node = Descend(*root_, request, 0, match.values);
  if (match.node == nullptr) return match;
  const Method method = request.method == Method::kHead ? Method::kGet : request.method;
  const auto found = match.node->endpoints.find(method);
  if (found != match.node->endpoints.end()) match.endpoint = &found->second;
  return match;
}

ErrorForm Router::ErrorFormOf(const Request& request) const {
  if (const auto form = FormAlong(request)) return *form;
  const std::shared_ptr<const Router> mounted = mounted_ ? mounted_() : nullptr;
  if (mounted == nullptr) return ErrorForm::kProblem;
  return mounted->FormAlong(request).value_or(ErrorForm::kProblem);
}

std::optional<ErrorForm> Router::FormAlong(const Request& request) const {
  const Node* node = root_.get();
  std::optional<ErrorForm> form;
  for (const std::string& segment : request.segments) {
    if (segment.empty()) continue;
    const auto next = node->literals.find(segment);
    if (next == node->literals.end()) break;
    node = next->second.get();
    if (!node->endpoints.empty()) form = node->endpoints.begin()->second.policy.errors;
  }
  return form;
}

std::optional<Router::Answer> Router::Refuse(const Match& match, Request& request,
                                             const Guard& guard) const {
  const bool is_options = request.method == Method::kOptions;
  if (match.node != nullptr && is_options) return std::nullopt;
  const std::string_view path_template =
      match.node != nullptr ? std::string_view(match.node->path_template) : std::string_view();
  RoutePolicy policy = match.endpoint != nullptr ? match.endpoint->policy : kNoRoute;
  if (match.endpoint == nullptr) policy.errors = ErrorFormOf(request);
  if (guard && !is_options) {
    if (auto refusal = guard(request, policy)) return Answer{*std::move(refusal), path_template};
  }
  if (match.node == nullptr) {
    const std::string detail = "There is nothing at " + ToValidUtf8(request.path) + ".";
    return Answer{ProblemResponse(404, detail, policy.errors), path_template};
  }
  if (match.endpoint != nullptr) return std::nullopt;
  Response response = ProblemResponse(
      405, std::string(MethodName(request.method)) + " does not work here; Allow lists what does.",
      policy.errors);
  response.headers.push_back({"Allow", AllowedMethods(*match.node)});
  return Answer{std::move(response), path_template};
}

std::optional<Router::Answer> Router::Refuse(Request& request, const Guard& guard) const {
  const Match match = Find(request);
  std::optional<Answer> answer = Refuse(match, request, guard);
  if (answer) answer->owner = match.owner;
  return answer;
}

Router::Answer Router::Dispatch(Request request, const Guard& guard, const Defer& defer) const {
  const Match match = Find(request);
  Answer answer = Follow(match, request, guard, defer);
  answer.owner = match.owner;
  return answer;
}

Router::Answer Router::Follow(const Match& match, Request& request, const Guard& guard,
                              const Defer& defer) const {
  if (auto refusal = Refuse(match, request, guard)) return *std::move(refusal);
  const std::string_view path_template = match.node->path_template;
  if (request.method == Method::kOptions) {
    Response response;
    response.status = 204;
    response.headers.push_back({"Allow", AllowedMethods(*match.node)});
    return {std::move(response), path_template};
  }
  if (request.method == Method::kHead) request.method = Method::kGet;
  for (size_t i = 0; i < match.values.size(); ++i) {
    request.path_parameters.push_back({match.endpoint->parameter_names[i], *match.values[i]});
  }
  return Call(*match.endpoint, std::move(request), defer, path_template);
}

Router::Answer Router::Call(const Endpoint& endpoint, Request request, const Defer& defer,
                            std::string_view path_template) {
  const ErrorForm errors = endpoint.policy.errors;
  if (const auto* const handler = std::get_if<Handler>(&endpoint.handler)) {
    return {CallHandler(*handler, request, errors), path_template};
  }
  const auto& handler = std::get<DeferredHandler>(endpoint.handler);
  auto failure = CallHandler(handler, std::move(request), defer, errors);
  if (failure) return {*std::move(failure), path_template};
  return {Response(), path_template, errors, /*is_deferred=*/true};
}

}  // namespace wiregauge::http
