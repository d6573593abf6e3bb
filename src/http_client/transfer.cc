// SPDX-License-Identifier: Apache-2.0
#include "http_client/transfer.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <string_view>

#include "base/ip_address.h"
#include "base/text.h"
#include "http_client/client.h"

namespace wiregauge::http_client {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kMostTimeout = std::chrono::hours(1);

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

struct Endpoint {
  IpAddress ip;
  uint16_t port = 0;
};

// What happens in libcurl's callbacks.
struct Progress {
  const Call& call;
  const Url& url;
  const Destinations& destinations;
  Answer answer{};
  size_t header_bytes = 0;
  bool is_too_long = false;
  bool has_given_up = false;
  bool has_tried = false;              // to connect to what is allowed
  std::optional<IpAddress> refused{};  // the last address that is not
};

std::optional<Endpoint> EndpointOf(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&address.addr);
    return Endpoint{IpAddress::V4(ntohl(v4->sin_addr.s_addr)), ntohs(v4->sin_port)};
  }
  if (address.family == AF_INET6) {
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&address.addr);
    return Endpoint{IpAddress::V6(std::span<const uint8_t, 16>(v6->sin6_addr.s6_addr)),
                    ntohs(v6->sin6_port)};
  }
  return std::nullopt;
}

curl_socket_t OnOpenSocket(void* data, curlsocktype, curl_sockaddr* address) noexcept {
  auto& progress = *static_cast<Progress*>(data);
  const auto endpoint = EndpointOf(*address);
  if (!endpoint) return CURL_SOCKET_BAD;
  const Destinations& allowed = progress.destinations;
  if (!allowed.AllowsName(progress.url.host(), endpoint->port) &&
      !allowed.AllowsAddress(endpoint->ip, endpoint->port)) {
    progress.refused = endpoint->ip;
    return CURL_SOCKET_BAD;
  }
  progress.has_tried = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t OnBody(const char* bytes, size_t size, size_t count, void* data) noexcept {
  auto& progress = *static_cast<Progress*>(data);
  const size_t length = size * count;
  std::string& body = progress.answer.body;
  if (length > progress.call.most_answer_bytes - body.size()) {
    progress.is_too_long = true;
    return CURL_WRITEFUNC_ERROR;
  }
  body.append(bytes, length);
  return length;
}

// A status line begins another head: one before (1xx) was not the answer's.
void TakeHeaderLine(std::string_view line, std::vector<Header>& headers) {
  if (line.starts_with("HTTP/")) return headers.clear();
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  headers.emplace_back(ToLower(line.substr(0, colon)), Trim(line.substr(colon + 1)));
}

size_t OnHeader(const char* bytes, size_t size, size_t count, void* data) noexcept {
  auto& progress = *static_cast<Progress*>(data);
  const size_t length = size * count;
  progress.header_bytes += length;
  if (progress.header_bytes > Client::kMostHeaderBytes) {
    progress.is_too_long = true;
    return 0;
  }
  TakeHeaderLine({bytes, length}, progress.answer.headers);
  return length;
}

int OnProgress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  auto& progress = *static_cast<Progress*>(data);
  progress.has_given_up = progress.call.give_up && progress.call.give_up();
  return progress.has_given_up ? 1 : 0;
}

void Append(List& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

// libcurl's own headers go unless the call names them; a line that ends in ";" is a header without
// a value.
List HeadersOf(const Call& call) {
  List list;
  Append(list, "Expect:");
  const bool has_type = std::ranges::any_of(
      call.headers, [](const Header& header) { return ToLower(header.first) == "content-type"; });
  if (!has_type) Append(list, "Content-Type:");
  for (const auto& [name, value] : call.headers) {
    Append(list, Trim(value).empty() ? name + ";" : name + ": " + value);
  }
  if (!call.bearer.empty()) Append(list, "Authorization: Bearer " + call.bearer);
  return list;
}

long MillisecondsUntil(SteadyTime deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
  return static_cast<long>(std::max<int64_t>(1, left));  // 0 would be for ever
}

void SetLimits(CURL* curl, SteadyTime deadline) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // the environment's is not asked for either
  curl_easy_setopt(curl, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a slow name server holds up nobody
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, MillisecondsUntil(deadline));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, MillisecondsUntil(deadline));
}

void SetTls(CURL* curl, bool verify, const std::string& ca_file) {
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
  if (!ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
}

void SetRequest(CURL* curl, const Call& call, const Url& url, curl_slist* headers) {
  curl_easy_setopt(curl, CURLOPT_CURLU, url.handle());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  const std::string_view body = call.borrowed_body.empty() ? call.body : call.borrowed_body;
  const bool has_body = !body.empty() || call.method == "POST" || call.method == "PUT";
  if (has_body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());  // borrowed
  }
  if (call.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  if (!call.login) return;
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, long{CURLAUTH_BASIC});
  curl_easy_setopt(curl, CURLOPT_USERNAME, call.login->user.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, call.login->password.c_str());
}

