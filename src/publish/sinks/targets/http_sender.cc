// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/http_sender.h"

#include <time.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "publish/http/gzip.h"

namespace wiregauge::sinks {
namespace {

constexpr int64_t kMostRetryAfterSeconds = 300;
// 100,000 records with an error each.
constexpr size_t kMostAnswerBytes = size_t{64} << 20;
constexpr size_t kMostSummary = 300;

Error Invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

Result<std::unique_ptr<HttpSender>> HttpSender::Make(const config::Sink& settings,
                                                     const std::string& into) {
  if (!settings.url.starts_with("http://") && !settings.url.starts_with("https://")) {
    return Invalid("url: '" + settings.url + "' does not begin with http:// or https://");
  }
  if (!settings.compression.empty() && settings.compression != "none" &&
      settings.compression != "gzip") {
    return Invalid("compression: a request is none or gzip, not " + settings.compression);
  }
  auto client = http_client::Client::Create({.allowed = {"0.0.0.0/0", "::/0"},
                                             .setting = "url",
                                             .ca_file = settings.ca_file,
                                             .most_idle_handles = 1});
  if (!client.ok()) return client.error();
  return std::unique_ptr<HttpSender>(new HttpSender(settings, into, std::move(client).value()));
}

HttpSender::HttpSender(const config::Sink& settings, const std::string& into,
                       std::unique_ptr<http_client::Client> client)
    : name_(settings.name),
      client_(std::move(client)),
      base_url_(WithoutSlash(settings.url)),
      gzip_(settings.compression == "gzip") {
  call_.most_answer_bytes = kMostAnswerBytes;
  call_.verify_tls = settings.verify_tls;
  if (settings.timeout > Duration::zero()) call_.timeout = settings.timeout;
  if (!settings.user.empty()) {
    call_.login = http_client::Login{.user = settings.user, .password = settings.password};
  }
  state_.address = base_url_ + "/" + into;
}

Result<http_client::Answer> HttpSender::Send(const HttpRequest& request, const Interrupt& stop) {
  http_client::Call call = call_;
  call.method = request.method;
  call.url = base_url_ + request.path;
  call.give_up = [&stop] { return stop.raised(); };
  if (!request.content_type.empty())
    call.headers.emplace_back("Content-Type", request.content_type);
  call.borrowed_body = request.body;
  if (gzip_ && !request.body.empty()) {
    auto packed = http::Gzip(request.body);
    if (packed && packed->size() < request.body.size()) {
      call.body = *std::move(packed);
      call.borrowed_body = {};
      call.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  auto answer = client_->Fetch(call);
  if (answer.ok() && answer->connections > 0) {
    MutexLock lock(mutex_);
    state_.connections += static_cast<uint64_t>(answer->connections);
  }
  return answer;
}

TargetState HttpSender::state() const {
  MutexLock lock(mutex_);
  return state_;
}

void HttpSender::SetWarning(const std::string& warning) {
  {
    MutexLock lock(mutex_);
    if (state_.warning == warning) return;
    state_.warning = warning;
  }
  if (!warning.empty()) log::Warning("sinks", warning, {{"sink", name_}});
}

std::string_view HeaderOf(const http_client::Answer& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.headers, name, &http_client::Header::first);
  return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
}

Duration RetryAfter(const http_client::Answer& answer, Timestamp now) {
  const std::string text(HeaderOf(answer, "retry-after"));
  if (text.empty()) return {};
  int64_t seconds = 0;
  if (const auto told = ParseNumber<uint32_t>(text)) {
    seconds = *told;
  } else {
    tm date{};
    if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return {};
    seconds = timegm(&date) - UnixSeconds(now);
  }
  return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, kMostRetryAfterSeconds));
}

std::string Summary(const http_client::Answer& answer) {
  std::string_view body = answer.body;
  body = Trim(body.substr(0, body.find('\n')));
  std::string summary = "HTTP " + std::to_string(answer.status);
  if (body.empty()) return summary;
  return summary + ": " + ToValidUtf8(body.substr(0, kMostSummary));
}

}  // namespace wiregauge::sinks
