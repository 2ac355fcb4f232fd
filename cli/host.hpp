// SPDX-License-Identifier: Apache-2.0
// What lies outside the program: streams, environment, terminal, interrupts. cli::run() gets it passed in, so
// that tests own it. The members are called from the main thread, but for `out` and `err`, which progress
// displays and input threads may use too: their writes must be safe from several threads.
#pragma once

#include "plan/executor.hpp"

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

using Environment = std::map<std::string, std::string, std::less<>>;

// A variable's value; an empty value means unset.
[[nodiscard]] std::string_view lookup(const Environment& environment, std::string_view name);

enum class Written { fine, reader_gone, failed };

struct OutStream {
  std::function<Written(std::string_view)> write;
  bool is_terminal = false;
  int columns = 80;
};

struct InStream {
  // Some bytes of standard input; empty at its end. Throws base::Cancelled when the token fires.
  std::function<std::string(const std::stop_token&)> read;
  bool is_terminal = false;
};

// The terminal of an interactive command (`ingot kubectl -- exec -it ...`).
struct Terminal {
  struct Size {
    int rows = 24;
    int columns = 80;
  };
  // Raw until the returned object goes.
  std::function<std::shared_ptr<void>()> make_raw;
  std::function<Size()> size;
  // Replaces what is called, on another thread, when the size changes; empty for nothing.
  std::function<void(std::function<void()>)> on_resize;
};

struct Host {
  std::string program = "ingot";  // the name that we were called by
  OutStream out;
  OutStream err;
  InStream in;
  Terminal terminal;
  Environment environment;
  std::string working_dir;
  plan::Interrupts interrupts;
  // The signal that asked to stop, such as SIGINT; 0 when none did.
  std::function<int()> signal = [] { return 0; };
  // Another program of PATH in the place of this one: does not return, but in tests, which give its exit
  // code. Error{environment} where it cannot be run.
  std::function<int(const std::vector<std::string>& words)> become = [](const auto&) { return 0; };
  // See when_killed.hpp.
  std::function<std::shared_ptr<void>(const std::vector<std::string>& words)> when_killed = [](const auto&) {
    return nullptr;
  };
};

// The process's own streams and environment. The caller adds `interrupts`, `signal` and `on_resize`.
[[nodiscard]] Host process_host(char** environment);

}  // namespace ingot::cli
