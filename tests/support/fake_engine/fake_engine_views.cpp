// SPDX-License-Identifier: Apache-2.0
// What tests may see of the engine.
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/impl.hpp"
#include "support/fake_engine/mounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace ingot::testing {

namespace {

constexpr std::size_t kMaxShownBody = 400;

FakeContainer to_view(const Container& container) {
  return {.id = container.id,
          .name = container.name,
          .image = container.process.image,
          .state = container.state,
          .labels = container.process.labels,
          .address = container.address};
}

std::string to_line(const RecordedRequest& request) {
  std::string query;
  for (const auto& [key, value] : request.query) {
    query += fmt::format("{}{}={}", query.empty() ? '?' : '&', key, value);
  }
  const bool is_json = request.body.starts_with('{');
  const std::string body = is_json                ? request.body.substr(0, kMaxShownBody)
                           : request.body.empty() ? std::string()
                                                  : fmt::format("({} bytes)", request.body.size());
  return fmt::format("{:4} {} {}{} -> {} {}\n", request.number, request.method, request.path, query,
                     request.status, body);
}

}  // namespace

std::vector<FakeContainer> FakeEngine::containers() const {
  const std::scoped_lock lock(impl_->state.mutex);
  std::vector<FakeContainer> list;
  for (const auto& container : impl_->state.containers) {
    list.push_back(to_view(*container));
  }
  return list;
}

std::vector<FakeContainer> FakeEngine::containers_with_label(const std::string& label) const {
  auto list = containers();
  std::erase_if(list, [&](const FakeContainer& container) { return !carries(container.labels, {label}); });
  return list;
}

std::vector<std::string> FakeEngine::networks() const {
  const std::scoped_lock lock(impl_->state.mutex);
  std::vector<std::string> names;
  for (const auto& [id, network] : impl_->state.networks) {
    if (!network.is_predefined) {
      names.push_back(network.name);
    }
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> FakeEngine::file(const std::string& container, const std::string& path) const {
  const std::scoped_lock lock(impl_->state.mutex);
  const auto found = impl_->state.find_container(container);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto place = place_of(impl_->state, *found, normal_path(path));
  return place.tree->read(place.path);
}

std::vector<std::string> FakeEngine::file_paths(const std::string& container) const {
  const std::scoped_lock lock(impl_->state.mutex);
  std::vector<std::string> paths;
  const auto add = [&](const std::string& folder, const FileTree& tree) {
    for (const auto& [path, entry] : tree.entries()) {
      if (!entry.is_folder) {
        paths.push_back(folder + path);
      }
    }
  };
  const auto found = impl_->state.find_container(container);
  if (found == nullptr) {
    return paths;
  }
  add("", found->files);
  for (const auto& mount : found->mounts) {
    if (const auto volume = impl_->state.volumes.find(mount.value("Name", ""));
        volume != impl_->state.volumes.end()) {
      add(mount.at("Destination"), volume->second.files);
    }
  }
  return paths;
}

std::vector<std::string> FakeEngine::volumes() const {
  const std::scoped_lock lock(impl_->state.mutex);
  std::vector<std::string> names;
  for (const auto& [name, volume] : impl_->state.volumes) {
    if (!volume.labels.contains(kAnonymousVolume)) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<RecordedRequest> FakeEngine::requests() const {
  const std::scoped_lock lock(impl_->requests_mutex);
  return impl_->requests;
}

std::vector<RecordedRequest> FakeEngine::requests(const std::string& method, const std::string& path) const {
  auto list = requests();
  const std::regex wanted(path);
  std::erase_if(list, [&](const RecordedRequest& request) {
    return request.method != method || !std::regex_match(request.path, wanted);
  });
  return list;
}

std::vector<std::string> FakeEngine::violations() const {
  const std::scoped_lock lock(impl_->state.mutex);
  return impl_->state.violations;
}

std::string FakeEngine::report() const {
  std::string text;
  for (const RecordedRequest& request : requests()) {
    text += to_line(request);
  }
  for (const std::string& violation : violations()) {
    text += "VIOLATION " + violation + "\n";
  }
  for (const std::string& fault : impl_->faults.unused()) {
    text += "UNUSED FAULT " + fault + "\n";
  }
  return text;
}

}  // namespace ingot::testing
