// SPDX-License-Identifier: Apache-2.0
#include "build_input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "node_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ingot::cli {

namespace {

// Of Debian and what comes from it. Elsewhere the image that the build runs in trusts whom it trusts.
constexpr std::string_view kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";

// "v1.36.3" -> "1.36"
std::string minor_of(std::string_view version) {
  return std::string(version.substr(1, version.rfind('.') - 1));
}

std::string certificates(const Environment& environment) {
  const auto named = lookup(environment, "SSL_CERT_FILE");
  std::ifstream file(std::string(named.empty() ? kSystemCertificates : named), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<std::string> versions_to_build() {
  std::vector<std::string> versions;
  std::ranges::transform(image::kRecipeVersions, std::back_inserter(versions), minor_of);
  return versions;
}

image::BuildRequest to_instance_build_request(const Context& context) {
  return {.certificates = certificates(context.host.environment),
          .env = proxy_variables(context.host.environment)};
}

image::BuildRequest to_build_request(const std::string& kubernetes, const Context& context) {
  const auto wanted = kubernetes.starts_with('v') ? kubernetes : "v" + kubernetes;
  const auto* version = std::ranges::find_if(image::kRecipeVersions, [&](std::string_view one) {
    return kubernetes.empty() || one == wanted || "v" + minor_of(one) == wanted;
  });
  if (version == image::kRecipeVersions.end()) {
    throw base::Error(
        {.code = base::ErrorCode::invalid_input,
         .message = fmt::format("a node image of Kubernetes '{}' cannot be built", kubernetes),
         .cause = fmt::format("there are recipes for {}", fmt::join(image::kRecipeVersions, ", "))});
  }
  auto request = to_instance_build_request(context);
  request.kubernetes = *version;
  return request;
}

}  // namespace ingot::cli
