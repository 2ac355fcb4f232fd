// SPDX-License-Identifier: Apache-2.0
// What must not be kept or shown: private keys, certificates, tokens, passwords in texts of others.
#pragma once

#include <string>
#include <string_view>

namespace ingot::base {

inline constexpr std::string_view kRedacted = "(redacted)";

// `text` with PEM blocks (also in base64), tokens of bootstrap and of service accounts, passwords in URLs,
// and the values of keys and flags such as "token" and "password" replaced. Errs on the side of taking out
// too much. Takes time proportional to the text, whatever it is.
[[nodiscard]] std::string redacted(std::string_view text);

}  // namespace ingot::base
