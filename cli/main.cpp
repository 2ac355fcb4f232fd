// SPDX-License-Identifier: Apache-2.0
#include "host.hpp"
#include "interrupts.hpp"
#include "run.hpp"
#include "when_killed.hpp"

#include <unistd.h>

#include <filesystem>

int main(int count, char** words) {
  ingot::cli::Interrupts interrupts;
  auto host = ingot::cli::process_host(environ);
  host.program = count > 0 ? std::filesystem::path(words[0]).filename().string() : "";
  host.interrupts = interrupts.tokens();
  host.signal = [&] { return interrupts.signal(); };
  host.when_killed = ingot::cli::when_killed;
  host.terminal.on_resize = [&](std::function<void()> callback) {
    interrupts.on_resize(std::move(callback));
  };
  return ingot::cli::run({words + (count > 0 ? 1 : 0), words + count}, host);
}
