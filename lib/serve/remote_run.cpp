// SPDX-License-Identifier: Apache-2.0
#include "serve/remote_run.hpp"

#include "base/error.hpp"
#include "live/messages.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ingot::serve {

namespace {

// Of input: as base64 in a message it stays below what servers take.
constexpr std::size_t kMostBytes = 32U << 10U;
// On their way, of the 64 that servers take.
constexpr int kMostInputs = 32;

// Sends what is typed, no faster than the command takes it.
class Typist {
 public:
  Typist(Client& client, std::string command, const RemoteStreams& streams)
      : client_(client), command_(std::move(command)), streams_(streams) {
    if (streams.input) {
      thread_ = std::jthread([this](const std::stop_token& over) { type(over); });
    }
  }

  void take() {
    const std::scoped_lock lock(mutex_);
    --on_their_way_;
    changed_.notify_all();
  }

 private:
  void type(const std::stop_token& over) {
    try {
      for (;;) {
        const auto bytes = streams_.input(over);
        if (bytes.empty()) {
          send({}, true, over);
          return;
        }
        for (std::size_t at = 0; at < bytes.size(); at += kMostBytes) {
          send(bytes.substr(at, kMostBytes), false, over);
        }
      }
    } catch (const base::Cancelled&) {
    }
  }

  void send(std::string bytes, bool is_end, const std::stop_token& over) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, over, [this] { return on_their_way_ < kMostInputs; })) {
        throw base::Cancelled();
      }
      ++on_their_way_;
    }
    client_.send(live::Input{.command = command_, .bytes = std::move(bytes), .is_end = is_end});
  }

  Client& client_;
  const std::string command_;
  const RemoteStreams& streams_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int on_their_way_ = 0;
  std::jthread thread_;
};

// What goes to a command as long as it runs.
class Driving {
 public:
  Driving(Client& client, const std::string& command, const RemoteStreams& streams,
          const RemoteSignals& signals)
      : streams_(streams),
        typist_(client, command, streams),
        first_(signals.interrupts.stop,
               [&client, command, number = signals.number] {
                 const int given = number();
                 client.send(live::Signal{command, live::is_known_signal(given) ? given : SIGINT});
               }),
        second_(signals.interrupts.abandon, [&client, command] {
          client.send(live::Signal{command, SIGINT});
        }) {
    if (streams.on_resize) {
      streams.on_resize([&client, command](const live::TerminalSize& size) {
        client.send(live::Resize{command, size});
      });
    }
  }
  ~Driving() {
    if (streams_.on_resize) {
      streams_.on_resize(nullptr);
    }
  }
  Driving(const Driving&) = delete;
  Driving& operator=(const Driving&) = delete;

  // The command has taken one input.
  void take() { typist_.take(); }

 private:
  const RemoteStreams& streams_;
  Typist typist_;
  std::stop_callback<std::function<void()>> first_;
  std::stop_callback<std::function<void()>> second_;
};

[[noreturn]] void refuse(const ServerPlace& place, const live::Received& message) {
  throw base::Error({.code = base::ErrorCode::environment,
                     .message = fmt::format("the server at {} does not run this", name_of(place)),
                     .cause = message.reason,
                     .remedy = message.remedy});
}

std::unique_ptr<Client> connect(const ServerPlace& place, const live::Hello& hello,
                                const std::stop_token& stop) {
  auto client = Client::connect(place, hello, stop);
  if (client == nullptr) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = fmt::format("no server listens at {}", name_of(place)),
                       .remedy = "ingot serve"});
  }
  return client;
}

// The command of a snapshot, whose objects are in the order of their last changes, that runs and was last
// started.
std::string newest_running(Client& client, const std::stop_token& stop) {
  std::string newest;
  while (const auto text = client.receive(stop)) {
    const auto message = live::read_server_message(*text);
    for (const auto& object : message.objects) {
      if (live::facts_of(object).at("state") == "Running") {
        newest = object.subject.id;
      }
    }
    if (message.is_complete) {
      break;
    }
  }
  if (newest.empty()) {
    throw base::Error({.code = base::ErrorCode::not_found,
                       .message = "no command runs at the server",
                       .remedy = "ingot watch commands"});
  }
  return newest;
}

// What it says, until it ends, with its exit code; nothing when the connection ends before.
std::optional<int> follow_command(Client& client, const std::string& command, const RemoteStreams& streams,
                                  const std::stop_token& stop) {
  Typist typist(client, command, streams);
  while (const auto text = client.receive(stop)) {
    const auto message = live::read_server_message(*text);
    if (message.type == "refused") {
      throw base::Error({.code = base::ErrorCode::not_found,
                         .message = fmt::format("'{}': {}", command, message.reason),
                         .remedy = "ingot watch commands"});
    }
    if (message.command != command) {
      continue;
    }
    if (message.type == "output") {
      (message.is_error ? streams.err : streams.out)(message.bytes);
    } else if (message.type == "taken") {
      typist.take();
    } else if (message.type == "ended") {
      return message.code;
    }
  }
  return std::nullopt;
}

}  // namespace

int join_remotely(const ServerPlace& place, const std::string& who, std::string command,
                  const RemoteStreams& streams, const std::stop_token& stop) {
  const live::Filter commands{.kinds = {live::Kind::command}, .clusters = {}, .labels = {}};
  std::string cause;
  try {
    const auto client = connect(
        place,
        {.resume = std::nullopt, .filter = commands, .watches = command.empty(), .name = who, .channel = {}},
        stop);
    if (command.empty()) {
      command = newest_running(*client, stop);
    }
    client->send(live::Join{command});
    if (const auto code = follow_command(*client, command, streams, stop)) {
      return *code;
    }
    cause = client->ending();
  } catch (const base::Cancelled&) {
    if (command.empty()) {
      throw;
    }
    throw base::Cancelled("the command goes on at the server", "ingot join " + command);
  }
  throw base::Error(
      {.code = base::ErrorCode::environment,
       .message = fmt::format("the connection to the server at {} is lost", name_of(place)),
       .cause = cause.empty() ? "the server has ended it" : cause,
       .remedy = "ingot join " + command + ", which shows what the command has said meanwhile"});
}

int run_remotely(const ServerPlace& place, const std::string& who, const live::Run& run,
                 const RemoteStreams& streams, const RemoteSignals& signals) {
  const auto client =
      connect(place, {.resume = std::nullopt, .filter = {}, .watches = false, .name = who, .channel = {}},
              signals.interrupts.stop);
  client->send(run);
  std::optional<Driving> driving;
  while (const auto text = client->receive({})) {
    const auto message = live::read_server_message(*text);
    if (message.type == "started") {
      driving.emplace(*client, message.command, streams, signals);
    } else if (message.type == "output") {
      (message.is_error ? streams.err : streams.out)(message.bytes);
    } else if (message.type == "taken" && driving) {
      driving->take();
    } else if (message.type == "ended") {
      return message.code;
    } else if (message.type == "error" || (message.type == "refused" && !driving)) {
      refuse(place, message);
    }
  }
  throw base::Error(
      {.code = base::ErrorCode::environment,
       .message = fmt::format("the server at {} has gone", name_of(place)),
       .cause = "the connection has ended; the command is hung up then, and takes back what it did",
       .remedy = "ingot cluster list"});
}

}  // namespace ingot::serve
