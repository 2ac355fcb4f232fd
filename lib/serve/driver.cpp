// SPDX-License-Identifier: Apache-2.0
#include "serve/driver.hpp"

#include "base/error.hpp"
#include "live/messages.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace ingot::serve {

Driver::Driver(Commands& commands, Onlooker& onlooker, const live::Hello& hello, Rights rights,
               std::function<void(std::string)> say)
    : commands_(commands),
      onlooker_(onlooker),
      name_(hello.name),
      channel_(hello.channel),
      rights_(rights),
      say_(std::move(say)) {
  commands.add(onlooker);
  if (!channel_.empty()) {
    for (const auto& command : commands.running_in(channel_)) {
      add(command, {});
    }
  }
}

Driver::~Driver() {
  commands_.remove(onlooker_);
  while (!joined_.empty()) {
    const auto joined = joined_.begin();
    if (joined->is_own && !joined->is_detached) {
      joined->command->signal(SIGHUP);
    }
    remove(joined);
  }
}

void Driver::handle(const live::Request& request) {
  std::visit([this](const auto& given) { act(given); }, request);
}

std::shared_ptr<const std::string> Driver::next() {
  for (auto joined = joined_.begin(); joined != joined_.end(); ++joined) {
    auto& command = *joined->command;
    if (joined->news_at && joined->at >= *joined->news_at) {
      joined->news_at.reset();
      auto message = std::make_shared<const std::string>(live::joined_message(command.facts().id));
      remove_if_over(joined);
      return message;
    }
    if (joined->at == command.end()) {
      continue;
    }
    if (joined->at < command.first()) {
      joined->at = command.first();
      return std::make_shared<const std::string>(live::gap_message(command.facts().id));
    }
    auto piece = command.piece(joined->at++);
    if (joined->is_own) {
      command.go_on(joined->at);
    }
    remove_if_over(joined);
    return piece;
  }
  return nullptr;
}

void Driver::on_start(const std::shared_ptr<Command>& command) {
  if (!channel_.empty() && command->facts().channel == channel_) {
    add(command, {});
  }
}

void Driver::act(const live::Run& run) {
  const auto refuse = [&](const std::string& message, const std::string& remedy) {
    say_(live::refused_message("id", run.id, message, remedy));
  };
  if (!commands_.can_run() || !rights_.drives) {
    return refuse("this client may only read", "come in with the token that drives");
  }
  if (!rights_.is_local && (run.environment || !run.directory.empty())) {
    return refuse("directory and environment can be given by the Unix socket alone", "leave them out");
  }
  try {
    const auto command = commands_.start(run, name_, channel_);
    say_(live::started_message(run.id, command->facts().id));
    add(command, {.is_own = true, .is_detached = run.is_detached});
    commands_.announce(command);
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    refuse(failure.cause.empty() ? failure.message : failure.message + ": " + failure.cause, failure.remedy);
  }
}

void Driver::act(const live::Join& join) {
  const auto command = require(join.command, false);
  if (command != nullptr) {
    add(command, {.is_asked = true});
  }
}

void Driver::act(const live::Leave& leave) {
  if (const auto found = joined(leave.command); found != joined_.end()) {
    remove(found);
  }
}

void Driver::act(const live::Input& input) {
  if (*inputs_ >= kMostInputs) {
    throw base::Error(base::ErrorCode::invalid_input, "too much input is on its way",
                      "64 may be, and the program has taken none of them");
  }
  const auto command = require(input.command, true);
  if (command == nullptr) {
    return;
  }
  ++*inputs_;
  command->put(input.bytes, input.is_end, [say = say_, inputs = inputs_, id = input.command] {
    --*inputs;
    say(live::taken_message(id));
  });
}

void Driver::act(const live::Signal& signal) {
  if (const auto command = require(signal.command, true)) {
    command->signal(signal.number);
  }
}

void Driver::act(const live::Resize& resize) {
  if (const auto command = require(resize.command, true)) {
    command->resize(resize.terminal);
  }
}

void Driver::act(const live::Hello&) {
  throw base::Error(base::ErrorCode::invalid_input, "hello was said before", "it is said once");
}

// From what is kept of it on.
void Driver::add(const std::shared_ptr<Command>& command, const Manner& manner) {
  if (joined(command->facts().id) != joined_.end()) {
    return;
  }
  joined_.push_back({.command = command,
                     .at = 0,
                     .news_at = manner.is_asked ? std::optional(command->end()) : std::nullopt,
                     .is_own = manner.is_own,
                     .is_detached = manner.is_detached});
  command->add(onlooker_);
  onlooker_.on_piece();
}

void Driver::remove_if_over(std::vector<Joined>::iterator joined) {
  const auto& command = *joined->command;
  if (command.has_said_all() && joined->at == command.end() && !joined->news_at) {
    remove(joined);
  }
}

void Driver::remove(std::vector<Joined>::iterator joined) {
  joined->command->remove(onlooker_);
  if (joined->is_own) {
    joined->command->let_go();
  }
  joined_.erase(joined);
}

std::vector<Driver::Joined>::iterator Driver::joined(const std::string& id) {
  return std::ranges::find_if(joined_,
                              [&](const Joined& joined) { return joined.command->facts().id == id; });
}

std::shared_ptr<Command> Driver::require(const std::string& id, bool to_drive) {
  auto command = commands_.find(id);
  if (command == nullptr) {
    say_(live::refused_message("command", id, "there is no such command", "look at what runs: kind command"));
  } else if (to_drive && !rights_.drives) {
    say_(live::refused_message("command", id, "this client may only read",
                               "come in with the token that drives"));
    command = nullptr;
  }
  return command;
}

}  // namespace ingot::serve
