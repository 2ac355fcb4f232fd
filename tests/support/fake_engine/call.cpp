// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

std::string Call::query(const std::string& key, const std::string& otherwise) const {
  const auto& all = exchange.request().query;
  const auto found = all.find(key);
  return found == all.end() ? otherwise : found->second;
}

bool Call::flag(const std::string& key) const {
  const std::string value = query(key);
  return !(value.empty() || value == "0" || value == "no" || value == "false" || value == "none");
}

Json Call::object(const std::vector<std::string>& members) const {
  const Request& request = exchange.request();
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || !type->second.starts_with("application/json")) {
    throw Refusal(400, fmt::format("unsupported Content-Type header ({}): must be 'application/json'",
                                   type == request.headers.end() ? "" : type->second));
  }
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) {
    throw Refusal(400, "invalid JSON: unexpected EOF");
  }
  require_members(body, members, "body");
  return body;
}

const Json& member(const Json& object, const char* key) {
  static const Json kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

void require_members(const Json& object, const std::vector<std::string>& members, const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(members, key) == members.end()) {
      throw Refusal(400, fmt::format("fake engine: unknown field {} in {}", key, where));
    }
  }
}

Reply to_reply(int status, const Json& json) {
  return {.status = status, .body = json.dump() + "\n"};
}

std::vector<std::string> label_filter(const Call& call) {
  const std::string text = call.query("filters", "{}");
  const Json filters = Json::parse(text, nullptr, false);
  if (!filters.is_object()) {
    throw Refusal(400, "invalid filter");
  }
  std::vector<std::string> labels;
  for (const auto& [key, values] : filters.items()) {
    if (key != "label") {
      throw Refusal(400, fmt::format("invalid filter '{}'", key));
    }
    for (const auto& [name, value] : values.items()) {
      labels.push_back(values.is_array() ? value.get<std::string>() : name);
    }
  }
  return labels;
}

bool carries(const std::map<std::string, std::string>& labels, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted, [&](const std::string& filter) {
    const std::size_t equals = filter.find('=');
    const auto found = labels.find(filter.substr(0, equals));
    return found != labels.end() &&
           (equals == std::string::npos || found->second == filter.substr(equals + 1));
  });
}

}  // namespace ingot::testing