void SetCallbacks(CURL* curl, Progress& progress) {
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OnOpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &progress);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &progress);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &progress);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

Error NotAllowed(const std::string& what, const std::string& setting) {
  return {ErrorCode::kPermissionDenied,
          what + " may not be called: " + setting + " lists where calls may go"};
}

Error ErrorOf(CURLcode code, const char* text, const Progress& progress,
              const Permission& permission) {
  const std::string& origin = progress.url.origin();
  if (progress.refused && !progress.has_tried) {
    const std::string address = progress.refused->ToString();
    const bool is_named = address != progress.url.host();
    return NotAllowed(origin + (is_named ? " (" + address + ")" : ""), permission.setting);
  }
  if (progress.is_too_long) {
    return {ErrorCode::kConflict, origin + ": the answer is longer than " +
                                      std::to_string(progress.call.most_answer_bytes) +
                                      " bytes, or its head than " +
                                      std::to_string(Client::kMostHeaderBytes)};
  }
  if (progress.has_given_up) return {ErrorCode::kUnavailable, origin + ": given up by the caller"};
  if (code == CURLE_OPERATION_TIMEDOUT) {
    const auto most = std::chrono::ceil<std::chrono::milliseconds>(progress.call.timeout);
    return {ErrorCode::kUnavailable,
            origin + ": no whole answer within " + std::to_string(most.count()) + " ms"};
  }
  const std::string reason = *text != '\0' ? text : curl_easy_strerror(code);
  return {ErrorCode::kUnavailable, origin + ": " + ToValidUtf8(reason)};
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

bool HasLineEnd(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

Error Invalid(const std::string& message) { return {ErrorCode::kInvalidArgument, message}; }

Status CheckHeader(const Header& header) {
  // They say where the request ends, which is libcurl's to say.
  constexpr std::string_view kFraming[] = {"content-length", "transfer-encoding", "connection"};
  const auto& [name, value] = header;
  if (!IsToken(name)) return Invalid("\"" + ToValidUtf8(name) + "\" is no name of a header");
  if (HasLineEnd(value)) return Invalid("the value of header " + name + " has the end of a line");
  if (std::ranges::find(kFraming, ToLower(name)) != std::end(kFraming)) {
    return Invalid("header " + name + " cannot be given");
  }
  return {};
}

}  // namespace

Handle::Handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  handle_.reset(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (handle_ == nullptr) throw std::bad_alloc();
}

void Handle::Free::operator()(void* handle) const { curl_easy_cleanup(handle); }

Status CheckCall(const Call& call) {
  if (!IsToken(call.method)) return Invalid("\"" + ToValidUtf8(call.method) + "\" is no method");
  if (call.method == "CONNECT") return Invalid("CONNECT is for proxies");
  if (call.timeout <= Duration::zero() || call.timeout > kMostTimeout) {
    return Invalid("the timeout is not between 0 and an hour");
  }
  if (HasLineEnd(call.bearer)) return Invalid("the token has the end of a line");
  for (const Header& header : call.headers) {
    if (Status status = CheckHeader(header); !status.ok()) return status;
  }
  if (!call.login) return {};
  if (call.login->user.find(':') != std::string::npos) return Invalid("the user has a colon");
  const bool has_zero = (call.login->user + call.login->password).find('\0') != std::string::npos;
  return has_zero ? Status(Invalid("the user or password has a byte 0")) : Status();
}

Result<Step> Transfer(const Handle& handle, const Call& call, const Url& url, SteadyTime deadline,
                      const Permission& permission) {
  const Destinations& allowed = permission.destinations;
  if (!allowed.AllowsName(url.host(), url.port()) && !allowed.AllowsSomeAddress(url.port())) {
    return NotAllowed(url.origin(), permission.setting);
  }
  CURL* const curl = handle.get();
  Progress progress{.call = call, .url = url, .destinations = allowed};
  std::array<char, CURL_ERROR_SIZE> text{};
  const List headers = HeadersOf(call);
  curl_easy_reset(curl);
  SetLimits(curl, deadline);
  SetTls(curl, call.verify_tls, permission.ca_file);
  SetRequest(curl, call, url, headers.get());
  SetCallbacks(curl, progress);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text.data());
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) return ErrorOf(code, text.data(), progress, permission);
  Step step{.answer = std::move(progress.answer)};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  step.answer.status = static_cast<int>(status);
  step.answer.url = url.ToString();
  long connections = 0;
  curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
  step.answer.connections = static_cast<int>(connections);
  const char* redirect = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) step.redirect = redirect;
  return step;
}

std::string LibraryVersion() { return curl_version_info(CURLVERSION_NOW)->version; }

}  // namespace wiregauge::http_client
