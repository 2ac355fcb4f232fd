// SPDX-License-Identifier: Apache-2.0
#include "cdi/fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace ingot::cdi {

using nlohmann::json;

namespace {

bool fits(const json& value) {
  return value.is_number_integer() && value >= 0 && value <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

Fields::Fields(const json& object, std::string path, std::vector<std::string>& problems)
    : object_(object), path_(std::move(path)), problems_(problems) {
  if (!object_.is_object()) {
    refuse(path_.empty() ? "the file" : path_, "it is no mapping");
  }
}

std::string Fields::at(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

const json* Fields::find(const std::string& name) {
  known_.insert(name);
  if (!object_.is_object()) {
    return nullptr;
  }
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::string Fields::text(const std::string& name, bool required) {
  const auto* value = find(name);
  if (value != nullptr && !value->is_string()) {
    refuse(at(name), "it is no text");
  }
  auto text = value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  if (required && text.empty() && (value == nullptr || value->is_string()) && object_.is_object()) {
    refuse(at(name), "it is missing");
  }
  return text;
}

std::optional<std::int64_t> Fields::number(const std::string& name) {
  const auto* value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!fits(*value)) {
    refuse(at(name), "it is no number that fits");
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::vector<std::string> Fields::texts(const std::string& name) {
  std::vector<std::string> texts;
  each(name, false, [&](const json& element, const std::string& path) {
    if (element.is_string()) {
      texts.push_back(element.get<std::string>());
    } else {
      refuse(path, "it is no text");
    }
  });
  return texts;
}

std::vector<std::int64_t> Fields::numbers(const std::string& name) {
  std::vector<std::int64_t> numbers;
  each(name, false, [&](const json& element, const std::string& path) {
    if (fits(element)) {
      numbers.push_back(element.get<std::int64_t>());
    } else {
      refuse(path, "it is no number that fits");
    }
  });
  return numbers;
}

void Fields::each(const std::string& name, bool required,
                  const std::function<void(const json&, const std::string&)>& visit) {
  const auto* value = find(name);
  if (value == nullptr) {
    if (required && object_.is_object()) {
      refuse(at(name), "it is missing");
    }
    return;
  }
  if (!value->is_array()) {
    refuse(at(name), "it is no list");
    return;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    visit((*value)[i], fmt::format("{}[{}]", at(name), i));
  }
}

std::vector<std::string> Fields::names() const {
  std::vector<std::string> names;
  if (object_.is_object()) {
    for (const auto& [name, value] : object_.items()) {
      names.push_back(name);
    }
  }
  return names;
}

void Fields::end() {
  for (const auto& name : names()) {
    if (!known_.contains(name)) {
      refuse(at(name), "no CDI file has this");
    }
  }
}

}  // namespace ingot::cdi
