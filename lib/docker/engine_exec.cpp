// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/wait.hpp"
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/json_value.hpp"
#include "docker/stream_decoder.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <thread>

namespace ingot::docker {

namespace {

void add_size(nlohmann::json& root, const std::optional<TerminalSize>& size) {
  if (size) {
    root["ConsoleSize"] = {size->rows, size->columns};
  }
}

// From here on an exec can be given the size of its terminal before it runs.
constexpr int kConsoleSize = 42;

std::string to_json(const ExecSpec& spec, bool has_input, const std::optional<TerminalSize>& size) {
  nlohmann::json root = {{"AttachStdin", has_input},
                         {"AttachStdout", true},
                         {"AttachStderr", true},
                         {"Tty", spec.tty},
                         {"Cmd", spec.command}};
  if (!spec.env.empty()) {
    root["Env"] = spec.env;
  }
  if (!spec.working_dir.empty()) {
    root["WorkingDir"] = spec.working_dir;
  }
  if (!spec.user.empty()) {
    root["User"] = spec.user;
  }
  if (spec.privileged) {
    root["Privileged"] = true;
  }
  add_size(root, size);
  return to_request_text(root);
}

// Carries the input on a thread of its own until it ends, or until this object goes.
class InputPump {
 public:
  // `on_failure` is called on the pump's thread when the input itself fails.
  InputPump(const ExecStreams& streams, http::Hijacked& connection, std::function<void()> on_failure)
      : on_failure_(std::move(on_failure)) {
    if (streams.input) {
      thread_ = std::jthread(
          [this, &streams, &connection](const std::stop_token& stop) { carry(streams, connection, stop); });
    }
  }

  // Stops, waits for the thread, and throws what the input threw.
  void finish() {
    if (thread_.joinable()) {
      thread_.request_stop();
      thread_.join();
    }
    if (failed_) {
      throw base::Error(failure_);
    }
  }

 private:
  void carry(const ExecStreams& streams, http::Hijacked& connection, const std::stop_token& stop) {
    try {
      for (;;) {
        const std::string piece = streams.input(stop);
        if (piece.empty()) {
          connection.close_write();
          return;
        }
        connection.write(piece, stop);
      }
    } catch (const http::TransportError&) {
      // The process has ended without reading all its input.
    } catch (const base::Cancelled&) {
    } catch (...) {
      failure_ = base::current_failure();
      failed_ = true;
      on_failure_();
    }
  }

  std::function<void()> on_failure_;
  base::Failure failure_;  // written by the thread, read after joining it
  bool failed_ = false;
  std::jthread thread_;
};

void read_output(http::Hijacked& connection, bool tty, const ExecStreams& streams,
                 const std::stop_token& stop) {
  StreamDecoder decoder;
  const auto deliver = [&](Channel channel, std::string_view piece) {
    const auto& sink = channel == Channel::output ? streams.out : streams.err;
    if (sink) {
      sink(piece);
    }
  };
  for (;;) {
    const std::string piece = connection.read(stop);
    if (piece.empty()) {
      break;
    }
    if (tty) {
      deliver(Channel::output, piece);
    } else {
      decoder.feed(piece, deliver);
    }
  }
  if (!decoder.is_at_boundary()) {
    throw base::Error(base::ErrorCode::engine_unreachable, "the engine broke the connection",
                      "the output of a command ended too early");
  }
}

// The output can end a moment before the engine knows that the process has; a process that closed its output
// can go on for long.
int wait_for_exit(Api& api, const std::string& exec_id, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kLongestNap{200};
  const ApiCall call{.doing = "tell how a command ended", .path = item_path("/exec", exec_id, "/json")};
  for (std::chrono::milliseconds nap{1};; nap = std::min(nap * 2, kLongestNap)) {
    const auto answer = api.require(call, stop);
    const JsonDocument document(answer.body, "a command");
    const JsonValue root = document.root();
    if (!root.flag("Running") && root.find("ExitCode")) {
      return static_cast<int>(root.integer("ExitCode"));
    }
    base::sleep_for(nap, stop);
  }
}

void resize(Api& api, const std::string& exec_id, std::pair<int, int> size, const std::stop_token& stop) {
  try {
    static_cast<void>(
        api.ask({.doing = "resize a terminal",
                 .method = "POST",
                 .path = item_path("/exec", exec_id, "/resize"),
                 .query = {{"h", std::to_string(size.first)}, {"w", std::to_string(size.second)}}},
                stop));
  } catch (const base::Error&) {
    // A terminal of the wrong size is better than a command that is cut off.
  }
}

}  // namespace

int Engine::exec(const std::string& id, const ExecSpec& spec, const ExecStreams& streams,
                 const std::stop_token& stop) {
  Api& api = impl_->api;
  const bool is_sized = spec.tty && streams.size.rows > 0 && api.speaks(kConsoleSize, stop);
  const auto size = is_sized ? std::optional(streams.size) : std::nullopt;
  const int version = is_sized ? kConsoleSize : 0;
  const std::string doing = fmt::format("run a command in container '{}'", shown(id));
  const auto created = api.require({.doing = doing,
                                    .method = "POST",
                                    .path = item_path("/containers", id, "/exec"),
                                    .json = to_json(spec, static_cast<bool>(streams.input), size),
                                    .version = version},
                                   stop);
  const JsonDocument document(created.body, "a command");
  const std::string exec_id = document.root().at("Id").as_text();
  nlohmann::json start = {{"Detach", false}, {"Tty", spec.tty}};
  add_size(start, size);
  const auto connection = api.hijack({.doing = doing,
                                      .method = "POST",
                                      .path = item_path("/exec", exec_id, "/start"),
                                      .json = to_request_text(start),
                                      .version = version,
                                      .idle_limit = kSlowLimit},
                                     stop);
  if (streams.on_start) {
    streams.on_start([&api, exec_id, stop](int rows, int columns) {
      resize(api, exec_id, {rows, columns}, stop);
    });
  }
  // Reading stops for the caller's reasons, and when the input fails.
  std::stop_source reading;
  const std::stop_callback pass_on(stop, [&reading] { reading.request_stop(); });
  InputPump pump(streams, *connection, [&reading] { reading.request_stop(); });
  try {
    read_output(*connection, spec.tty, streams, reading.get_token());
  } catch (const base::Cancelled&) {
    base::check_stop(stop);
    pump.finish();  // throws: it was the input
    throw;
  }
  pump.finish();
  return wait_for_exit(api, exec_id, stop);
}

}  // namespace ingot::docker
