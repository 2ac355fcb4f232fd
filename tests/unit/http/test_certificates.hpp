// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, made on the spot, valid for an hour.
#pragma once

#include <string>

namespace ingot::http {

struct Identity {
  std::string certificate;  // PEM
  std::string key;
};

[[nodiscard]] Identity make_authority(const std::string& name);

// `alternative`: "DNS:localhost", "IP:127.0.0.1".
[[nodiscard]] Identity make_identity(const Identity& authority, const std::string& name,
                                     const std::string& alternative);

}  // namespace ingot::http
