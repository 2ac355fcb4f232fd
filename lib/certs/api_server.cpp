// SPDX-License-Identifier: Apache-2.0
#include "certs/api_server.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "certs/renewing.hpp"
#include "node/exchange.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::certs {

namespace {

constexpr const char* kPki = "/etc/kubernetes/pki/";

std::string require_file(node::Host& host, const std::string& control_plane, const std::string& name,
                         const std::stop_token& stop) {
  auto text = host.read_file(control_plane, kPki + name, stop);
  if (!text) {
    throw base::Error(base::ErrorCode::not_found, "the API server's certificate cannot be exchanged",
                      fmt::format("there is no {}{} on the control plane", kPki, name));
  }
  return *std::move(text);
}

std::chrono::hours time_left(const std::string& certificate) {
  return std::chrono::ceil<std::chrono::hours>(pki::validity_of(certificate).not_after -
                                               std::chrono::system_clock::now());
}

}  // namespace

std::vector<std::string> missing_names(node::Host& host, const std::string& control_plane,
                                       const std::vector<std::string>& names, const std::stop_token& stop) {
  const auto there = pki::alternative_names(require_file(host, control_plane, "apiserver.crt", stop));
  std::vector<std::string> missing;
  std::ranges::copy_if(names, std::back_inserter(missing), [&](const std::string& name) {
    return std::ranges::find(there, name) == there.end();
  });
  return missing;
}

void stand_for(node::Host& host, const std::string& control_plane, const std::vector<std::string>& names,
               const std::stop_token& stop) {
  const auto old = require_file(host, control_plane, "apiserver.crt", stop);
  const auto authority =
      pki::Authority::from_pem(require_file(host, control_plane, "ca.crt", stop),
                               require_file(host, control_plane, "ca.key", stop), "ca.crt");
  const auto issued = authority.reissue(old, time_left(old), names);
  const auto result =
      node::exchange(host, control_plane,
                     {.files = {{kPki + std::string("apiserver.crt"), issued.certificate, 0644},
                                {kPki + std::string("apiserver.key"), issued.key, 0600}},
                      .then = serve_script()},
                     stop);
  if (result.exit_code != 0) {
    throw base::Error(base::ErrorCode::command_failed, "the API server did not take its new certificate",
                      std::string(base::trim(result.output)));
  }
}

}  // namespace ingot::certs
