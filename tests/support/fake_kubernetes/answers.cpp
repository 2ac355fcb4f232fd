// SPDX-License-Identifier: Apache-2.0
// The HTTP half of the fake API server: from requests to the store and back.
#include "base/text.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"
#include "support/fake_kubernetes/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ingot::testing {

namespace {

constexpr const char* kNamespaces = "/api/v1/namespaces";

// Groups of the API that every server has.
bool is_builtin_group(const std::string& group_path) {
  constexpr std::array<std::string_view, 14> kGroups = {"admissionregistration.k8s.io",
                                                        "apiextensions.k8s.io",
                                                        "apiregistration.k8s.io",
                                                        "apps",
                                                        "autoscaling",
                                                        "batch",
                                                        "certificates.k8s.io",
                                                        "coordination.k8s.io",
                                                        "discovery.k8s.io",
                                                        "networking.k8s.io",
                                                        "policy",
                                                        "rbac.authorization.k8s.io",
                                                        "scheduling.k8s.io",
                                                        "storage.k8s.io"};
  const auto parts = base::split(group_path, '/');
  return group_path == "/api/v1" ||
         (parts.size() == 4 && std::ranges::find(kGroups, parts[2]) != kGroups.end());
}

// What discovery tells of kinds that every server has: enough for a client that wants to see all of them.
Json builtin_resources(const std::string& group_path) {
  Json resources = Json::array();
  const auto add = [&](const char* name, const char* kind, bool namespaced) {
    resources.push_back({{"name", name},
                         {"kind", kind},
                         {"namespaced", namespaced},
                         {"verbs", Json::array({"create", "get", "list", "watch"})}});
  };
  if (group_path == "/api/v1") {
    add("nodes", "Node", false);
    add("pods", "Pod", true);
    add("secrets", "Secret", true);
    add("events", "Event", true);
    resources.push_back({{"name", "pods/log"}, {"kind", "Pod"}, {"namespaced", true}, {"verbs", {"get"}}});
    resources.push_back(
        {{"name", "bindings"}, {"kind", "Binding"}, {"namespaced", true}, {"verbs", {"create"}}});
  } else if (group_path == "/apis/apps/v1") {
    add("deployments", "Deployment", true);
  }
  return resources;
}

bool is_open_to_all(const std::string& path) {
  return path == "/version" || path == "/readyz" || path == "/livez" || path == "/healthz";
}

// "a=b,c" of labels, or "metadata.name=x" of fields.
bool is_selected(const Json& object, const std::map<std::string, std::string>& query) {
  const Json metadata = object.at("metadata");
  const auto fits = [&](const std::string& selector, const auto& value_of) {
    return std::ranges::all_of(base::split(selector, ','), [&](const std::string& term) {
      const std::size_t equals = term.find('=');
      const auto value = value_of(term.substr(0, equals));
      const std::string wanted = equals == std::string::npos ? "" : term.substr(term.find_last_of('=') + 1);
      return term.empty() || (value && (equals == std::string::npos || *value == wanted));
    });
  };
  const auto label = [&](const std::string& name) -> std::optional<std::string> {
    const Json labels = metadata.value("labels", Json::object());
    return labels.contains(name) ? std::optional(labels.at(name).get<std::string>()) : std::nullopt;
  };
  const auto field = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "spec.nodeName") {
      return object.value(Json::json_pointer("/spec/nodeName"), std::string());
    }
    return name == "metadata.name" ? std::optional(metadata.at("name").get<std::string>()) : std::nullopt;
  };
  const auto labels = query.find("labelSelector");
  const auto fields = query.find("fieldSelector");
  return (labels == query.end() || fits(labels->second, label)) &&
         (fields == query.end() || fits(fields->second, field));
}

void apply_patch(Json& object, const Json& patch, const std::string& content_type) {
  if (content_type.starts_with("application/json-patch")) {
    object = object.patch(patch);
  } else {
    object.merge_patch(patch);
  }
}

}  // namespace

void FakeKubernetes::handle(Exchange& exchange) {
  exchange.on_answer([&](int status) {
    const Request& request = exchange.request();
    const std::scoped_lock lock(mutex_);
    requests_.push_back(fmt::format("{} {} -> {}", request.method, request.path, status));
  });
  try {
    answer(exchange);
  } catch (const Json::exception& error) {
    exchange.answer(to_status(400, "BadRequest", error.what()));
  }
}

