// SPDX-License-Identifier: Apache-2.0
#include "feed/kube_objects.hpp"

#include "base/text.hpp"
#include "feed/api_json.hpp"
#include "feed/make_object.hpp"
#include "feed/pod_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::feed {

namespace {

using live::Kind;
using live::Object;
using nlohmann::json;

constexpr std::array kResources{KubeResource{Kind::kube_node, "/api/v1/nodes"},
                                KubeResource{Kind::deployment, "/apis/apps/v1/deployments"},
                                KubeResource{Kind::service, "/api/v1/services"},
                                KubeResource{Kind::pod, "/api/v1/pods"},
                                KubeResource{Kind::event, "/api/v1/events"}};

// "80", or the name of a container's port.
std::string port_text(const json& port, std::string_view name) {
  const auto number = number_of(port, name);
  return number != 0 ? std::to_string(number) : text_of(port, name);
}

std::string protocol_of(const json& port) {
  const auto protocol = text_of(port, "protocol");
  return protocol.empty() ? "TCP" : protocol;
}

// What `to_text` makes of each port, where it makes anything.
template <typename ToText>
std::vector<std::string> ports_of(const json& service, const ToText& to_text) {
  std::vector<std::string> ports;
  for (const json& port : list_of(service, "spec/ports")) {
    auto text = to_text(port);
    if (!text.empty() && ports.size() < kMostItems) {
      ports.push_back(std::move(text));
    }
  }
  return ports;
}

std::string port_of(const json& port) {
  const auto name = text_of(port, "name");
  return fmt::format("{}{}{}->{}/{}", name, name.empty() ? "" : ":", port_text(port, "port"),
                     port_text(port, "targetPort"), protocol_of(port));
}

std::string node_port_of(const json& port) {
  const auto number = number_of(port, "nodePort");
  return number == 0 ? "" : fmt::format("{}->{}/{}", number, port_text(port, "port"), protocol_of(port));
}

std::vector<std::string> addresses_of(const json& service) {
  std::vector<std::string> addresses;
  const auto add = [&](const std::vector<std::string>& more) {
    addresses.insert(addresses.end(), more.begin(), more.end());
  };
  add(texts_of(service, "spec/clusterIPs"));
  add(texts_of(service, "spec/externalIPs"));
  add({text_of(service, "spec/externalName")});
  add(texts_of(service, "status/loadBalancer/ingress", "ip"));
  add(texts_of(service, "status/loadBalancer/ingress", "hostname"));
  std::erase_if(addresses, [](const auto& address) { return address.empty() || address == "None"; });
  return addresses;
}

// Ready should be so, and everything else, such as MemoryPressure, should not.
bool is_as_it_should_be(const json& condition) {
  return text_of(condition, "status") == (text_of(condition, "type") == "Ready" ? "True" : "False");
}

std::vector<std::string> faults_of(const json& node) {
  std::vector<std::string> faults;
  for (const json& condition : list_of(node, "status/conditions")) {
    if (!is_as_it_should_be(condition) && faults.size() < kMostItems) {
      faults.push_back(fmt::format("{}: {}", text_of(condition, "type"), text_of(condition, "reason")));
    }
  }
  return faults;
}

bool is_ready(const json& node) {
  return std::ranges::any_of(list_of(node, "status/conditions"), [](const json& condition) {
    return text_of(condition, "type") == "Ready" && text_of(condition, "status") == "True";
  });
}

json node_data(const json& node) {
  return {{"name", text_of(node, "metadata/name")},
          {"ready", is_ready(node)},
          {"unschedulable", flag_of(node, "spec/unschedulable")},
          {"version", text_of(node, "status/nodeInfo/kubeletVersion")},
          {"addresses", texts_of(node, "status/addresses", "address")},
          {"capacity", map_of(node, "status/capacity")},
          {"allocatable", map_of(node, "status/allocatable")},
          {"conditions", faults_of(node)}};
}

json names_of(const json& object) {
  return {{"name", text_of(object, "metadata/name")}, {"namespace", text_of(object, "metadata/namespace")}};
}

json deployment_data(const json& deployment) {
  json data = names_of(deployment);
  data.update({{"wanted", number_of(deployment, "spec/replicas")},
               {"ready", number_of(deployment, "status/readyReplicas")},
               {"updated", number_of(deployment, "status/updatedReplicas")},
               {"images", texts_of(deployment, "spec/template/spec/containers", "image")}});
  return data;
}

json service_data(const json& service) {
  json data = names_of(service);
  data.update({{"type", text_of(service, "spec/type")},
               {"addresses", addresses_of(service)},
               {"ports", ports_of(service, port_of)},
               {"nodePorts", ports_of(service, node_port_of)},
               {"selector", map_of(service, "spec/selector")}});
  return data;
}

json pod_data(const json& pod) {
  const auto state = state_of_pod(pod);
  json data = names_of(pod);
  data.update({{"node", text_of(pod, "spec/nodeName")},
               {"phase", state.status},
               {"ready", fmt::format("{}/{}", state.ready, state.containers)},
               {"restarts", state.restarts},
               {"address", text_of(pod, "status/podIP")},
               {"images", texts_of(pod, "spec/containers", "image")}});
  return data;
}

json event_data(const json& event) {
  const auto series = number_of(event, "series/count");
  return {{"namespace", text_of(event, "metadata/namespace")},
          {"about", fmt::format("{}/{}", text_of(event, "involvedObject/kind"),
                                text_of(event, "involvedObject/name"))},
          {"reason", text_of(event, "reason")},
          {"message", text_of(event, "message")},
          {"level", text_of(event, "type")},
          {"count", std::max<std::uint64_t>({series, number_of(event, "count"), 1})}};
}

json data_of(Kind kind, const json& object) {
  switch (kind) {
    case Kind::kube_node:
      return node_data(object);
    case Kind::deployment:
      return deployment_data(object);
    case Kind::service:
      return service_data(object);
    case Kind::pod:
      return pod_data(object);
    default:
      return event_data(object);
  }
}

}  // namespace

