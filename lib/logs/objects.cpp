// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "kube/client.hpp"
#include "logs/collect.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::logs {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kIdleLimit{30'000};
constexpr std::size_t kWidth = 8;

std::string text_at(const json& object, std::initializer_list<const char*> path) {
  const json* at = &object;
  for (const char* key : path) {
    const auto found = at->is_object() ? at->find(key) : at->end();
    if (!at->is_object() || found == at->end()) {
      return {};
    }
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : std::string();
}

json list_at(const json& object, const char* key) {
  const json found = object.is_object() ? object.value(key, json()) : json();
  return found.is_array() ? found : json::array();
}

// A kind that can be listed: "pods" below "/api/v1".
struct Listing {
  std::string path;
  std::string file;  // "pods.json", "deployments.apps.json"
};

bool can_list(const json& resource) {
  const auto verbs = list_at(resource, "verbs");
  return std::ranges::find(verbs, json("list")) != verbs.end();
}

void add_listings(const json& document, const std::string& group_path, const std::string& group,
                  std::vector<Listing>& listings) {
  for (const auto& resource : list_at(document, "resources")) {
    const auto name = text_at(resource, {"name"});
    // Events are kept by two groups, under one name: the older has more readers.
    const bool is_double = group == "events.k8s.io" && name == "events";
    if (!name.empty() && name.find('/') == std::string::npos && can_list(resource) && !is_double) {
      listings.push_back({fmt::format("{}/{}", group_path, name),
                          group.empty() ? name + ".json" : fmt::format("{}.{}.json", name, group)});
    }
  }
}

// What of a Secret may be known: that it is there, and the names of what it holds.
json without_data(const json& secret) {
  json kept = {{"metadata",
                {{"name", text_at(secret, {"metadata", "name"})},
                 {"namespace", text_at(secret, {"metadata", "namespace"})},
                 {"creationTimestamp", text_at(secret, {"metadata", "creationTimestamp"})}}},
               {"type", text_at(secret, {"type"})},
               {"keys", json::array()}};
  const json data = secret.is_object() ? secret.value("data", json()) : json();
  if (data.is_object()) {
    for (const auto& entry : data.items()) {
      kept["keys"].push_back(entry.key());
    }
  }
  return kept;
}

std::string time_of(const json& event) {
  for (const auto& path :
       {std::initializer_list<const char*>{"series", "lastObservedTime"},
        std::initializer_list<const char*>{"lastTimestamp"}, std::initializer_list<const char*>{"eventTime"},
        std::initializer_list<const char*>{"metadata", "creationTimestamp"}}) {
    if (auto time = text_at(event, path); !time.empty()) {
      return time;
    }
  }
  return "-";
}

// What happened, oldest first, a line each.
std::string events_text(const json& events) {
  std::vector<std::string> lines;
  for (const auto& event : events) {
    lines.push_back(fmt::format("{} {} {} {}/{}/{}: {}\n", time_of(event), text_at(event, {"type"}),
                                text_at(event, {"reason"}), text_at(event, {"involvedObject", "namespace"}),
                                text_at(event, {"involvedObject", "kind"}),
                                text_at(event, {"involvedObject", "name"}),
                                base::replace_all(text_at(event, {"message"}), "\n", " ")));
  }
  std::ranges::sort(lines);
  return base::join(lines, "");
}

class ObjectCollection {
 public:
  ObjectCollection(kube::Client& api, const Folder& folder, Findings& findings, const std::stop_token& stop)
      : api_(api), folder_(folder), findings_(findings), stop_(stop) {}

  void run() {
    std::vector<std::function<void()>> works{
        [this] { text_to("/version", "version.json"); },
        [this] { text_to("/readyz?verbose", "readyz.txt"); },
        [this] { secrets(); },
        [this] { events(); },
    };
    const auto listings = discover();
    for (const auto& listing : listings) {
      works.emplace_back([this, &listing] {
        findings_.note_failure("cluster/" + listing.file, [&] {
          auto file = folder_.create(listing.file);
          api_.stream(
              listing.path + "?pretty=true", kIdleLimit,
              [&](std::string_view bytes) {
                file.write(bytes);
                return true;
              },
              stop_);
        });
      });
    }
    run_all(works, kWidth, stop_);
  }

 private:
  void text_to(const std::string& path, const std::string& name) {
    findings_.note_failure("cluster/" + name, [&] {
      const auto text = api_.get_text(path, stop_);
      folder_.create(name).write(text + (text.ends_with('\n') ? "" : "\n"));
    });
  }

  // Every kind but Secrets.
  std::vector<Listing> discover() {
    std::vector<Listing> listings;
    const auto look = [&](const std::string& group_path, const std::string& group) {
      findings_.note_failure("cluster" + group_path, [&] {
        const auto document = api_.get(group_path, stop_);
        add_listings(document ? *document : json(), group_path, group, listings);
      });
    };
    look("/api/v1", "");
    std::erase_if(listings, [](const Listing& listing) { return listing.path == "/api/v1/secrets"; });
    findings_.note_failure("cluster/apis", [&] {
      const auto groups = api_.get("/apis", stop_);
      for (const auto& group : list_at(groups ? *groups : json(), "groups")) {
        look("/apis/" + text_at(group, {"preferredVersion", "groupVersion"}), text_at(group, {"name"}));
      }
    });
    return listings;
  }

  void secrets() {
    findings_.note_failure("cluster/secrets.json", [&] {
      json kept = {{"apiVersion", "v1"}, {"kind", "List"}, {"items", json::array()}};
      const json secrets = api_.list("/api/v1/secrets", stop_);
      for (const auto& secret : secrets.at("items")) {
        kept["items"].push_back(without_data(secret));
      }
      folder_.create("secrets.json").write(kept.dump(2) + "\n");
    });
  }

  void events() {
    findings_.note_failure("cluster/events.txt", [&] {
      const auto text = events_text(api_.list("/api/v1/events", stop_).at("items"));
      folder_.create("events.txt").write(text);
    });
  }

  kube::Client& api_;
  const Folder& folder_;
  Findings& findings_;
  const std::stop_token& stop_;
};

// A client of the first API server that answers, at its own port or behind the load balancer.
std::unique_ptr<kube::Client> find_api(node::Host& host, const std::vector<node::Node>& nodes,
                                       std::string& reason, const std::stop_token& stop) {
  const auto* entrance = cluster::entrance_of(nodes);
  reason = "the cluster has no control plane";
  for (const auto& node : nodes) {
    if (node.role != node::kControlPlaneRole) {
      continue;
    }
    if (node.state != "running") {
      reason = fmt::format("node {} is {}", node.name, node.state);
      continue;
    }
    for (const auto& door : std::set<std::string>{entrance->name, node.name}) {
      try {
        auto api = cluster::admin_api(host, node.name, door, door, stop);
        static_cast<void>(api->get_text("/version", stop));
        return api;
      } catch (const base::Error& error) {
        reason = reason_of(error.failure());
      }
    }
  }
  return nullptr;
}

}  // namespace

void collect_objects(node::Host& host, const std::vector<node::Node>& nodes, const Folder& folder,
                     Findings& findings, const std::stop_token& stop) {
  findings.note_failure("cluster", [&] {
    std::string reason;
    const auto api = find_api(host, nodes, reason, stop);
    if (!api) {
      findings.add("cluster (objects and events)", reason);
      return;
    }
    const auto own = folder.below("cluster");
    ObjectCollection(*api, own, findings, stop).run();
  });
}

}  // namespace ingot::logs
