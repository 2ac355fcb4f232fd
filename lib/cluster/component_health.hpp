// SPDX-License-Identifier: Apache-2.0
// What the objects of a cluster say about its components. Pure functions on answers of an API server, which
// may lack any part. For lib/cluster, lib/lifecycle and lib/scale.
#pragma once

#include "cluster/results.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace ingot::cluster {

using Now = std::chrono::system_clock::time_point;

// What is inside an object; null where there is nothing.
[[nodiscard]] nlohmann::json at_path(const nlohmann::json& object,
                                     std::initializer_list<std::string_view> path);
// A list inside an object; empty where there is none.
[[nodiscard]] nlohmann::json list_at(const nlohmann::json& object,
                                     std::initializer_list<std::string_view> path);
// A whole number inside an object, or `otherwise`.
[[nodiscard]] int number_at(const nlohmann::json& object, std::initializer_list<std::string_view> path,
                            int otherwise);
// A text inside an object; empty where there is none.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::initializer_list<std::string_view> path);
// The condition of that type; null where it is not reported.
[[nodiscard]] nlohmann::json condition_of(const nlohmann::json& object, std::string_view type);
// Whether it is reported and "True". What it says is left in `seen`.
[[nodiscard]] bool condition_holds(const nlohmann::json& object, std::string_view type);
[[nodiscard]] bool condition_holds(const nlohmann::json& object, std::string_view type, std::string& seen);

// Whether the node is Ready and the scheduler may give it pods: the node lifecycle controller takes away its
// taint a moment after kubelet called the node Ready. What is missing is left in `seen`. Taints of other
// owners, of an operator's or of a network's, do not count.
[[nodiscard]] bool takes_pods(const nlohmann::json& node, std::string& seen);

// Whether the node takes pods, and its kubelet has called it Ready since `started`, in whole seconds. What is
// missing is left in `seen`.
[[nodiscard]] bool is_back(const nlohmann::json& node, Now started, std::string& seen);

// Where a node is reached from its cluster, as its kubelet tells: "172.18.0.2", in dual-stack clusters both
// addresses with a comma between.
[[nodiscard]] std::string addresses_of(const nlohmann::json& node);

// When the containers of nodes were started the last time, by the nodes' names.
using NodeStarts = std::map<std::string, Now>;

// Of a list of pods, those labelled component=`label`; all of them have to be healthy. kubelet calls a pod
// with a startup probe ready only when that was asked the first time, 10 s and more after it runs: in the
// first minute of its own, or of its node's, a pod counts as healthy as soon as its container runs and was
// never started again.
[[nodiscard]] ComponentStatus static_pod_health(const nlohmann::json& pods, std::string_view label,
                                                std::string title, Now now, const NodeStarts& starts = {});

// Any DaemonSet of kube-system but kube-proxy is taken to be the network's. Its pods, too, have a minute.
[[nodiscard]] ComponentStatus network_health(const nlohmann::json& daemon_sets, Now now,
                                             const NodeStarts& starts = {});

// Of the Deployment coredns, or null.
[[nodiscard]] ComponentStatus dns_health(const nlohmann::json& deployment);

// Of a list of storage classes: whether one is the default.
[[nodiscard]] ComponentStatus storage_health(const nlohmann::json& storage_classes);

}  // namespace ingot::cluster
