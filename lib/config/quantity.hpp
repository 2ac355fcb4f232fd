// SPDX-License-Identifier: Apache-2.0
// Amounts as Kubernetes writes them: "1.5", "500m", "2Gi", "128M".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ingot::config {

// Thousandths of a processor; nothing for what is no amount above zero, or finer than a thousandth.
[[nodiscard]] std::optional<std::int64_t> parse_cpu_millis(std::string_view text);

// Bytes; nothing for what is no amount above zero, or not whole.
[[nodiscard]] std::optional<std::int64_t> parse_memory_bytes(std::string_view text);

}  // namespace ingot::config
