// SPDX-License-Identifier: Apache-2.0
#include "engine_address.hpp"

#include "base/error.hpp"
#include "docker_client.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace ingot::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultContext = "default";  // docker's word for no context

struct ContextName {
  std::string name;
  std::string origin;
};

std::optional<ContextName> chosen_context(const Environment& environment) {
  ContextName chosen{.name = std::string(lookup(environment, "DOCKER_CONTEXT")), .origin = "DOCKER_CONTEXT"};
  if (chosen.name.empty()) {
    const auto config = read_docker_config(environment);
    chosen = {.name = text_member(&config, "currentContext"),
              .origin = docker_client_folder(environment) + "/config.json"};
  }
  return chosen.name.empty() || chosen.name == kDefaultContext ? std::nullopt : std::optional(chosen);
}

// contexts/meta/ID/meta.json describes a context, contexts/tls/ID/docker has its certificates; ID is made of
// the name, but the name is in the description, too.
docker::EngineAddress address_of(const fs::path& contexts, const ContextName& context) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(contexts / "meta", ignored)) {
    const auto meta = read_docker_json((entry.path() / "meta.json").string());
    if (text_member(&meta, "Name") != context.name) {
      continue;
    }
    const auto* endpoint = member(member(&meta, "Endpoints"), "docker");
    docker::EngineAddress address{.host = text_member(endpoint, "Host")};
    if (address.host.empty()) {
      throw base::Error(base::ErrorCode::environment,
                        fmt::format("the docker context '{}' names no engine", context.name),
                        fmt::format("it is chosen by {}", context.origin));
    }
    const auto certificates = contexts / "tls" / entry.path().filename() / "docker";
    if (fs::is_directory(certificates, ignored)) {
      address.cert_path = certificates.string();
      address.tls_verify = text_member(endpoint, "SkipTLSVerify") != "true";
    }
    return address;
  }
  throw base::Error({.code = base::ErrorCode::environment,
                     .message = fmt::format("there is no docker context '{}'", context.name),
                     .cause = fmt::format("it is chosen by {}", context.origin),
                     .remedy = "docker context ls"});
}

}  // namespace

docker::EngineAddress engine_address(const Environment& environment) {
  const auto host = lookup(environment, "DOCKER_HOST");
  if (host.empty()) {
    if (const auto context = chosen_context(environment)) {
      return address_of(fs::path(docker_client_folder(environment)) / "contexts", *context);
    }
  }
  return {.host = std::string(host),
          .tls_verify = !lookup(environment, "DOCKER_TLS_VERIFY").empty(),
          .cert_path = std::string(lookup(environment, "DOCKER_CERT_PATH"))};
}

}  // namespace ingot::cli
