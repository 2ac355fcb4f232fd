// SPDX-License-Identifier: Apache-2.0
// Starting containers, ending them, and waiting for their end.
#include "support/fake_engine/attach.hpp"
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/mounts.hpp"
#include "support/fake_engine/processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace ingot::testing {

namespace {

constexpr int kNotStarted = 128;
constexpr int kNoProgram = 127;

bool is_running(const Container& container) {
  return container.state == "running";
}

// The engine counts a paused container among the running ones, in most things.
bool has_processes(const Container& container) {
  return is_running(container) || container.state == "paused";
}

bool is_there(const State& state, const std::shared_ptr<Container>& container) {
  return std::ranges::find(state.containers, container) != state.containers.end();
}

Program require_program(State& state, Container& container) {
  const auto found = state.programs.find(container.process);
  if (!found.is_known) {
    state.violations.push_back(fmt::format("no program for container {}: {}", container.name,
                                           fmt::join(container.process.argv, " ")));
  }
  if (!found.program) {
    container.exit_code = kNoProgram;
    throw Refusal(400,
                  fmt::format("failed to create task for container: failed to create shim task: OCI runtime "
                              "create failed: runc create failed: unable to start container process: exec: "
                              "\"{0}\": stat {0}: no such file or directory: unknown",
                              container.process.argv.front()));
  }
  return found.program;
}

// The engine keeps why a container did not start, and leaves it as it was.
void start(State& state, const std::shared_ptr<Container>& container) {
  try {
    container->exit_code = kNotStarted;
    attach(state, *container);
    start_main(state, container, require_program(state, *container));
  } catch (const Refusal& refusal) {
    detach(state, *container);
    container->error = refusal.what();
    throw;
  }
}

void remove_now(State& state, const std::shared_ptr<Container>& container) {
  std::erase_if(state.execs, [&](const auto& exec) {
    return exec.second->container_id == container->id &&
           (exec.second->run == nullptr || exec.second->run->is_done);
  });
  std::erase(state.containers, container);
  state.tell("destroy", *container);
}

}  // namespace

void start_container(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  if (is_running(*container)) {
    call.exchange.answer({.status = 304});
    return;
  }
  if (container->state == "paused") {
    throw Refusal(409, "cannot start a paused container, try unpause instead");
  }
  start(call.state, container);
  call.state.tell("start", *container);
  call.exchange.answer({.status = 204});
}

void stop_container(Call& call) {
  std::shared_ptr<Container> container;
  std::shared_ptr<RunningProcess> run;
  {
    const std::scoped_lock lock(call.state.mutex);
    container = call.state.require_container(call.name());
    if (!has_processes(*container)) {
      call.exchange.answer({.status = 304});
      return;
    }
    run = container->main;
    send_signal(call.state, *run, SIGTERM);
  }
  // The engine goes on when the client does not wait for it.
  const auto deadline = base::Clock::now() + std::chrono::seconds(std::stoi(call.query("t", "10")));
  const auto has_ended = [&] { return container->main != run || !has_processes(*container); };
  if (!wait_until(call.state.bell, call.state.mutex, has_ended, {.deadline = deadline})) {
    {
      const std::scoped_lock lock(call.state.mutex);
      send_signal(call.state, *run, SIGKILL);
    }
    static_cast<void>(wait_until(call.state.bell, call.state.mutex, has_ended));
  }
  call.exchange.answer({.status = 204});
}

// The processes themselves go on: what a frozen one would not do, nothing of ours looks at.
void update_container(Call& call) {
  const Json body = call.object({"NanoCpus", "Memory", "MemorySwap", "PidsLimit", "RestartPolicy"});
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  auto& host = container->spec["HostConfig"];
  const auto swap = body.value("MemorySwap", host.value("MemorySwap", std::int64_t{0}));
  if (body.value("Memory", std::int64_t{0}) > swap && swap > 0) {
    throw Refusal(400,
                  "Memory limit should be smaller than already set memoryswap limit, update the "
                  "memoryswap at the same time");
  }
  host.update(body);
  call.exchange.answer(to_reply(200, {{"Warnings", Json::array()}}));
}

