// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/router.hpp"

#include "base/text.hpp"
#include "support/fake_engine/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace ingot::testing {

namespace {

struct Route {
  std::string_view method;
  std::string_view pattern;  // "{}" is one part, "{+}" one or more
  void (*handle)(Call&);
  std::vector<std::string> queries;  // those the fake understands
};

void ping(Call& call) {
  call.exchange.answer({.body = "OK",
                        .content_type = "text/plain; charset=utf-8",
                        .headers = {{"Api-Version", fmt::format("1.{}", VersionedPath::kNewestApi)},
                                    {"Builder-Version", "2"},
                                    {"Swarm", "inactive"}}});
}

std::vector<Route> make_routes() {
  return {
      {"GET", "/_ping", ping, {}},
      {"HEAD", "/_ping", ping, {}},
      {"GET", "/version", get_version, {}},
      {"GET", "/info", get_info, {}},
      {"GET", "/events", get_events, {"since", "filters"}},
      {"GET", "/images/json", list_images, {"filters"}},
      {"POST",
       "/images/create",
       create_image,
       {"fromImage", "fromSrc", "repo", "tag", "changes", "platform"}},
      {"GET", "/images/get", export_images, {"names"}},
      {"GET", "/images/{+}/json", inspect_image, {}},
      {"DELETE", "/images/{+}", remove_image, {"force", "noprune"}},
      {"GET", "/networks", list_networks, {}},
      {"POST", "/networks/create", create_network, {}},
      {"GET", "/networks/{}", inspect_network, {}},
      {"DELETE", "/networks/{}", remove_network, {}},
      {"GET", "/volumes", list_volumes, {"filters"}},
      {"POST", "/volumes/create", create_volume, {}},
      {"GET", "/volumes/{}", inspect_volume, {}},
      {"DELETE", "/volumes/{}", remove_volume, {}},
      {"GET", "/containers/json", list_containers, {"all", "filters"}},
      {"POST", "/containers/create", create_container, {"name", "platform"}},
      {"GET", "/containers/{}/json", inspect_container, {}},
      {"POST", "/containers/{}/start", start_container, {}},
      {"POST", "/containers/{}/stop", stop_container, {"t"}},
      {"POST", "/containers/{}/kill", kill_container, {"signal"}},
      {"POST", "/containers/{}/update", update_container, {}},
      {"POST", "/containers/{}/pause", pause_container, {}},
      {"POST", "/containers/{}/unpause", unpause_container, {}},
      {"POST", "/containers/{}/wait", wait_container, {"condition"}},
      {"DELETE", "/containers/{}", remove_container, {"force", "v"}},
      {"GET", "/containers/{}/logs", get_logs, {"stdout", "stderr", "follow"}},
      {"GET", "/containers/{}/stats", get_stats, {"stream", "one-shot"}},
      {"GET", "/containers/{}/archive", get_archive, {"path"}},
      {"PUT", "/containers/{}/archive", put_archive, {"path"}},
      {"POST", "/containers/{}/exec", create_exec, {}},
      {"POST", "/exec/{}/start", start_exec, {}},
      {"GET", "/exec/{}/json", inspect_exec, {}},
      {"POST", "/exec/{}/resize", resize_exec, {"h", "w"}},
  };
}

// The decoded names where `pattern` has braces; nothing if it does not fit.
std::optional<std::vector<std::string>> match(std::string_view pattern, const std::string& path) {
  const auto wanted = base::split(pattern, '/');
  const auto parts = base::split(path, '/');
  const bool is_greedy = pattern.find("{+}") != std::string_view::npos;
  if (is_greedy ? parts.size() < wanted.size() : parts.size() != wanted.size()) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  std::size_t at = 0;
  for (const std::string& part : wanted) {
    if (part == "{+}") {
      const std::size_t count = parts.size() - wanted.size() + 1;
      const auto first = parts.begin() + static_cast<std::ptrdiff_t>(at);
      names.push_back(percent_decode(base::join({first, first + static_cast<std::ptrdiff_t>(count)}, "/")));
      at += count;
    } else if (part == "{}") {
      names.push_back(percent_decode(parts[at++]));
    } else if (part != parts[at++]) {
      return std::nullopt;
    }
  }
  return names;
}

void add_violation(State& state, const std::string& text) {
  const std::scoped_lock lock(state.mutex);
  state.violations.push_back(text);
}

void check_queries(State& state, const Exchange& exchange, const Route& route) {
  for (const auto& [key, value] : exchange.request().query) {
    if (std::ranges::find(route.queries, key) == route.queries.end()) {
      add_violation(state, fmt::format("unknown query '{}' in {} {}", key, route.method, route.pattern));
    }
  }
}

void handle(const Route& route, Call& call) {
  try {
    route.handle(call);
  } catch (const Refusal& refusal) {
    if (std::string_view(refusal.what()).starts_with("fake engine:")) {
      add_violation(call.state, refusal.what());
    }
    call.exchange.answer(to_reply(refusal.status(), {{"message", refusal.what()}}));
  } catch (const Json::exception& error) {
    add_violation(call.state, fmt::format("{} {}: {}", route.method, route.pattern, error.what()));
    call.exchange.answer(to_reply(400, {{"message", error.what()}}));
  }
}

}  // namespace

VersionedPath split_version(std::string_view path) {
  const std::size_t end = std::min(path.find('/', 1), path.size());
  int minor = 0;
  if (!path.starts_with("/v1.") ||
      std::from_chars(path.data() + 4, path.data() + end, minor).ptr != path.data() + end) {
    return {.path = std::string(path)};
  }
  return {.minor = minor, .path = std::string(path.substr(end))};
}

void route(State& state, Exchange& exchange, const VersionedPath& path) {
  const std::string& method = exchange.request().method;
  if (path.minor > VersionedPath::kNewestApi) {
    exchange.answer(
        to_reply(400, {{"message", fmt::format("client version 1.{} is too new. Maximum supported API "
                                               "version is 1.{}",
                                               path.minor, VersionedPath::kNewestApi)}}));
    return;
  }
  if (path.minor < VersionedPath::kOldestApi) {
    exchange.answer(
        to_reply(400, {{"message", fmt::format("client version 1.{} is too old. Minimum supported API "
                                               "version is 1.{}, please upgrade your client to a newer "
                                               "version",
                                               path.minor, VersionedPath::kOldestApi)}}));
    return;
  }
  for (const Route& candidate : make_routes()) {
    if (candidate.method != method) {
      continue;
    }
    if (auto names = match(candidate.pattern, path.path)) {
      check_queries(state, exchange, candidate);
      Call call{.state = state, .exchange = exchange, .names = std::move(*names), .api_minor = path.minor};
      handle(candidate, call);
      return;
    }
  }
  add_violation(state, fmt::format("unknown route: {} {}", method, path.path));
  exchange.answer(to_reply(501, {{"message", "fake engine: unknown route"}}));
}

}  // namespace ingot::testing
