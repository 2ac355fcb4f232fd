// SPDX-License-Identifier: Apache-2.0
#include "serve/remote_run.hpp"

#include "base/error.hpp"
#include "unit/serve/shells.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <utility>

namespace ingot::serve {

namespace {

using testing::Shells;

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

Ran run_here(const Shells& shells, const std::string& script, std::string input = {},
             const RemoteSignals& signals = {}) {
  Ran ran;
  const RemoteStreams streams{.out = [&](std::string_view bytes) { ran.out += bytes; },
                              .err = [&](std::string_view bytes) { ran.err += bytes; },
                              .input = [&](const std::stop_token&) { return std::exchange(input, {}); },
                              .on_resize = {}};
  ran.code = run_remotely(shells.place, "me", {.id = "1", .arguments = {script}}, streams, signals);
  return ran;
}

}  // namespace

TEST_CASE("Remote run: it is as if it ran here", "[serve]") {
  const Shells shells;
  const auto ran = run_here(shells, "wc -c; echo err >&2; exit 3", std::string(3'000'000, 'x'));
  CHECK(ran.code == 3);
  CHECK(ran.out == "3000000\n");
  CHECK(ran.err == "err\n");
}

TEST_CASE("Remote run: our signals go there", "[serve]") {
  const Shells shells;
  std::stop_source stop;
  std::stop_source abandon;
  const RemoteSignals signals{.interrupts = {stop.get_token(), abandon.get_token()},
                              .number = [] { return SIGTERM; }};
  std::string said;
  const RemoteStreams streams{.out =
                                  [&](std::string_view bytes) {
                                    said += bytes;
                                    if (said == "ready\n") {
                                      stop.request_stop();
                                    } else if (said == "ready\nterm\n") {
                                      abandon.request_stop();
                                    }
                                  },
                              .err = [](std::string_view) {},
                              .input = {},
                              .on_resize = {}};
  const std::string script =
      "trap 'echo term' TERM; trap 'exit 8' INT; echo ready; while :; do sleep 0.01; done";
  CHECK(run_remotely(shells.place, "", {.id = "1", .arguments = {script}}, streams, signals) == 8);
}

TEST_CASE("Remote run: nobody there, and one that goes away, are told", "[serve]") {
  Shells shells;
  CHECK_THROWS_AS(run_remotely({.socket = shells.place.socket + "x", .address = {}, .token = {}}, "",
                               {.id = "1", .arguments = {"true"}}, {}, {}),
                  base::Error);
}

}  // namespace ingot::serve
