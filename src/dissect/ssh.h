// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// How one side of SSH opens (RFC 4253): a line that names its software, then its key exchange's
// lists. Nothing here allocates; views point into the bytes. Any thread.
namespace wiregauge::dissect {

// The lists of SSH_MSG_KEXINIT (section 7.1) that HASSH is made of: for a client those it sends by,
// for a server those of the other direction.
struct SshKeyExchange {
  std::string_view key_exchange;
  // [0] client to server, [1] server to client
  std::array<std::string_view, 2> encryption, mac, compression;
};

struct SshOpening {
  std::string_view banner;  // "SSH-2.0-OpenSSH_9.2p1", without its line's end
  std::optional<SshKeyExchange> key_exchange;
};

// Reads what one side has sent from its first byte on. Nothing when it does not begin with "SSH-"
// or the line has not ended (section 4.2: after 255 bytes at the latest).
std::optional<SshOpening> ParseSshOpening(std::span<const uint8_t> bytes) noexcept;

}  // namespace wiregauge::dissect
