// SPDX-License-Identifier: Apache-2.0
#include "feed/api_json.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using nlohmann::json;

const json kNothing;
const json kNoList = json::array();

std::string cut(const json& text) {
  return text.get_ref<const std::string&>().substr(0, kMostText);
}

}  // namespace

const json& part_of(const json& object, std::string_view path) {
  const auto slash = path.find('/');
  const auto found = object.is_object() ? object.find(path.substr(0, slash)) : object.end();
  if (!object.is_object() || found == object.end()) {
    return kNothing;
  }
  return slash == std::string_view::npos ? *found : part_of(*found, path.substr(slash + 1));
}

bool has_part(const json& object, std::string_view path) {
  return !part_of(object, path).is_null();
}

std::string text_of(const json& object, std::string_view path) {
  const json& text = part_of(object, path);
  return text.is_string() ? cut(text) : std::string();
}

std::uint64_t number_of(const json& object, std::string_view path) {
  const json& number = part_of(object, path);
  const bool is_natural = number.is_number_unsigned() || (number.is_number_integer() && number > 0);
  return is_natural ? number.get<std::uint64_t>() : 0;
}

bool flag_of(const json& object, std::string_view path) {
  const json& flag = part_of(object, path);
  return flag.is_boolean() && flag.get<bool>();
}

std::map<std::string, std::string> map_of(const json& object, std::string_view path) {
  std::map<std::string, std::string> map;
  const json& found = part_of(object, path);
  for (const auto& [name, value] : found.is_object() ? found.items() : kNothing.items()) {
    if (value.is_string() && map.size() < kMostItems) {
      map[name.substr(0, kMostText)] = cut(value);
    }
  }
  return map;
}

std::optional<std::chrono::system_clock::time_point> time_of(const json& object, std::string_view path) {
  return base::parse_rfc3339(text_of(object, path));
}

const json& list_of(const json& object, std::string_view path) {
  const json& list = part_of(object, path);
  return list.is_array() ? list : kNoList;
}

std::vector<std::string> texts_of(const json& object, std::string_view path, std::string_view name) {
  std::vector<std::string> texts;
  for (const json& item : list_of(object, path)) {
    auto text = !name.empty() ? text_of(item, name) : item.is_string() ? cut(item) : std::string();
    if (!text.empty() && texts.size() < kMostItems) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace ingot::feed
