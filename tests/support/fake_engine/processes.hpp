// SPDX-License-Identifier: Apache-2.0
// Runs programs on behalf of containers and execs. Internal to the fake engine.
#pragma once

#include "support/fake_engine/state.hpp"

#include <functional>
#include <string_view>

namespace ingot::testing {

// Where a process's bytes go and come from. Called without the state's lock.
struct ProcessIo {
  std::function<void(int channel, std::string_view text)> write;
  std::function<std::string(RunningProcess&)> read;  // empty: no more
};

// Runs to the end on this thread; the exit code.
int run_program(State& state, const std::shared_ptr<Container>& container, RunningProcess& run,
                const ProcessInfo& info, const Program& program, const ProcessIo& io);

// Starts the container's main process on a thread of its own. With the state's lock held.
void start_main(State& state, const std::shared_ptr<Container>& container, Program program);

// Asks a process to end, or ends it (SIGKILL). With the state's lock held.
void send_signal(State& state, RunningProcess& process, int signal);

// The engine's stream format: channel, three zeros, length.
[[nodiscard]] std::string to_frame(int channel, std::string_view text);

// "KILL", "SIGTERM", "9", "" (KILL) -> number; 0 for anything else.
[[nodiscard]] int signal_number(std::string name);

}  // namespace ingot::testing