std::span<const KubeResource> kube_resources() {
  return kResources;
}

Object to_kube_api(const std::string& cluster, const std::string& failure) {
  return make_object(
      {.kind = Kind::kube_api, .id = cluster, .cluster = cluster, .labels = {}},
      {{"state", failure.empty() ? "Connected" : "Away"}, {"detail", failure.substr(0, kMostText)}});
}

std::string id_of(const std::string& cluster, const json& object) {
  const auto name = text_of(object, "metadata/name");
  const auto name_space = text_of(object, "metadata/namespace");
  return name.empty()         ? ""
         : name_space.empty() ? fmt::format("{}/{}", cluster, name)
                              : fmt::format("{}/{}/{}", cluster, name_space, name);
}

live::Moment moment_of(const json& event) {
  live::Moment latest{};
  for (const auto* member : {"series/lastObservedTime", "lastTimestamp", "eventTime", "firstTimestamp",
                             "metadata/creationTimestamp"}) {
    latest = std::max(latest, time_of(event, member).value_or(live::Moment{}));
  }
  return latest;
}

std::optional<Object> to_object(Kind kind, const std::string& cluster, const json& object) {
  auto id = id_of(cluster, object);
  if (id.empty()) {
    return std::nullopt;
  }
  json data = data_of(kind, object);
  if (kind == Kind::event) {
    if (const auto at = moment_of(object); at != live::Moment{}) {
      data["at"] = base::to_rfc3339(at);
    }
  } else if (const auto created = time_of(object, "metadata/creationTimestamp")) {
    data["created"] = base::to_rfc3339(*created);
  }
  return make_object(
      {.kind = kind, .id = std::move(id), .cluster = cluster, .labels = map_of(object, "metadata/labels")},
      data);
}

}  // namespace ingot::feed
