// SPDX-License-Identifier: Apache-2.0
#include "http_client/url.h"

#include <curl/curl.h>

#include "base/text.h"

namespace wiregauge::http_client {
namespace {

// Empty when there is no such part.
std::string PartOf(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

Error Invalid(const std::string& reason) {
  return {ErrorCode::kInvalidArgument, "not an URL that can be called: " + reason};
}

}  // namespace

void Url::Free::operator()(Curl_URL* handle) const { curl_url_cleanup(handle); }

Result<Url> Url::Parse(const std::string& text) {
  if (text.find('\0') != std::string::npos) return Invalid("it has a byte 0");
  Url url;
  url.handle_.reset(curl_url());
  CURLU* const handle = url.handle_.get();
  if (handle == nullptr) return Error{ErrorCode::kInternal, "no memory for an URL"};
  const CURLUcode code = curl_url_set(handle, CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER);
  if (code == CURLUE_USER_NOT_ALLOWED) return Invalid("a user and password are given apart");
  if (code == CURLUE_BAD_SCHEME) return Invalid("it does not begin with http:// or https://");
  if (code != CURLUE_OK) return Invalid(curl_url_strerror(code));
  const std::string scheme = PartOf(handle, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return Invalid("only http and https are allowed");
  const auto port = ParseNumber<uint16_t>(PartOf(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (!port || *port == 0) return Invalid("its port is none");
  const std::string host = PartOf(handle, CURLUPART_HOST);
  url.port_ = *port;
  url.origin_ = scheme + "://" + ToValidUtf8(host) + ":" + std::to_string(*port);
  url.host_ = ToLower(host);
  if (url.host_.ends_with('.')) url.host_.pop_back();
  if (url.host_.starts_with('[')) url.host_ = url.host_.substr(1, url.host_.size() - 2);
  return url;
}

std::string Url::ToString() const { return PartOf(handle_.get(), CURLUPART_URL); }

}  // namespace wiregauge::http_client