void FakeKubernetes::answer(Exchange& exchange) {
  const std::string& path = exchange.request().path;
  bool is_starting = false;
  {
    const std::scoped_lock lock(mutex_);
    is_starting = is_starting_;
  }
  if (is_starting) {
    exchange.answer(to_status(503, "ServiceUnavailable", "the server is starting"));
  } else if (!is_open_to_all(path) && exchange.client_name().empty()) {
    exchange.answer(to_status(401, "Unauthorized", "Unauthorized"));
  } else if (path.ends_with(":10256/proxy/healthz")) {  // a kube-proxy's, and all of ours are well
    exchange.answer({.body = "{}"});
  } else if (auto resource = ResourcePath::parse(path)) {
    answer_resource(exchange, std::move(*resource));
  } else {
    answer_other(exchange);
  }
}

void FakeKubernetes::answer_other(Exchange& exchange) {
  const std::string& path = exchange.request().path;
  if (path == "/version") {
    exchange.answer({.body = Json{{"major", "1"}, {"minor", "31"}, {"gitVersion", options_.version}}.dump()});
  } else if (is_open_to_all(path)) {
    exchange.answer({.body = "ok", .content_type = "text/plain; charset=utf-8"});
  } else if (path == "/apis") {
    const Json apps = {{"name", "apps"}, {"preferredVersion", {{"groupVersion", "apps/v1"}}}};
    exchange.answer({.body = Json{{"kind", "APIGroupList"}, {"groups", Json::array({apps})}}.dump()});
  } else if (path.starts_with("/api/") || path.starts_with("/apis/")) {
    answer_discovery(exchange, path);
  } else {
    exchange.answer(to_status(404, "NotFound", "the server could not find the requested resource"));
  }
}

// The kinds of custom resources; clients know the others.
void FakeKubernetes::answer_discovery(Exchange& exchange, const std::string& group_path) {
  Json resources = builtin_resources(group_path);
  for (const Json& definition : list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")) {
    const Json& spec = definition.at("spec");
    for (const Json& version : spec.at("versions")) {
      if (fmt::format("/apis/{}/{}", spec.at("group").get<std::string>(),
                      version.at("name").get<std::string>()) == group_path) {
        resources.push_back({{"name", spec.at("names").at("plural")},
                             {"kind", spec.at("names").at("kind")},
                             {"namespaced", spec.at("scope") == "Namespaced"},
                             {"verbs", Json::array({"create", "get", "list", "watch"})}});
      }
    }
  }
  if (resources.empty() && !is_builtin_group(group_path)) {
    exchange.answer(to_status(404, "NotFound", "the server could not find the requested resource"));
    return;
  }
  const std::string version = group_path.substr(group_path.find('/', 1) + 1);
  exchange.answer({.body = Json{{"kind", "APIResourceList"},
                                {"apiVersion", "v1"},
                                {"groupVersion", version},
                                {"resources", resources}}
                               .dump()});
}

void FakeKubernetes::answer_resource(Exchange& exchange, ResourcePath path) {
  const std::string& method = exchange.request().method;
  if (method == "GET" && path.name.empty()) {
    list_or_watch(exchange, path);
  } else if (method == "GET") {
    const auto object = store_.find(path);
    exchange.answer(object ? Reply{.body = object->dump()} : not_found(path));
  } else if (method == "POST" && path.name.empty()) {
    post(exchange, path);
  } else if (method == "POST" && path.plural == "pods" && path.subresource == "eviction") {
    evict(exchange, path);
  } else if (method == "PATCH") {
    patch(exchange, path);
  } else if (method == "PUT") {
    put(exchange, path);
  } else if (method == "DELETE" && !path.name.empty()) {
    exchange.answer(take_away(path) ? to_status(200, "", "") : not_found(path));
  } else {
    exchange.answer(to_status(405, "MethodNotAllowed", "the fake API server does not know how"));
  }
}

