// SPDX-License-Identifier: Apache-2.0
// What one client does with commands: those it runs, those it is told of. Used by the server's one thread.
#pragma once

#include "live/requests.hpp"
#include "serve/commands.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ingot::serve {

class Driver {
 public:
  // Inputs that may be on their way to one command.
  static constexpr int kMostInputs = 64;

  struct Rights {
    bool drives = false;    // it may run commands, and speak to those that run
    bool is_local = false;  // it may say where, and with which environment
  };

  // Joins what runs in the channel of `hello`. `say` sends a message to the client, and does nothing once
  // that has gone; `onlooker` must live as long as this.
  Driver(Commands& commands, Onlooker& onlooker, const live::Hello& hello, Rights rights,
         std::function<void(std::string message)> say);
  // What the client has started and not detached is hung up.
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Of anything but Hello. Error{invalid_input} for what breaks the rules: the connection is to end.
  void handle(const live::Request& request);
  // What a command has said that the client has not been told of.
  [[nodiscard]] std::shared_ptr<const std::string> next();
  // A command has been started: it is joined when it is in the channel.
  void on_start(const std::shared_ptr<Command>& command);

 private:
  struct Joined {
    std::shared_ptr<Command> command;
    std::uint64_t at = 0;
    std::optional<std::uint64_t> news_at{};  // the first piece after a join; nothing once that is told
    bool is_own = false;
    bool is_detached = false;
  };

  void act(const live::Run& run);
  void act(const live::Join& join);
  void act(const live::Leave& leave);
  void act(const live::Input& input);
  void act(const live::Signal& signal);
  void act(const live::Resize& resize);
  void act(const live::Hello& hello);

  struct Manner {
    bool is_own = false;
    bool is_detached = false;
    bool is_asked = false;  // by `join`, which is answered
  };
  void add(const std::shared_ptr<Command>& command, const Manner& manner);
  // Once all is told.
  void remove_if_over(std::vector<Joined>::iterator joined);
  void remove(std::vector<Joined>::iterator joined);
  [[nodiscard]] std::vector<Joined>::iterator joined(const std::string& id);
  // Null, and the client is told why: there is none, or it may not drive.
  [[nodiscard]] std::shared_ptr<Command> require(const std::string& id, bool to_drive);

  Commands& commands_;
  Onlooker& onlooker_;
  const std::string name_;
  const std::string channel_;
  const Rights rights_;
  const std::function<void(std::string)> say_;
  std::vector<Joined> joined_;
  std::shared_ptr<int> inputs_ = std::make_shared<int>(0);  // on their way
};

}  // namespace ingot::serve
