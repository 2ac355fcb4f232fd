// SPDX-License-Identifier: Apache-2.0
#include "serve/commands.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <string_view>
#include <utility>

namespace ingot::serve {

namespace {

// Those of clients that do not say what theirs is: the console's, and what nearly all others can do.
constexpr const char* kTerminal = "xterm-256color";

// By chance, since those of an earlier server must not mean others.
std::string new_id() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

// What a client's own settings take the place of.
bool is_setting(std::string_view variable) {
  return variable.starts_with("INGOT_") || variable.starts_with("KIND_") || variable == "KUBECONFIG";
}

// The server's engine is the one that everybody sees, and a command must not come back to a server.
bool is_the_servers(std::string_view variable) {
  return variable.starts_with("DOCKER_") || variable == "INGOT_SERVER" || variable == kEventsVariable;
}

}  // namespace

std::map<std::string, std::string> Commands::environment_for(const live::Run& run) const {
  auto environment = options_.environment;
  if (run.environment) {
    std::erase_if(environment, [](const auto& variable) { return is_setting(variable.first); });
    for (const auto& [name, value] : *run.environment) {
      if (!is_the_servers(name)) {
        environment[name] = value;
      }
    }
  }
  environment.erase("INGOT_SERVER");
  if (run.terminal && !run.environment) {
    environment["TERM"] = kTerminal;
  }
  return environment;
}

std::size_t Commands::running() const {
  return commands_.size() - ended_.size();
}

std::shared_ptr<Command> Commands::start(const live::Run& run, const std::string& who,
                                         const std::string& channel) {
  if (on_all_ended_) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = "the server ends",
                       .remedy = "run it again, once there is another server"});
  }
  if (running() >= kMostRunning) {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("{} commands run already", kMostRunning),
                       .remedy = "wait until one has ended"});
  }
  ProcessSpec spec{.words = options_.program,
                   .directory = run.directory,
                   .environment = environment_for(run),
                   .terminal = run.terminal};
  spec.words.insert(spec.words.end(), run.arguments.begin(), run.arguments.end());
  const live::CommandFacts facts{.id = new_id(),
                                 .arguments = run.arguments,
                                 .who = who,
                                 .channel = channel,
                                 .terminal = run.terminal,
                                 .started = {},
                                 .ended = std::nullopt};
  auto command = std::make_shared<Command>(io_, world_, facts, spec, [this, id = facts.id] { on_end(id); });
  commands_[facts.id] = command;
  command->begin();
  return command;
}

void Commands::announce(const std::shared_ptr<Command>& command) const {
  for (auto* onlooker : onlookers_) {
    onlooker->on_start(command);
  }
}

std::shared_ptr<Command> Commands::find(const std::string& id) const {
  const auto found = commands_.find(id);
  return found == commands_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Command>> Commands::running_in(const std::string& channel) const {
  std::vector<std::shared_ptr<Command>> found;
  for (const auto& [id, command] : commands_) {
    if (command->is_running() && command->facts().channel == channel) {
      found.push_back(command);
    }
  }
  return found;
}

void Commands::on_end(const std::string& id) {
  ended_.push_back(id);
  if (ended_.size() > kMostEnded) {
    commands_.erase(ended_.front());
    world_.remove(live::Kind::command, ended_.front(), std::chrono::system_clock::now());
    ended_.pop_front();
  }
  if (on_all_ended_ && running() == 0) {
    on_all_ended_();
  }
}

void Commands::end(std::function<void()> on_end) {
  on_all_ended_ = std::move(on_end);
  for (const auto& [id, command] : commands_) {
    command->signal(SIGINT);
  }
  if (running() == 0) {
    on_all_ended_();
  }
}

}  // namespace ingot::serve
