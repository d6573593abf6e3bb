// SPDX-License-Identifier: Apache-2.0
#include "http_client/client.h"

#include <chrono>
#include <utility>

#include "base/text.h"

namespace wiregauge::http_client {
namespace {

// RFC 9110, section 15.4: what becomes of the method.
void TurnIntoGet(Call& call, int status) {
  const bool is_other = status == 303 ? call.method != "HEAD" : call.method == "POST";
  if (!is_other || status == 307 || status == 308) return;
  call.method = "GET";
  call.body.clear();
  call.borrowed_body = {};
  std::erase_if(call.headers,
                [](const Header& header) { return ToLower(header.first) == "content-type"; });
}

// Credentials are for whom the caller named.
void DropCredentials(Call& call) {
  call.login.reset();
  call.bearer.clear();
  std::erase_if(call.headers, [](const Header& header) {
    const std::string name = ToLower(header.first);
    return name == "authorization" || name == "cookie";
  });
}

}  // namespace

Result<std::unique_ptr<Client>> Client::Create(ClientOptions options) {
  auto destinations = Destinations::Parse(options.allowed);
  if (!destinations.ok()) {
    return Error{destinations.error().code, options.setting + ": " + destinations.error().message};
  }
  return std::unique_ptr<Client>(new Client(std::move(options), std::move(destinations).value()));
}

Result<Answer> Client::Fetch(const Call& call) {
  if (Status status = CheckCall(call); !status.ok()) return status.error();
  auto handle = TakeHandle();
  auto answer = FetchWith(*handle, call);
  GiveBack(std::move(handle));
  return answer;
}

Result<Answer> Client::FetchWith(const Handle& handle, Call call) const {
  const SteadyTime deadline = std::chrono::steady_clock::now() + call.timeout;
  const Permission permission{destinations_, options_.setting, options_.ca_file};
  auto url = Url::Parse(call.url);
  for (int redirects = 0; url.ok(); ++redirects) {
    auto step = Transfer(handle, call, *url, deadline, permission);
    if (!step.ok()) return step.error();
    if (!call.follow_redirects || step->redirect.empty()) return std::move(step->answer);
    if (redirects == kMostRedirects) {
      return Error{ErrorCode::kUnavailable,
                   url->origin() + ": more than " + std::to_string(kMostRedirects) + " redirects"};
    }
    TurnIntoGet(call, step->answer.status);
    auto next = Url::Parse(step->redirect);
    if (!next.ok()) {
      return Error{ErrorCode::kUnavailable, url->origin() + ": redirects: " + next.error().message};
    }
    if (next->origin() != url->origin()) DropCredentials(call);
    url = std::move(next);
  }
  return url.error();
}

std::unique_ptr<Handle> Client::TakeHandle() {
  {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return std::make_unique<Handle>();
}

void Client::GiveBack(std::unique_ptr<Handle> handle) {
  MutexLock lock(mutex_);
  if (idle_.size() < options_.most_idle_handles) idle_.push_back(std::move(handle));
}

}  // namespace wiregauge::http_client
