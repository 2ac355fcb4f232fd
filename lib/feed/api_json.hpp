// SPDX-License-Identifier: Apache-2.0
// Reading objects of an API server, which may have any shape and any size: what is not there, or is something
// else, reads as nothing, and what is longer than anybody looks at is cut. Pure. Internal to lib/feed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::feed {

inline constexpr std::size_t kMostText = 1024;  // bytes of a text
inline constexpr std::size_t kMostItems = 256;  // of a list, or a map

// A member; null where there is none. "status/phase" goes down.
[[nodiscard]] const nlohmann::json& part_of(const nlohmann::json& object, std::string_view path);
[[nodiscard]] bool has_part(const nlohmann::json& object, std::string_view path);

[[nodiscard]] std::string text_of(const nlohmann::json& object, std::string_view path);
[[nodiscard]] std::uint64_t number_of(const nlohmann::json& object, std::string_view path);
[[nodiscard]] bool flag_of(const nlohmann::json& object, std::string_view path);
[[nodiscard]] std::map<std::string, std::string> map_of(const nlohmann::json& object, std::string_view path);
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> time_of(const nlohmann::json& object,
                                                                           std::string_view path);
// An array; an empty one where there is none.
[[nodiscard]] const nlohmann::json& list_of(const nlohmann::json& object, std::string_view path);
// The texts in a list, or the member `name` of each object in it that has one.
[[nodiscard]] std::vector<std::string> texts_of(const nlohmann::json& object, std::string_view path,
                                                std::string_view name = {});

}  // namespace ingot::feed
