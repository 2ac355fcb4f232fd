// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "certs/renewing.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

namespace ingot::certs {

namespace {

// kubelet's serving certificate comes with an authority that nobody keeps: another one takes its place.
pki::IssuedCertificate issue_with_own_authority(const NodeFiles& node, const std::string& old,
                                                std::chrono::hours lifetime) {
  const auto stamp = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const auto own = pki::Authority::make(fmt::format("{}-ca@{}", node.node.name, stamp));
  auto issued = own.reissue(old, lifetime);
  issued.certificate += own.certificate();
  return issued;
}

pki::IssuedCertificate issue_one(const Renewing& renewing, const NodeFiles& node, const Place& place) {
  const auto lifetime = renewing.request.lifetime;
  if (!place.authority.empty()) {
    return renewing.authorities.at(place.authority).reissue(place.certificate, lifetime);
  }
  const auto& ca = renewing.authorities.at("ca");
  if (pki::is_issued_by(place.certificate, ca.certificate())) {
    return ca.reissue(place.certificate, lifetime);
  }
  return issue_with_own_authority(node, place.certificate, lifetime);
}

}  // namespace

std::vector<tar::File> issue(const Renewing& renewing, const RenewingNode& node) {
  std::vector<tar::File> files;
  const auto add = [&](const std::string& path, std::string content, int otherwise) {
    const auto old = node.files.files.find(path);
    const bool has_mode = old != node.files.files.end() && old->second.mode != 0;
    files.push_back({path, std::move(content), has_mode ? old->second.mode : otherwise});
  };
  for (const auto& [place, cause] : node.renewals) {
    const auto issued = issue_one(renewing, node.files, place);
    switch (place.form) {
      case Form::pair:
        add(place.path, issued.certificate, 0644);
        add(place.key_path, issued.key, 0600);
        break;
      case Form::bundle:
        add(place.path, issued.certificate + issued.key, 0600);
        break;
      case Form::kubeconfig:
        add(place.path,
            kubeconfig::with_identity(node.files.text_of(place.path), place.name, "",
                                      {.certificate = issued.certificate, .key = issued.key}),
            0600);
        break;
    }
  }
  return files;
}

}  // namespace ingot::certs
