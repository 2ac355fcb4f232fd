// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "docker/engine.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

namespace ingot::docker {

namespace {

constexpr std::size_t kMaxSocketPath = 107;  // sun_path, see unix(7)

[[noreturn]] void throw_invalid(const std::string& host, std::string cause, std::string remedy = {}) {
  throw base::Error(base::Failure{.code = base::ErrorCode::invalid_input,
                                  .message = fmt::format("'{}' is not an engine address I can use", host),
                                  .cause = std::move(cause),
                                  .remedy = std::move(remedy)});
}

// Nothing when there is no such file.
std::optional<std::string> read_pem(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (errno == ENOENT) {
      return std::nullopt;
    }
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("'{}' cannot be read", path),
                      std::generic_category().message(errno));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str().find("-----BEGIN ") == std::string::npos) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("'{}' is not a PEM file", path));
  }
  return text.str();
}

std::string certificate_folder(const EngineAddress& address) {
  if (!address.cert_path.empty()) {
    return address.cert_path;
  }
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return std::string(home != nullptr ? home : "") + "/.docker";
}

// As the docker CLI: each file is optional in itself, a certificate without its key (or the reverse) is not.
http::Tls read_tls(const EngineAddress& address) {
  const std::string folder = certificate_folder(address);
  const auto ca = read_pem(folder + "/ca.pem");
  const auto certificate = read_pem(folder + "/cert.pem");
  const auto key = read_pem(folder + "/key.pem");
  if (certificate.has_value() != key.has_value()) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("'{}' has only one of cert.pem and key.pem", folder));
  }
  if (!ca && !certificate && !address.cert_path.empty()) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("'{}' has none of ca.pem, cert.pem and key.pem", folder));
  }
  return {.ca = ca.value_or(""),
          .certificate = certificate.value_or(""),
          .key = key.value_or(""),
          .verify = address.tls_verify};
}

http::Endpoint unix_endpoint(const std::string& host, std::string path) {
  if (path.empty() || path.front() != '/') {
    throw_invalid(host, "the path of the socket must be absolute");
  }
  if (path.size() > kMaxSocketPath) {
    throw_invalid(host, fmt::format("the path of a socket may have {} characters at most", kMaxSocketPath));
  }
  return {.unix_socket = std::move(path), .base_url = "http://localhost", .tls = std::nullopt};
}

http::Endpoint tcp_endpoint(const EngineAddress& address, std::string authority) {
  while (authority.ends_with('/')) {
    authority.pop_back();
  }
  if (authority.empty() || authority.front() == ':' ||
      authority.find_first_of("/@?# \t") != std::string::npos) {
    throw_invalid(address.host, "expected tcp://host:port");
  }
  const bool is_tls = address.tls_verify || !address.cert_path.empty();
  const std::size_t bracket = authority.rfind(']');
  if (authority.find(':', bracket == std::string::npos ? 0 : bracket) == std::string::npos) {
    authority += is_tls ? ":2376" : ":2375";  // as the docker CLI assumes
  }
  http::Endpoint endpoint{.unix_socket = "", .base_url = (is_tls ? "https://" : "http://") + authority};
  if (is_tls) {
    endpoint.tls = read_tls(address);
  }
  return endpoint;
}

}  // namespace

std::string EngineAddress::url() const {
  return host.empty() ? "unix:///var/run/docker.sock" : host;
}

http::Endpoint to_endpoint(const EngineAddress& address) {
  const std::string host = address.url();
  const std::size_t mark = host.find("://");
  if (mark == std::string::npos) {
    throw_invalid(host, "it has no scheme", "write unix:///path/to/socket or tcp://host:port");
  }
  const std::string scheme = host.substr(0, mark);
  const std::string rest = host.substr(mark + 3);
  if (scheme == "unix") {
    return unix_endpoint(host, rest);
  }
  if (scheme == "tcp") {
    return tcp_endpoint(address, rest);
  }
  if (scheme == "ssh") {
    throw_invalid(host, "ssh is not supported",
                  "forward the socket with ssh -L /tmp/docker.sock:/var/run/docker.sock and use that");
  }
  throw_invalid(host, fmt::format("the scheme '{}' is not supported", scheme),
                "write unix:///path/to/socket or tcp://host:port");
}

}  // namespace ingot::docker
