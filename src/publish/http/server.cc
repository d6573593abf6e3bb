// SPDX-License-Identifier: Apache-2.0
#include "publish/http/server.h"

#include <pistache/listener.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

#include "base/ip_address.h"
#include "publish/http/service.h"
#include "publish/http/transport.h"

namespace wiregauge::http {
namespace {

// "127.0.0.1:9669", "[::1]:9669".
std::string Endpoint(const IpAddress& address, uint16_t port) {
  const std::string host =
      address.version() == 6 ? "[" + address.ToString() + "]" : address.ToString();
  return host + ":" + std::to_string(port);
}

// Pistache throws the system's text and not its number.
ErrorCode CodeOfSystemText(std::string_view text) {
  if (text == std::strerror(EADDRINUSE)) return ErrorCode::kUnavailable;
  if (text == std::strerror(EACCES)) return ErrorCode::kPermissionDenied;
  if (text == std::strerror(EADDRNOTAVAIL)) return ErrorCode::kInvalidArgument;
  return ErrorCode::kInternal;
}

}  // namespace

class Server::Impl {
 public:
  Impl(const ServerOptions& options, Router router, Observer observer)
      : service_(std::make_shared<Service>(options, std::move(router), std::move(observer))) {}

  Status Listen(const IpAddress& address) {
    const ServerOptions& options = service_->options();
    const std::string endpoint = Endpoint(address, options.port);
    try {
      listener_.emplace(Pistache::Address(endpoint));
      using Pistache::Tcp::Options;
      const Pistache::Flags<Options> flags(Options::ReuseAddr | Options::NoDelay |
                                           Options::CloseOnExec);
      listener_->init(static_cast<size_t>(options.threads), flags, "http", kBacklog);
      listener_->setTransportFactory(
          [service = service_] { return std::make_shared<Transport>(service); });
      listener_->bind();
      port_ = listener_->getPort();
      listener_->runThreaded();
    } catch (const std::exception& exception) {
      listener_.reset();
      const ErrorCode code = CodeOfSystemText(exception.what());
      return Error{code, "listen on " + endpoint + ": " + exception.what()};
    }
    return {};
  }

  uint16_t port() const { return port_; }

  Status LoadCertificate() {
    const ServerOptions& options = service_->options();
    if (options.tls_certificate.empty()) return {};
    auto context = TlsContext::Load(options.tls_certificate, options.tls_key);
    if (!context.ok()) return context.error();
    service_->SetTls(std::move(context).value());
    return {};
  }

  // The listener's destructor stops its threads and waits for them.
  void Stop() { listener_.reset(); }

 private:
  static constexpr int kBacklog = 512;

  std::shared_ptr<Service> service_;
  std::optional<Pistache::Tcp::Listener> listener_;
  uint16_t port_ = 0;
};

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Router router,
                                              Observer observer) {
  const std::optional<IpAddress> address = IpAddress::Parse(options.address);
  if (!address.has_value()) {
    return Error{ErrorCode::kInvalidArgument,
                 "listen on \"" + options.address + "\": not an IPv4 or IPv6 address"};
  }
  if (options.threads < 1) {
    return Error{ErrorCode::kInvalidArgument, "HTTP needs at least one thread"};
  }
  auto impl = std::make_unique<Impl>(options, std::move(router), std::move(observer));
  if (Status status = impl->LoadCertificate(); !status) return status.error();
  if (Status status = impl->Listen(*address); !status) return status.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

uint16_t Server::port() const { return impl_->port(); }

Status Server::ReloadCertificate() { return impl_->LoadCertificate(); }

void Server::Stop() { impl_->Stop(); }

}  // namespace wiregauge::http
