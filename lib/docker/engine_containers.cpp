// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "docker/container_json.hpp"
#include "docker/container_recipe.hpp"
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/json_indent.hpp"
#include "docker/json_value.hpp"
#include "docker/refusal.hpp"

#include <fmt/format.h>

#include <utility>

namespace ingot::docker {

namespace {

ApiCall post(std::string_view verb, const std::string& id) {
  return {.doing = fmt::format("{} container '{}'", verb, shown(id)),
          .method = "POST",
          .path = item_path("/containers", id, fmt::format("/{}", verb)),
          .idle_limit = kSlowLimit};
}

std::string create(Api& api, const std::string& name, std::string body, const std::stop_token& stop) {
  ApiCall call{.doing = name.empty() ? "create a container" : fmt::format("create container '{}'", name),
               .method = "POST",
               .path = "/containers/create",
               .json = std::move(body),
               .idle_limit = kSlowLimit};
  if (!name.empty()) {
    call.query = {{"name", name}};
  }
  const auto answer = api.require(call, stop);
  const JsonDocument document(answer.body, "a created container");
  return document.root().at("Id").as_text();
}

// Blocks until the container is gone; it may be gone already.
void wait_until_removed(Api& api, const std::string& id, const std::stop_token& stop) {
  ApiCall call = post("wait", id);
  call.doing = fmt::format("wait for the removal of container '{}'", shown(id));
  call.query = {{"condition", "removed"}};
  call.idle_limit = kNoLimit;
  const auto answer = api.look_up(call, stop);
  if (!answer) {
    return;
  }
  const JsonDocument document(answer->body, "the end of a container");
  const auto error = document.root().find("Error");
  if (const std::string words = error ? error->text("Message") : ""; !words.empty()) {
    throw base::Error(to_failure(call.doing, answer->status, words));
  }
}

}  // namespace

std::vector<ContainerSummary> Engine::list_containers(const std::vector<std::string>& labels,
                                                      const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = "list containers",
                                          .path = "/containers/json",
                                          .query = {{"all", "1"}, {"filters", label_filter(labels)}}},
                                         stop);
  return parse_container_list(answer.body);
}

std::optional<ContainerInfo> Engine::inspect_container(const std::string& id_or_name,
                                                       const std::stop_token& stop) {
  const auto answer = impl_->api.look_up({.doing = fmt::format("inspect container '{}'", shown(id_or_name)),
                                          .path = item_path("/containers", id_or_name, "/json")},
                                         stop);
  return answer ? std::optional(parse_container(answer->body)) : std::nullopt;
}

std::string Engine::inspect_text(const std::string& id_or_name, const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = fmt::format("inspect container '{}'", shown(id_or_name)),
                                          .path = item_path("/containers", id_or_name, "/json")},
                                         stop);
  const JsonDocument checked(answer.body, "a container");
  return indent("[" + answer.body + "]") + "\n";
}

std::string Engine::create_container(const std::string& name, const ContainerSpec& spec,
                                     const std::stop_token& stop) {
  return create(impl_->api, name, to_json(spec), stop);
}

std::string Engine::recreate_container(const std::string& name, const std::string& recipe,
                                       const ContainerChanges& changes, const std::stop_token& stop) {
  return create(impl_->api, name, to_creation(recipe, changes), stop);
}

void Engine::start_container(const std::string& id, const std::stop_token& stop) {
  impl_->api.require(post("start", id), stop);
}

void Engine::stop_container(const std::string& id, std::chrono::seconds limit, const std::stop_token& stop) {
  ApiCall call = post("stop", id);
  call.query = {{"t", std::to_string(limit.count())}};
  call.idle_limit = kSlowLimit + limit;
  impl_->api.require(call, stop);
}

void Engine::kill_container(const std::string& id, const std::string& signal, const std::stop_token& stop) {
  ApiCall call = post("kill", id);
  call.query = {{"signal", signal}};
  impl_->api.require(call, stop);
}

void Engine::pause_container(const std::string& id, const std::stop_token& stop) {
  impl_->api.require(post("pause", id), stop);
}

void Engine::unpause_container(const std::string& id, const std::stop_token& stop) {
  impl_->api.require(post("unpause", id), stop);
}

void Engine::limit_container(const std::string& id, const Limits& limits, const std::stop_token& stop) {
  ApiCall call = post("update", id);
  call.doing = fmt::format("limit container '{}'", shown(id));
  call.json = to_json(limits);
  impl_->api.require(call, stop);
}

void Engine::set_restart_policy(const std::string& id, const std::string& policy,
                                const std::stop_token& stop) {
  ApiCall call = post("update", id);
  call.doing = fmt::format("change when container '{}' is restarted", shown(id));
  call.json = fmt::format(R"({{"RestartPolicy":{{"Name":"{}"}}}})", policy);
  impl_->api.require(call, stop);
}

bool Engine::remove_container(const std::string& id, const std::stop_token& stop) {
  const ApiCall call{.doing = fmt::format("remove container '{}'", shown(id)),
                     .method = "DELETE",
                     .path = item_path("/containers", id, ""),
                     .query = {{"force", "1"}, {"v", "1"}},
                     .idle_limit = kSlowLimit};
  const auto answer = impl_->api.ask(call, stop);
  if (answer.status == 404) {
    return false;
  }
  if (answer.status == 409 && words_of(answer).find("already in progress") != std::string::npos) {
    wait_until_removed(impl_->api, id, stop);
    return true;
  }
  check_answer(call, answer);
  return true;
}

int Engine::wait_container(const std::string& id, const std::stop_token& stop) {
  ApiCall call = post("wait", id);
  call.doing = fmt::format("wait for container '{}'", shown(id));
  call.query = {{"condition", "not-running"}};
  call.idle_limit = kNoLimit;
  const auto answer = impl_->api.require(call, stop);
  const JsonDocument document(answer.body, "the end of a container");
  return static_cast<int>(document.root().at("StatusCode").as_integer());
}

}  // namespace ingot::docker
