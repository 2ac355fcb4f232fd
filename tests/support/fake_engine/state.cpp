// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/state.hpp"

#include "base/text.hpp"
#include "support/fake_engine/call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

std::string State::new_id() {
  // Scattered, so that the first twelve digits differ, too.
  const std::uint64_t number = ++last_id * 0x9E3779B97F4A7C15U;
  return fmt::format("{:016x}{:016x}{:016x}{:016x}", number, last_id, ~number, number ^ 0xA5A5A5A5U);
}

Network* State::find_network(const std::string& id_or_name) {
  const std::string wanted = id_or_name == "default" ? "bridge" : id_or_name;
  for (auto& [id, network] : networks) {
    if (id == wanted || network.name == wanted) {
      return &network;
    }
  }
  return nullptr;
}

Image* State::find_image(const std::string& reference) {
  const std::string digits = reference.starts_with("sha256:") ? reference : "sha256:" + reference;
  for (auto& [id, image] : images) {
    const bool is_named = std::ranges::find(image.tags, full_reference(reference)) != image.tags.end();
    if (is_named || (digits.size() >= 19 && id.starts_with(digits))) {
      return &image;
    }
  }
  return nullptr;
}

std::shared_ptr<Container> State::find_container(const std::string& id_or_name) const {
  const auto fits = [&](const auto& container) {
    return container->id == id_or_name || container->name == id_or_name ||
           (id_or_name.size() >= 4 && container->id.starts_with(id_or_name));
  };
  const auto found = std::ranges::find_if(containers, fits);
  return found == containers.end() ? nullptr : *found;
}

std::shared_ptr<Container> State::require_container(const std::string& id_or_name) const {
  auto container = find_container(id_or_name);
  if (container == nullptr) {
    throw Refusal(404, fmt::format("No such container: {}", id_or_name));
  }
  return container;
}

void add_predefined_networks(State& state) {
  const auto add = [&](const char* name, const char* driver) -> Network& {
    const std::string id = state.new_id();
    return state.networks[id] = {.id = id, .name = name, .driver = driver, .is_predefined = true};
  };
  add("bridge", "bridge").subnets = {{.subnet = "172.17.0.0/16", .gateway = "172.17.0.1"}};
  add("host", "host");
  add("none", "null");
}

std::string full_reference(const std::string& reference) {
  for (const std::string_view implied : {"docker.io/library/", "docker.io/"}) {
    if (reference.starts_with(implied)) {
      return full_reference(reference.substr(implied.size()));
    }
  }
  const std::size_t slash = reference.rfind('/');
  const bool has_tag =
      reference.find_first_of(":@", slash == std::string::npos ? 0 : slash) != std::string::npos;
  return has_tag ? reference : reference + ":latest";
}

std::string to_time_text(SystemTime time) {
  return time == SystemTime() ? "0001-01-01T00:00:00Z" : base::to_rfc3339(time);
}

}  // namespace ingot::testing