void pause_container(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  if (container->state == "paused") {
    throw Refusal(409, fmt::format("Container {} is already paused", container->id));
  }
  if (!is_running(*container)) {
    throw Refusal(409, fmt::format("container {} is not running", container->id));
  }
  container->state = "paused";
  call.state.tell("pause", *container);
  call.exchange.answer({.status = 204});
}

void unpause_container(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  if (container->state != "paused") {
    throw Refusal(409, fmt::format("Container {} is not paused", container->id));
  }
  container->state = "running";
  call.state.tell("unpause", *container);
  call.exchange.answer({.status = 204});
}

void kill_container(Call& call) {
  const int signal = signal_number(call.query("signal"));
  std::shared_ptr<Container> container;
  {
    const std::scoped_lock lock(call.state.mutex);
    container = call.state.find_container(call.name());
    if (container == nullptr) {
      throw Refusal(404, fmt::format("cannot kill container: {0}: No such container: {0}", call.name()));
    }
    if (signal == 0) {
      throw Refusal(400, fmt::format("cannot kill container: {}: invalid signal: {}", call.name(),
                                     call.query("signal")));
    }
    if (!has_processes(*container)) {
      throw Refusal(409, fmt::format("cannot kill container: {}: container {} is not running", call.name(),
                                     container->id));
    }
    send_signal(call.state, *container->main, signal);
  }
  if (signal == SIGKILL) {
    call.exchange.wait(call.state.bell, call.state.mutex, [&] { return !has_processes(*container); });
  }
  call.exchange.answer({.status = 204});
}

void wait_container(Call& call) {
  const std::string condition = call.query("condition", "not-running");
  std::shared_ptr<Container> container;
  int runs_ended = 0;
  {
    const std::scoped_lock lock(call.state.mutex);
    container = call.state.require_container(call.name());
    runs_ended = container->runs_ended;
    if (condition != "not-running" && condition != "removed" && condition != "next-exit") {
      throw Refusal(400, fmt::format("invalid condition: \"{}\"", condition));
    }
  }
  call.exchange.begin({});  // at once: the client knows that the wait is on
  int exit_code = 0;
  const bool is_over = call.exchange.wait(call.state.bell, call.state.mutex, [&] {
    exit_code = container->exit_code;
    if (condition == "removed") {
      return !is_there(call.state, container);
    }
    return condition == "next-exit" ? container->runs_ended > runs_ended : !has_processes(*container);
  });
  if (is_over) {
    call.exchange.send(Json{{"StatusCode", exit_code}}.dump() + "\n");
    call.exchange.end();
  }
}

void remove_container(Call& call) {
  std::shared_ptr<Container> container;
  {
    const std::scoped_lock lock(call.state.mutex);
    container = call.state.require_container(call.name());
    if (container->is_removing) {
      throw Refusal(409, fmt::format("removal of container {} is already in progress", call.name()));
    }
    if (has_processes(*container) && !call.flag("force")) {
      throw Refusal(409,
                    fmt::format("cannot remove container \"/{}\": container is running: stop the container "
                                "before removing or force remove",
                                container->name));
    }
    container->is_removing = true;
    if (has_processes(*container)) {
      send_signal(call.state, *container->main, SIGKILL);
    }
  }
  // The engine goes on when the client does not wait for it.
  static_cast<void>(
      wait_until(call.state.bell, call.state.mutex, [&] { return !has_processes(*container); }));
  {
    const std::scoped_lock lock(call.state.mutex);
    if (call.flag("v")) {
      remove_anonymous_volumes(call.state, *container);
    }
    remove_now(call.state, container);
  }
  call.exchange.answer({.status = 204});
}

}  // namespace ingot::testing
