// SPDX-License-Identifier: Apache-2.0
#include "cluster/expiry.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/membership.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

namespace {

// A file for each extension, named by its moment: none is ever replaced, so whoever reads meanwhile finds a
// whole one.
constexpr std::string_view kFolder = "/kind/ingot-expires";
constexpr std::string_view kNever = "never";

using Clock = std::chrono::system_clock;

// The newest file's text; empty where there is none.
std::string last_extension(node::Host& host, const std::string& control_plane, const std::stop_token& stop) {
  try {
    const auto files = tar::unpack(host.engine().get_archive(control_plane, std::string(kFolder), stop));
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
      if (!file->second.empty()) {  // else it is being written
        return file->second;
      }
    }
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::not_found) {
      throw;
    }
  }
  return {};
}

std::vector<node::Node> control_planes_of(const std::vector<node::Node>& nodes, const std::string& name) {
  std::vector<node::Node> found;
  std::ranges::copy_if(nodes, std::back_inserter(found), [&](const node::Node& node) {
    return node.cluster == name && node.role == node::kControlPlaneRole;
  });
  std::ranges::sort(found, {}, &node::Node::name);
  return found;
}

std::string label_of(const std::vector<node::Node>& nodes, const std::string& name) {
  for (const auto& node : nodes) {
    const auto label = node.labels.find(std::string(node::kExpiresLabel));
    if (node.cluster == name && label != node.labels.end()) {
      return label->second;
    }
  }
  return {};
}

[[noreturn]] void refuse(const std::string& name, std::string cause, std::string remedy) {
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("the time of cluster '{}' cannot be changed", name),
                     .cause = std::move(cause),
                     .remedy = std::move(remedy)});
}

}  // namespace

Expiry expiry_of(node::Host& host, const std::vector<node::Node>& nodes, const std::string& name,
                 const std::stop_token& stop) {
  const std::string label = label_of(nodes, name);
  if (label.empty()) {
    return std::nullopt;
  }
  std::string text;
  for (const auto& control_plane : control_planes_of(nodes, name)) {
    if (text = last_extension(host, control_plane.id, stop); !text.empty()) {
      break;
    }
  }
  return base::parse_rfc3339(base::trim(text.empty() ? label : text));
}

bool is_over(const Expiry& expiry) {
  return expiry && *expiry <= Clock::now();
}

ExtendResult extend(node::Host& host, const std::string& name,
                    const std::optional<std::chrono::milliseconds>& ttl, const std::stop_token& stop) {
  const auto nodes = require_nodes(host, name, stop);
  if (label_of(nodes, name).empty()) {
    refuse(name, "it was created without --ttl, so it never expires", "ingot cluster create --ttl 2h");
  }
  const auto control_planes = control_planes_of(nodes, name);
  if (control_planes.empty()) {
    refuse(name, "it has no control plane", "ingot cluster delete " + name);
  }
  const auto now = Clock::now();
  const auto until = ttl ? base::to_rfc3339(now + *ttl) : std::string(kNever);
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  const auto path = fmt::format("{}/{:020}", kFolder, nanoseconds);
  for (const auto& control_plane : control_planes) {
    host.put_files(control_plane.id, tar::pack({{path, until + "\n"}}), stop);
  }
  return {.name = name, .expires = base::parse_rfc3339(until)};
}

}  // namespace ingot::cluster
