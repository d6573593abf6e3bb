// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/tcp_target.h"
#include "publish/sinks/targets/types.h"
#include "publish/sinks/targets/udp_target.h"

namespace wiregauge::sinks {

Result<Parts> MakeLogstash(const config::Sink& settings, const Surroundings& with) {
  auto encoder = MakeJsonLines(settings, with);
  if (!encoder.ok()) return encoder.error();
  Parts parts{.encoder = std::move(encoder).value(), .target = nullptr};
  const auto port = static_cast<uint16_t>(settings.port);
  if (settings.protocol == "udp") {
    parts.target = std::make_unique<UdpTarget>(settings.host, port, settings.timeout, with.clock);
    return parts;
  }
  parts.target =
      std::make_unique<TcpTarget>(TcpOptions{.stream = {.host = settings.host,
                                                        .port = port,
                                                        .tls = settings.protocol == "tls",
                                                        .verify_tls = settings.verify_tls,
                                                        .ca_file = settings.ca_file,
                                                        .connect_timeout = settings.timeout},
                                             .replay_bytes = settings.replay_bytes},
                                  with.clock);
  return parts;
}

}  // namespace wiregauge::sinks
