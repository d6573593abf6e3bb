// SPDX-License-Identifier: Apache-2.0
#include "publish/http/service.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "publish/http/gzip.h"
#include "publish/http/problem.h"

namespace wiregauge::http {
namespace {

using std::chrono::steady_clock;

void AppendTwoDigits(unsigned number, std::string& out) {
  out.push_back(static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7); not strftime, which knows locales.
void AppendHttpDate(Timestamp time, std::string& out) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  out += kDays[std::chrono::weekday(day).c_encoding()];
  out += ", ";
  AppendTwoDigits(static_cast<unsigned>(date.day()), out);
  out += ' ';
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out += ' ';
  out += std::to_string(static_cast<int>(date.year()));
  out += ' ';
  AppendTwoDigits(static_cast<unsigned>(clock.hours().count()), out);
  out += ':';
  AppendTwoDigits(static_cast<unsigned>(clock.minutes().count()), out);
  out += ':';
  AppendTwoDigits(static_cast<unsigned>(clock.seconds().count()), out);
  out += " GMT";
}

// Header lines are built from what rooms and traffic chose: nothing may end one early.
void AppendHeader(std::string_view name, std::string_view value, std::string& out) {
  out.append(name);
  out += ": ";
  for (const char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  out += "\r\n";
}

bool HasHeader(const Response& response, std::string_view name) {
  for (const Header& header : response.headers) {
    if (header.name == name) return true;
  }
  return false;
}

bool IsText(std::string_view content_type) {
  for (const std::string_view sign : {"text/", "json", "yaml", "xml", "javascript"}) {
    if (content_type.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

// So many connections one address may have however few there may be in all.
constexpr size_t kLeastOfOneAddress = 16;
constexpr std::chrono::minutes kRefusalInterval(1);
constexpr std::chrono::milliseconds kDrainTime(1000);

// Who has an IPv6 address has its /64.
IpAddress HolderOf(const IpAddress& address) {
  return address.version() == 6 ? IpNetwork(address, 64).address() : address;
}

Response AllowAll() {
  Response response;
  response.status = 204;
  response.headers.push_back({"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
  return response;
}

// RFC 9110 sections 15.3.5 and 15.4.5: these two have no body, and no length of one here.
bool HasBody(const Response& response) { return response.status != 204 && response.status != 304; }

}  // namespace

Service::Service(const ServerOptions& options, Router router, Observer observer)
    : options_(options),
      allowed_hosts_(options.allowed_hosts.has_value()
                         ? std::optional<AllowedHosts>(*options.allowed_hosts)
                         : std::nullopt),
      router_(std::move(router)),
      observer_(std::move(observer)),
      guard_([this](Request& request, const RoutePolicy& policy) {
        return Authorize(request, policy);
      }) {}

Service::Exchange Service::Ask(IncomingRequest incoming, const Defer& defer) const {
  const Request& request = incoming.request;
  const std::string* const encodings = request.FindHeader("accept-encoding");
  return {
      .start = steady_clock::now(),
      .method = request.method,
      .wire = {.keep_alive = incoming.keep_alive, .is_http10 = incoming.is_http10},
      .gzip = encodings != nullptr && AcceptsGzip(*encodings),
      .preflight = ReadPreflight(request),
      .answer = Route(std::move(incoming), defer),
  };
}

void Service::Complete(Exchange& exchange, std::optional<Response> response) const {
  Router::Answer& answer = exchange.answer;
  answer.is_deferred = false;
  if (response.has_value()) {
    answer.response = *std::move(response);
    return;
  }
  log::Error("http", "a deferred request was never answered",
             {{"route", std::string(answer.path_template)}});
  answer.response = ProblemResponse(
      500, "The request failed inside the server: nothing answered it.", answer.errors);
}

void Service::Write(Exchange& exchange, std::string& out, std::string& large_body) const {
  Response& response = exchange.answer.response;
  // Or the page that asks would never see the 401 or 404.
  if (exchange.preflight.is_one && response.status == 404) response = AllowAll();
  AddCors(exchange.preflight, response);
  Compress(exchange.gzip, response);
  WriteHead(response, exchange.wire, out);
  if (exchange.method != Method::kHead && HasBody(response)) {
    if (response.body.size() < kLargeBody) {
      out += response.body;
    } else {
      large_body = std::move(response.body);
    }
  }
  Observe(exchange.answer, exchange.method, exchange.start);
}

bool Service::AnswerHead(IncomingRequest& head, std::string& out) const {
  const auto start = steady_clock::now();
  std::optional<Router::Answer> answer;
  if (auto response = AnswerWithoutRoute(head)) {
    answer = Router::Answer{*std::move(response), {}};
  } else {
    const Guard guard = [this, &head](Request& request, const RoutePolicy& policy) {
      head.admitted_to = policy;
      return Authorize(request, policy);
    };
    answer = router_.Refuse(head.request, guard);
  }
  if (!answer.has_value()) return false;
  AddCors({}, answer->response);
  WriteHead(answer->response, {.keep_alive = false, .is_http10 = head.is_http10}, out);
  if (head.request.method != Method::kHead) out += answer->response.body;
  Observe(*answer, head.request.method, start);
  return true;
}

Router::Answer Service::Route(IncomingRequest incoming, const Defer& defer) const {
  if (auto response = AnswerWithoutRoute(incoming)) return {*std::move(response), {}};
  if (!incoming.admitted_to.has_value()) {
    return router_.Dispatch(std::move(incoming.request), guard_, defer);
  }
  // The path may lead to another route than its head did: what is mounted changes.
  const Guard guard = [this, &incoming](Request& request, const RoutePolicy& policy) {
    return policy == *incoming.admitted_to ? std::nullopt : Authorize(request, policy);
  };
  return router_.Dispatch(std::move(incoming.request), guard, defer);
}

std::optional<Response> Service::AnswerWithoutRoute(const IncomingRequest& incoming) const {
  if (incoming.fault.has_value()) return ProblemResponse(*incoming.fault);
  if (IsMisdirected(incoming.request)) {
    return ProblemResponse(
        421,
        "The service does not go by the name in the Host header; http.allowed_hosts can name it.",
        router_.ErrorFormOf(incoming.request));
  }
  if (incoming.request.path != "*" || incoming.request.method != Method::kOptions) {
    return std::nullopt;
  }
  return AllowAll();
}

void Service::Observe(const Router::Answer& answer, Method method,
                      steady_clock::time_point start) const {
  if (!observer_) return;
  const std::chrono::duration<double> taken = steady_clock::now() - start;
  observer_({.path_template = answer.path_template,
             .method = MethodName(method),
             .status = answer.response.status,
             .seconds = taken.count()});
}

void Service::Refuse(Problem problem, const Request& request, std::string& out) const {
  problem.form = router_.ErrorFormOf(request);
  Response response = ProblemResponse(problem);
  AddCors({}, response);
  WriteHead(response, {.keep_alive = false, .is_http10 = false}, out);
  out += response.body;
  if (observer_)
    observer_({.path_template = {}, .method = {}, .status = response.status, .seconds = 0});
}

// HTTP/1.0 may leave the header out; browsers never do.
bool Service::IsMisdirected(const Request& request) const {
  const std::string* const host = request.FindHeader("host");
  return allowed_hosts_.has_value() && host != nullptr && !allowed_hosts_->Contain(*host);
}

std::optional<Response> Service::Authorize(Request& request, const RoutePolicy& policy) const {
  if (!options_.gate || policy.access == Access::kOpen) return std::nullopt;
  const std::string* const header = request.FindHeader("authorization");
  const Credentials credentials = header != nullptr ? ParseAuthorization(*header) : Credentials();
  model::Verdict verdict = options_.gate(credentials, request.remote_address);
  if (verdict.result != model::AuthenticationResult::kAccepted) {
    return RefuseAccess(verdict, credentials.scheme, policy.errors);
  }
  if (auto refusal = RefuseByPolicy(*verdict.identity, policy)) return refusal;
  request.identity = std::move(verdict.identity);
  return std::nullopt;
}

std::shared_ptr<const TlsContext> Service::tls() const {
  const MutexLock lock(mutex_);
  return tls_;
}

void Service::SetTls(std::shared_ptr<const TlsContext> tls) {
  const MutexLock lock(mutex_);
  tls_ = std::move(tls);
}

SteadyTime Service::DrainDeadline() {
  const MutexLock lock(mutex_);
  if (!drain_deadline_) drain_deadline_ = steady_clock::now() + kDrainTime;
  return *drain_deadline_;
}

bool Service::Admit(const IpAddress& address) {
  const size_t most_of_one = std::max(options_.max_connections / 4, kLeastOfOneAddress);
  const MutexLock lock(mutex_);
  if (connections_ >= options_.max_connections) return false;
  size_t& of_one = connections_of_[HolderOf(address)];
  if (of_one >= most_of_one) return false;
  ++of_one;
  ++connections_;
  return true;
}

void Service::Leave(const IpAddress& address) {
  const MutexLock lock(mutex_);
  --connections_;
  const auto found = connections_of_.find(HolderOf(address));
  if (--found->second == 0) connections_of_.erase(found);
}

void Service::TellRefusal(const IpAddress& address) {
  size_t refused = 0;
  {
    const MutexLock lock(mutex_);
    ++refused_;
    const SteadyTime now = steady_clock::now();
    if (refusal_told_at_ && now - *refusal_told_at_ < kRefusalInterval) return;
    refusal_told_at_ = now;
    refused = std::exchange(refused_, 0);
  }
  log::Warning("http", "connections are refused: there are too many, in all or of one address",
               {{"refused", std::to_string(refused)}, {"address", address.ToString()}});
}

void Service::Compress(bool gzip, Response& response) const {
  if (response.body.size() < options_.gzip_min_bytes || !IsText(response.content_type)) return;
  if (HasHeader(response, "Content-Encoding")) return;
  response.headers.push_back({"Vary", "Accept-Encoding"});
  if (!gzip) return;
  std::optional<std::string> packed = Gzip(response.body);
  if (!packed.has_value()) return;
  response.body = std::move(*packed);
  response.headers.push_back({"Content-Encoding", "gzip"});
}

Service::Preflight Service::ReadPreflight(const Request& request) {
  if (request.method != Method::kOptions) return {};
  const std::string* const outside = request.FindHeader("access-control-request-private-network");
  return {.is_one = request.FindHeader("access-control-request-method") != nullptr,
          .from_outside = outside != nullptr && *outside == "true"};
}

// What the Fetch standard asks for. A script names a password or a token in Authorization, which
// needs no Access-Control-Allow-Credentials. What a browser adds by itself, a password it was asked
// for, it may use for the one origin that is named, never for "*".
void Service::AddCors(const Preflight& preflight, Response& response) const {
  if (options_.allowed_origin.empty()) return;
  const bool any_origin = options_.allowed_origin == "*";
  response.headers.push_back({"Access-Control-Allow-Origin", options_.allowed_origin});
  if (!any_origin) {
    response.headers.push_back({"Access-Control-Allow-Credentials", "true"});
    response.headers.push_back({"Vary", "Origin"});
  }
  response.headers.push_back(
      {"Access-Control-Expose-Headers", "ETag, Allow, Location, Retry-After, WWW-Authenticate"});
  if (!preflight.is_one || response.status != 204) return;
  for (const Header& header : response.headers) {
    if (header.name != "Allow") continue;
    response.headers.push_back({"Access-Control-Allow-Methods", header.value});
    break;
  }
  // "*" would not cover Authorization. Grafana adds the last ones.
  response.headers.push_back({"Access-Control-Allow-Headers",
                              "Authorization, Content-Type, Accept, If-None-Match, Last-Event-ID, "
                              "X-Grafana-Org-Id, X-Dashboard-Id, X-Panel-Id"});
  response.headers.push_back({"Access-Control-Max-Age", "600"});
  // A page of the internet may come in when it is the one that is named, or has to name somebody.
  if (preflight.from_outside && (!any_origin || options_.gate)) {
    response.headers.push_back({"Access-Control-Allow-Private-Network", "true"});
  }
}

void Service::WriteHead(const Response& response, Wire wire, std::string& out) const {
  const bool has_body = HasBody(response);
  out += "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out += StatusPhrase(response.status);
  out += "\r\nServer: wiregauge\r\nDate: ";
  AppendHttpDate(clock_.Now(), out);
  out += "\r\n";
  if (!response.content_type.empty() && has_body) {
    AppendHeader("Content-Type", response.content_type, out);
  }
  if (has_body && wire.has_length) {
    AppendHeader("Content-Length", std::to_string(response.body.size()), out);
  }
  if (wire.is_chunked) AppendHeader("Transfer-Encoding", "chunked", out);
  for (const Header& header : response.headers) AppendHeader(header.name, header.value, out);
  if (!wire.keep_alive) {
    out += "Connection: close\r\n";
  } else if (wire.is_http10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace wiregauge::http
