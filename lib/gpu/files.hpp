// SPDX-License-Identifier: Apache-2.0
// Small files and links of the kernel. What is not there is empty. Internal to lib/gpu.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::gpu {

[[nodiscard]] std::string read_file(const std::string& path);
// Without the white space around it.
[[nodiscard]] std::string read_line(const std::string& path);
// The last part of where a link leads.
[[nodiscard]] std::string link_name(const std::string& path);
// Names in a folder, sorted.
[[nodiscard]] std::vector<std::string> names_in(const std::string& folder);
// Lines "Key: value".
[[nodiscard]] std::map<std::string, std::string> read_pairs(const std::string& path);
// Decimal, or hexadecimal after 0x.
[[nodiscard]] std::optional<std::int64_t> to_number(std::string_view text);

}  // namespace ingot::gpu
