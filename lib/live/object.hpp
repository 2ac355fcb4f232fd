// SPDX-License-Identifier: Apache-2.0
// What the live API tells of: objects as one engine has them now. Plain values.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::live {

enum class Kind {
  engine,
  cluster,
  node,
  kube_api,
  kube_node,
  deployment,
  service,
  pod,
  event,
  instance,
  device,
  network,
  image,
  usage,
  command,
  viewer
};

inline constexpr std::array kAllKinds{Kind::engine,    Kind::cluster,    Kind::node,    Kind::kube_api,
                                      Kind::kube_node, Kind::deployment, Kind::service, Kind::pod,
                                      Kind::event,     Kind::instance,   Kind::device,  Kind::network,
                                      Kind::image,     Kind::usage,      Kind::command, Kind::viewer};

// What a cluster's own API tells, and whether it does.
inline constexpr std::array kKubernetesKinds{Kind::kube_api, Kind::kube_node, Kind::deployment,
                                             Kind::service,  Kind::pod,       Kind::event};

// What only those are told of who name the kind: it changes all the time.
[[nodiscard]] constexpr bool is_on_request(Kind kind) noexcept {
  return kind == Kind::event || kind == Kind::usage || kind == Kind::viewer;
}

// "kube-node", as messages have it.
[[nodiscard]] std::string_view to_text(Kind kind) noexcept;
[[nodiscard]] std::optional<Kind> to_kind(std::string_view text) noexcept;

// What tells an object from others, and what filters look at.
struct Subject {
  Kind kind = Kind::node;
  std::string id;       // among those of its kind: a name, or the engine's id where names may be shared
  std::string cluster;  // that it belongs to (a cluster: itself); empty: none
  std::map<std::string, std::string> labels;
  [[nodiscard]] bool operator==(const Subject&) const = default;
};

struct Object {
  Subject subject;
  std::string data;  // a JSON object, its members sorted: equal data is equal text
};

// Which objects somebody wants to hear of. What is empty asks for nothing in particular.
struct Filter {
  std::vector<Kind> kinds;   // empty: all but those on request
  std::vector<Kind> also{};  // and these
  std::vector<std::string> clusters;
  std::map<std::string, std::string> labels;  // all of them

  [[nodiscard]] bool asks_for(Kind kind) const {
    const auto has = [kind](const auto& some) { return std::ranges::find(some, kind) != some.end(); };
    return (kinds.empty() ? !is_on_request(kind) : has(kinds)) || has(also);
  }
  [[nodiscard]] bool matches(const Subject& subject) const {
    const auto is_wanted = [](const auto& wanted, const auto& value) {
      return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
    };
    return asks_for(subject.kind) && is_wanted(clusters, subject.cluster) &&
           std::ranges::all_of(labels, [&](const auto& label) {
             const auto found = subject.labels.find(label.first);
             return found != subject.labels.end() && found->second == label.second;
           });
  }
};

// When something happened at its origin.
using Moment = std::chrono::system_clock::time_point;

}  // namespace ingot::live
