// SPDX-License-Identifier: Apache-2.0
// The folder that the docker client keeps its settings in: $DOCKER_CONFIG, else ~/.docker.
#pragma once

#include "host.hpp"
#include "yaml/document.hpp"

#include <string>
#include <string_view>

namespace ingot::cli {

// Empty when neither variable is set.
[[nodiscard]] std::string docker_client_folder(const Environment& environment);

// A JSON file of the docker client's; a null node when it is not there, or is none: it is the docker client's
// to complain about.
[[nodiscard]] yaml::Node read_docker_json(const std::string& path);
// The same of the config.json in the folder.
[[nodiscard]] yaml::Node read_docker_config(const Environment& environment);

// nullptr where there is none, or no mapping.
[[nodiscard]] const yaml::Node* member(const yaml::Node* mapping, std::string_view key);
// Empty for anything but a scalar.
[[nodiscard]] std::string text_member(const yaml::Node* mapping, std::string_view key);

}  // namespace ingot::cli
