// SPDX-License-Identifier: Apache-2.0
// Ed25519 keys as OpenSSH keeps them (PROTOCOL.key in its sources, RFC 8709). Errors as pki::Key.
#pragma once

#include <string>

namespace ingot::pki {

struct SshKey {
  std::string private_text;  // "-----BEGIN OPENSSH PRIVATE KEY-----", without a pass phrase
  std::string public_line;   // "ssh-ed25519 AAAA... comment", without a line break
};

// A new random key. `comment` is one line.
[[nodiscard]] SshKey make_ssh_key(const std::string& comment);

}  // namespace ingot::pki
