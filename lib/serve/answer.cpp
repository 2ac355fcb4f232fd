// SPDX-License-Identifier: Apache-2.0
#include "serve/answer.hpp"

#include "base/text.hpp"
#include "live/protocol.hpp"
#include "serve/console.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ingot::serve {

namespace {

std::string decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                           std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr == &text[i + 1] + 2;
    decoded += is_escape ? static_cast<char>(byte) : text[i] == '+' ? ' ' : text[i];
    i += is_escape ? 2 : 0;
  }
  return decoded;
}

// Nothing for a query that asks for what there is not.
std::optional<live::Filter> to_filter(const Target& target) {
  live::Filter filter;
  for (const auto& [name, value] : target.query) {
    const auto equals = value.find('=');
    if (name == "kind" && live::to_kind(value)) {
      filter.kinds.push_back(*live::to_kind(value));
    } else if (name == "cluster") {
      filter.clusters.push_back(value);
    } else if (name == "label" && equals != std::string::npos) {
      filter.labels[value.substr(0, equals)] = value.substr(equals + 1);
    } else if (name != "token") {
      return std::nullopt;
    }
  }
  return filter;
}

// A `welcome` and a whole `snapshot`, so that a reader can go on from there by WebSocket.
Answer state(const Target& target, const live::World& world, const live::ServerInfo& server) {
  const auto filter = to_filter(target);
  if (!filter) {
    return refusal(400, "the query is not understood", "/state?kind=node&cluster=NAME&label=KEY=VALUE");
  }
  const auto snapshot = world.snapshot(*filter);
  return {.body =
              "{\"welcome\":" +
              live::welcome_message({.run = world.run(), .version = snapshot.version}, false, false, server) +
              ",\"snapshot\":" + live::snapshot_message(snapshot.version, snapshot.objects, true) + "}\n"};
}

}  // namespace

Target parse_target(std::string_view text) {
  const auto mark = text.find('?');
  Target target{.path = decode(text.substr(0, mark)), .query = {}};
  if (mark != std::string_view::npos) {
    for (const auto& part : base::split(text.substr(mark + 1), '&')) {
      const auto equals = std::min(part.find('='), part.size());
      target.query.emplace_back(decode(std::string_view(part).substr(0, equals)),
                                decode(std::string_view(part).substr(std::min(equals + 1, part.size()))));
    }
  }
  return target;
}

std::string_view query_of(const Target& target, std::string_view name) {
  const auto found = std::ranges::find(target.query, name, [](const auto& entry) { return entry.first; });
  return found == target.query.end() ? std::string_view() : std::string_view(found->second);
}

Answer answer(std::string_view method, const Target& target, const live::World& world,
              const live::ServerInfo& server, const Metrics& metrics, std::string_view command_list) {
  if (method != "GET" && method != "HEAD") {
    return refusal(405, "only GET is known", "GET /state");
  }
  if (target.path == "/state") {
    return state(target, world, server);
  }
  if (target.path == "/asyncapi.json") {
    return {.body = live::asyncapi_document(server.version)};
  }
  if (target.path == "/commands.json" && !command_list.empty()) {
    return {.body = std::string(command_list) + "\n"};
  }
  if (target.path == "/metrics") {
    return {.body = metrics.to_text(world), .content_type = "text/plain; version=0.0.4"};
  }
  if (target.path == "/healthz") {
    return {.body = "ok\n", .content_type = "text/plain"};
  }
  if (auto page = console_page(target.path)) {
    return *std::move(page);
  }
  return refusal(404, "there is no such page",
                 "/, /state, /asyncapi.json, /metrics, or a WebSocket at /live");
}

Answer refusal(int status, std::string_view message, std::string_view remedy) {
  return {.status = status, .body = live::error_message(message, remedy) + "\n"};
}

}  // namespace ingot::serve