// A budget is for every pod of its namespace; pods end at once.
void FakeKubernetes::evict(Exchange& exchange, ResourcePath path) {
  path.subresource.clear();
  for (const Json& budget :
       list(fmt::format("/apis/policy/v1/namespaces/{}/poddisruptionbudgets", path.name_space))) {
    if (budget.value(Json::json_pointer("/status/disruptionsAllowed"), 1) == 0) {
      exchange.answer(to_status(429, "TooManyRequests",
                                fmt::format("The disruption budget {} needs more healthy pods",
                                            budget.at("metadata").at("name").get<std::string>())));
      return;
    }
  }
  exchange.answer(store_.remove(path) ? to_status(201, "", "") : not_found(path));
}

void FakeKubernetes::post(Exchange& exchange, const ResourcePath& path) {
  const Json object = Json::parse(exchange.request().body);
  const std::string name = object.at("metadata").value("name", "");
  if (!path.name_space.empty() && !get(fmt::format("{}/{}", kNamespaces, path.name_space))) {
    exchange.answer(not_found({.group_path = "/api/v1", .plural = "namespaces", .name = path.name_space}));
    return;
  }
  const auto stored = add(path, object);
  exchange.answer(stored ? Reply{.status = 201, .body = stored->dump()} : already_exists(path, name));
}

void FakeKubernetes::patch(Exchange& exchange, const ResourcePath& path) {
  const Json change = Json::parse(exchange.request().body);
  const auto& headers = exchange.request().headers;
  const auto found = headers.find("content-type");
  const std::string type = found == headers.end() ? "" : found->second;
  if (auto changed = store_.edit(path, [&](Json& object) { apply_patch(object, change, type); })) {
    exchange.answer({.body = changed->dump()});
  } else if (type.starts_with("application/apply-patch")) {
    post(exchange, {.group_path = path.group_path, .name_space = path.name_space, .plural = path.plural});
  } else {
    exchange.answer(not_found(path));
  }
}

void FakeKubernetes::put(Exchange& exchange, const ResourcePath& path) {
  const Json object = Json::parse(exchange.request().body);
  const auto changed = store_.edit(path, [&](Json& current) {
    if (path.subresource.empty()) {
      current = object;
    } else {
      current[path.subresource] = object.value(path.subresource, Json());
    }
  });
  exchange.answer(changed ? Reply{.body = changed->dump()} : not_found(path));
}

void FakeKubernetes::list_or_watch(Exchange& exchange, const ResourcePath& path) {
  const auto& query = exchange.request().query;
  const auto watched = query.find("watch");
  if (watched != query.end() && (watched->second == "true" || watched->second == "1")) {
    watch(exchange, path);
    return;
  }
  const Store::Listing listing = store_.list(path);
  Json items = Json::array();
  for (const Json& item : listing.items) {
    if (is_selected(item, query)) {
      items.push_back(item);
    }
  }
  exchange.answer({.body = Json{
                       {"kind", "List"},
                       {"apiVersion", "v1"},
                       {"metadata", {{"resourceVersion", std::to_string(listing.version)}}},
                       {"items",
                        items}}.dump()});
}

void FakeKubernetes::watch(Exchange& exchange, const ResourcePath& path) {
  const auto& query = exchange.request().query;
  const auto from = query.find("resourceVersion");
  std::int64_t version = from == query.end() || from->second.empty() ? 0 : std::stoll(from->second);
  exchange.begin({});
  std::optional<int> ended;  // as often as when this watch began
  bool is_over = false;
  bool has_expired = false;
  for (bool goes_on = true; goes_on && !is_over;) {
    std::vector<StoreEvent> fresh;
    goes_on = exchange.wait(store_.bell(), store_.mutex(), [&] {
      is_over = ended.value_or(ended_watches_) != ended_watches_;
      has_expired = has_expired_;
      ended = ended_watches_;
      fresh = store_.events_after(path, version);
      return is_over || !fresh.empty();
    });
    for (const StoreEvent& event : fresh) {
      if (is_selected(event.object, query)) {
        goes_on =
            goes_on && exchange.send(Json{{"type", event.type}, {"object", event.object}}.dump() + "\n");
      }
    }
  }
  if (is_over && has_expired) {
    const Json gone = Json::parse(to_status(410, "Expired", "too old resource version").body);
    exchange.send(Json{{"type", "ERROR"}, {"object", gone}}.dump() + "\n");
  }
  if (is_over) {
    exchange.end();
  }
}

}  // namespace ingot::testing
