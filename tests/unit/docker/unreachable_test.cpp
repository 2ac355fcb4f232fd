// SPDX-License-Identifier: Apache-2.0
#include "docker/unreachable.hpp"
#include "base/error.hpp"
#include "docker/engine.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace ingot::docker {

TEST_CASE("each reason for silence has words of its own", "[docker]") {
  using http::Fault;
  std::set<std::string> messages;
  const auto faults = {Fault::no_socket, Fault::no_permission, Fault::refused, Fault::unknown_host,
                       Fault::tls,       Fault::closed,        Fault::other};
  for (const Fault fault : faults) {
    const auto failure = to_unreachable("unix:///s", http::TransportError(fault, "m", "the system's words"));
    CHECK(failure.code == base::ErrorCode::engine_unreachable);
    CHECK(failure.message.find("unix:///s") != std::string::npos);
    CHECK_FALSE(failure.cause.empty());
    CHECK((fault == Fault::other || !failure.remedy.empty()));
    messages.insert(failure.message);
  }
  CHECK(messages.size() == faults.size());
}

TEST_CASE("an engine that is not there is named as the user wrote it", "[docker]") {
  Engine engine({.host = "unix:///no/such/folder/engine.sock"});
  try {
    static_cast<void>(engine.info({}));
    FAIL("there is one");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::engine_unreachable);
    CHECK(error.failure().message == "there is no container engine at unix:///no/such/folder/engine.sock");
    CHECK(error.failure().cause == "the socket does not exist");
  }
}

TEST_CASE("a stop that was asked for comes before any error", "[docker]") {
  Engine engine({.host = "unix:///no/such/folder/engine.sock"});
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(engine.list_containers({}, source.get_token()), base::Cancelled);
}

}  // namespace ingot::docker
