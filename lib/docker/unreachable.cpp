// SPDX-License-Identifier: Apache-2.0
#include "docker/unreachable.hpp"

#include <fmt/format.h>

namespace ingot::docker {

namespace {

struct Words {
  const char* message;  // {} is the host
  const char* cause;    // nullptr: the transport's own
  const char* remedy;
};

Words words_for(http::Fault fault) {
  switch (fault) {
    case http::Fault::no_socket:
      return {"there is no container engine at {}", "the socket does not exist",
              "install or start Docker, or set DOCKER_HOST to the engine to use"};
    case http::Fault::no_permission:
      return {"you may not use the container engine at {}", nullptr,
              "join the socket's group (sudo usermod -aG docker $USER, then log in again)"};
    case http::Fault::refused:
      return {"the container engine at {} is not running", nullptr,
              "start it (sudo systemctl start docker), or set DOCKER_HOST to the engine to use"};
    case http::Fault::unknown_host:
      return {"the container engine at {} cannot be found", nullptr,
              "correct DOCKER_HOST, or the docker context"};
    case http::Fault::tls:
      return {"no secure connection to the container engine at {}", nullptr,
              "check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH or of the docker context"};
    case http::Fault::closed:
      return {"the container engine at {} broke the connection", nullptr,
              "look into the engine's log: journalctl -u docker"};
    case http::Fault::other:
      break;
  }
  return {"the container engine at {} cannot be reached", nullptr, ""};
}

}  // namespace

base::Failure to_unreachable(const std::string& host, const http::TransportError& error) {
  const Words words = words_for(error.fault());
  return {.code = base::ErrorCode::engine_unreachable,
          .message = fmt::format(fmt::runtime(words.message), host),
          .cause = words.cause != nullptr ? words.cause : error.failure().cause,
          .remedy = words.remedy};
}

base::Failure to_silent(const std::string& host, const base::Error& error) {
  return {.code = base::ErrorCode::timed_out,
          .message = fmt::format("the container engine at {} does not answer", host),
          .cause = error.failure().cause,
          .remedy = "look into the engine's log: journalctl -u docker"};
}

}  // namespace ingot::docker
