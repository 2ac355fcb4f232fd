// SPDX-License-Identifier: Apache-2.0
#include "certs/places.hpp"

#include "base/error.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ingot::certs {

namespace {

constexpr std::string_view kPki = "/etc/kubernetes/pki/";
constexpr std::string_view kKubelet = "/var/lib/kubelet/pki/";

struct Known {
  std::string_view name;
  std::string_view authority;
  std::string_view purpose;
};

constexpr std::array<Known, 3> kAuthorities = {{
    {"ca", "", "issues those of API servers, their clients and kubelets"},
    {"front-proxy-ca", "", "issues those of API servers as proxies"},
    {"etcd/ca", "", "issues those of etcd and its clients"},
}};

constexpr std::array<Known, 7> kPairs = {{
    {"apiserver", "ca", "API server, to its clients"},
    {"apiserver-kubelet-client", "ca", "API server, to kubelets"},
    {"apiserver-etcd-client", "etcd/ca", "API server, to etcd"},
    {"front-proxy-client", "front-proxy-ca", "API server, to extension API servers"},
    {"etcd/server", "etcd/ca", "etcd, to its clients"},
    {"etcd/peer", "etcd/ca", "etcd, to its other members"},
    {"etcd/healthcheck-client", "etcd/ca", "health checks, to etcd"},
}};

constexpr std::array<Known, 5> kKubeconfigs = {{
    {"admin.conf", "ca", "administrator, to the API"},
    {"super-admin.conf", "ca", "administrator without RBAC, to the API"},
    {"controller-manager.conf", "ca", "controller manager, to the API"},
    {"scheduler.conf", "ca", "scheduler, to the API"},
    {"kubelet.conf", "ca", "kubelet, to the API"},
}};

std::map<std::string, tar::File> files_below(node::Host& host, const node::Node& node,
                                             const std::string& folder, const std::stop_token& stop) {
  std::map<std::string, tar::File> files;
  try {
    const auto parent = folder.substr(0, folder.rfind('/') + 1);
    for (auto& file : tar::unpack_with_links(host.engine().get_archive(node.id, folder, stop))) {
      const auto path = parent + file.path;
      files.insert_or_assign(path, std::move(file));
    }
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::not_found) {
      throw;
    }
  }
  return files;
}

Place pair_at(const NodeFiles& node, std::string_view folder, std::string_view name) {
  const auto stem = fmt::format("{}{}", folder, name);
  return {.name = std::string(name),
          .path = stem + ".crt",
          .key_path = stem + ".key",
          .certificate = node.text_of(stem + ".crt"),
          .key = node.text_of(stem + ".key")};
}

void add_known_pairs(std::vector<Place>& places, const NodeFiles& node) {
  const auto add = [&](const Known& known) {
    auto place = pair_at(node, kPki, known.name);
    if (!node.files.contains(place.path)) {
      return;
    }
    place.authority = known.authority;
    place.purpose = known.purpose;
    place.is_authority = known.authority.empty();
    places.push_back(std::move(place));
  };
  std::ranges::for_each(kAuthorities, add);
  std::ranges::for_each(kPairs, add);
}

// What somebody put there besides: shown, and left alone.
void add_other_pairs(std::vector<Place>& places, const NodeFiles& node) {
  for (const auto& [path, file] : node.files) {
    if (!path.starts_with(kPki) || !path.ends_with(".crt") ||
        std::ranges::find(places, path, &Place::path) != places.end()) {
      continue;
    }
    places.push_back(pair_at(node, kPki, path.substr(kPki.size(), path.size() - kPki.size() - 4)));
  }
}

void add_kubeconfigs(std::vector<Place>& places, const NodeFiles& node) {
  for (const auto& known : kKubeconfigs) {
    const auto path = fmt::format("/etc/kubernetes/{}", known.name);
    const auto text = node.text_of(path);
    // kubelet's names a file, as a rule, that is looked at by itself.
    if (text.empty() ||
        (known.name == "kubelet.conf" && text.find("client-certificate-data") == std::string::npos)) {
      continue;
    }
    Place place{.name = std::string(known.name),
                .path = path,
                .key_path = path,
                .form = Form::kubeconfig,
                .authority = std::string(known.authority),
                .purpose = std::string(known.purpose)};
    try {
      auto access = kubeconfig::extract(text, place.name);
      place.certificate = std::move(access.certificate);
      place.key = std::move(access.key);
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): examine() tells
    }
    places.push_back(std::move(place));
  }
}

// kubelet's own files: a link leads to the one that counts now.
void add_kubelet_bundle(std::vector<Place>& places, const NodeFiles& node, const std::string& name,
                        std::string purpose) {
  const auto link = node.files.find(fmt::format("{}{}-current.pem", kKubelet, name));
  if (link == node.files.end()) {
    return;
  }
  auto path = link->second.link_target.empty() ? link->first : link->second.link_target;
  if (!path.starts_with('/')) {
    path.insert(0, kKubelet);
  }
  const auto text = node.text_of(path);
  places.push_back({.name = name,
                    .path = path,
                    .key_path = path,
                    .form = Form::bundle,
                    .authority = "ca",
                    .purpose = std::move(purpose),
                    .certificate = text,
                    .key = text});
}

}  // namespace

std::string NodeFiles::text_of(const std::string& path) const {
  const auto found = files.find(path);
  return found == files.end() ? std::string() : found->second.content;
}

NodeFiles read_node(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  NodeFiles read{.node = node, .files = files_below(host, node, "/etc/kubernetes", stop)};
  read.files.merge(files_below(host, node, "/var/lib/kubelet/pki", stop));
  return read;
}

std::vector<Place> places_in(const NodeFiles& node) {
  std::vector<Place> places;
  if (node.is_control_plane()) {
    add_known_pairs(places, node);
    add_other_pairs(places, node);
    add_kubeconfigs(places, node);
  } else {
    add_kubeconfigs(places, node);
  }
  add_kubelet_bundle(places, node, "kubelet-client", "kubelet, to the API");
  add_kubelet_bundle(places, node, "kubelet-server", "kubelet, to the API server");
  if (node.files.contains(fmt::format("{}kubelet.crt", kKubelet))) {
    auto place = pair_at(node, kKubelet, "kubelet");
    place.purpose = "kubelet, to the API server";
    places.push_back(std::move(place));
  }
  return places;
}

std::string authority_of(const NodeFiles& node, const std::string& name) {
  return node.text_of(fmt::format("{}{}.crt", kPki, name));
}

}  // namespace ingot::certs
