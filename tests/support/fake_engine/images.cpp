// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/mounts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

Json or_null(const auto& values) {
  return values.empty() ? Json() : Json(values);
}

Image& require_image(State& state, const std::string& reference) {
  if (std::ranges::count(reference.substr(reference.rfind('/') + 1), ':') > 1) {
    throw Refusal(400, "invalid reference format");
  }
  Image* image = state.find_image(reference);
  if (image == nullptr) {
    throw Refusal(404, fmt::format("No such image: {}", full_reference(reference)));
  }
  return *image;
}

// One tag belongs to one image.
void add_tagged(State& state, Image image, const std::string& reference) {
  for (auto& [id, other] : state.images) {
    std::erase(other.tags, reference);
  }
  image.tags = {reference};
  if (image.id.empty()) {
    image.id = "sha256:" + state.new_id();
  }
  state.images[image.id] = std::move(image);
  state.bell.ring();
}

void import_image(Call& call) {
  Image image;
  if (!image.files.unpack("/", call.exchange.request().body)) {
    throw Refusal(500, "archive/tar: invalid tar header");
  }
  const std::scoped_lock lock(call.state.mutex);
  image.id = "sha256:" + call.state.new_id();
  const std::string id = image.id;
  add_tagged(call.state, std::move(image), call.query("repo") + ":" + call.query("tag", "latest"));
  call.exchange.answer({.body = Json{{"status", id}}.dump() + "\r\n"});
}

[[noreturn]] void refuse_pull(const std::string& name) {
  const std::string host = name.substr(0, name.find('/'));
  if (host.find(':') != std::string::npos) {
    throw Refusal(
        500, fmt::format(R"(Get "http://{}/v2/": dial tcp {}: connect: connection refused)", host, host));
  }
  throw Refusal(404,
                fmt::format("pull access denied for {}, repository does not exist or may require 'docker "
                            "login': denied: requested access to the resource is denied",
                            name));
}

void send_progress(Exchange& exchange, const std::string& name, const std::string& tag,
                   const std::string& id) {
  const auto say = [&](const Json& line) { exchange.send(line.dump() + "\r\n"); };
  exchange.begin({});
  say({{"status", "Pulling from " + name}, {"id", tag}});
  for (const int current : {0, 512, 1024}) {
    say({{"status", "Downloading"},
         {"progressDetail", {{"current", current}, {"total", 1024}}},
         {"id", "f4ke1a7e5"}});
  }
  say({{"status", "Pull complete"}, {"progressDetail", Json::object()}, {"id", "f4ke1a7e5"}});
  say({{"status", "Digest: " + id}});
  say({{"status", fmt::format("Status: Downloaded newer image for {}:{}", name, tag)}});
  exchange.end();
}

}  // namespace

void list_images(Call& call) {
  const auto wanted = label_filter(call);
  const std::scoped_lock lock(call.state.mutex);
  Json list = Json::array();
  for (const auto& [id, image] : call.state.images) {
    if (carries(image.labels, wanted)) {
      list.push_back({{"Id", id},
                      {"RepoTags", image.tags},
                      {"RepoDigests", Json::array()},
                      {"Labels", or_null(image.labels)},
                      {"Created", std::chrono::system_clock::to_time_t(image.created)},
                      {"Size", image.files.size()},
                      {"SharedSize", -1},
                      {"Containers", -1},
                      {"ParentId", ""}});
    }
  }
  call.exchange.answer(to_reply(200, list));
}

void inspect_image(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const Image& image = require_image(call.state, call.name());
  Json answer = {{"Id", image.id},
                 {"RepoTags", image.tags},
                 {"RepoDigests", Json::array()},
                 {"Created", to_time_text(image.created)},
                 {"Architecture", "amd64"},
                 {"Os", "linux"},
                 {"Size", image.files.size()},
                 {"Config",
                  {{"Env", or_null(image.env)},
                   {"Cmd", or_null(image.command)},
                   {"Entrypoint", or_null(image.entrypoint)},
                   {"Labels", or_null(image.labels)}}}};
  if (!image.layers.empty()) {
    answer["RootFS"] = {{"Type", "layers"}, {"Layers", image.layers}};
    answer["GraphDriver"] = to_graph_driver(image.id);
  }
  call.exchange.answer(to_reply(200, answer));
}

void create_image(Call& call) {
  if (call.query("fromSrc") == "-") {
    import_image(call);
    return;
  }
  const std::string name = call.query("fromImage");
  const std::string tag = call.query("tag", "latest");
  if (std::ranges::any_of(name, [](unsigned char c) { return c >= 'A' && c <= 'Z'; })) {
    throw Refusal(
        400, fmt::format("invalid reference format: repository name (library/{}) must be lowercase", name));
  }
  std::string id;
  {
    const std::scoped_lock lock(call.state.mutex);
    const std::string reference = full_reference(name + (tag.starts_with("sha256:") ? "@" : ":") + tag);
    const auto found = call.state.registry.find(reference);
    if (found == call.state.registry.end()) {
      refuse_pull(name);
    }
    add_tagged(call.state, found->second, reference);
    id = call.state.find_image(reference)->id;
  }
  send_progress(call.exchange, name, tag, id);
}

void export_images(Call& call) {
  std::string archive;
  {
    const std::scoped_lock lock(call.state.mutex);
    archive = require_image(call.state, call.query("names")).archive;
  }
  call.exchange.begin({.content_type = "application/x-tar"});
  call.exchange.send(archive);
  call.exchange.end();
}

void remove_image(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const Image& image = require_image(call.state, call.name());
  const bool is_used = std::ranges::any_of(
      call.state.containers, [&](const auto& container) { return container->image_id == image.id; });
  if (is_used && !call.flag("force")) {
    throw Refusal(409, fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - "
                                   "a container is using its referenced image",
                                   call.name()));
  }
  Json removed = Json::array({{{"Deleted", image.id}}});
  const std::string id = image.id;
  call.state.tell("image", "delete", id, {});
  call.state.images.erase(id);
  call.exchange.answer(to_reply(200, removed));
}

}  // namespace ingot::testing
