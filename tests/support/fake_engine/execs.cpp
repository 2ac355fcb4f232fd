// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/processes.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ingot::testing {

namespace {

constexpr int kCannotRun = 126;

std::shared_ptr<Exec> require_exec(const Call& call) {
  const auto found = call.state.execs.find(call.name());
  if (found == call.state.execs.end()) {
    throw Refusal(404, fmt::format("No such exec instance: {}", call.name()));
  }
  return found->second;
}

std::string switching_head(const Exec& exec) {
  return fmt::format(
      "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.{}-stream\r\nConnection: "
      "Upgrade\r\nUpgrade: tcp\r\n\r\n",
      exec.process.tty ? "raw" : "multiplexed");
}

// Ends at once: the engine's words go to standard output.
Program not_found(const std::string& name) {
  return [name](Process& process) {
    process.out(
        fmt::format("OCI runtime exec failed: exec failed: unable to start container process: exec: \"{0}\": "
                    "stat {0}: no such file or directory: unknown\r\n",
                    name));
    return kCannotRun;
  };
}

Program program_for(State& state, const ProcessInfo& process) {
  const auto found = state.programs.find(process);
  if (!found.is_known) {
    state.violations.push_back(
        fmt::format("no program for exec in {}: {}", process.container_name, fmt::join(process.argv, " ")));
  }
  return found.program ? found.program : not_found(process.argv.front());
}

ProcessIo io_of(Call& call, const Exec& exec) {
  ProcessIo io;
  io.write = [&call, &exec](int channel, std::string_view text) {
    if (exec.process.tty) {
      call.exchange.send(text);
    } else if (channel == 1 ? exec.has_output : exec.has_error) {
      call.exchange.send(to_frame(channel, text));
    }
  };
  if (exec.has_input) {
    io.read = [&call](RunningProcess& run) {
      return call.exchange.receive(call.state.bell, [&] {
        const std::scoped_lock lock(call.state.mutex);
        return run.is_killed;
      });
    };
  }
  return io;
}

int number(const Call& call, const std::string& key) {
  const std::string text = call.query(key);
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void create_exec(Call& call) {
  const Json body = call.object({"AttachStdin", "AttachStdout", "AttachStderr", "Tty", "Cmd", "Env",
                                 "WorkingDir", "User", "Privileged", "ConsoleSize", "DetachKeys"});
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  auto exec = std::make_shared<Exec>();
  exec->id = call.state.new_id();
  exec->container_id = container->id;
  exec->process = container->process;
  exec->process.argv = body.value("Cmd", std::vector<std::string>());
  exec->process.env = body.value("Env", std::vector<std::string>());
  exec->process.working_dir = body.value("WorkingDir", "");
  exec->process.user = body.value("User", "");
  exec->process.tty = body.value("Tty", false);
  exec->process.is_main = false;
  const Json limits = container->spec.value("HostConfig", Json::object());
  exec->process.nano_cpus = limits.value("NanoCpus", std::int64_t{0});
  exec->process.memory_bytes = limits.value("Memory", std::int64_t{0});
  exec->has_input = body.value("AttachStdin", false);
  exec->has_output = body.value("AttachStdout", false);
  exec->has_error = body.value("AttachStderr", false);
  exec->is_privileged = body.value("Privileged", false);
  if (exec->process.argv.empty()) {
    throw Refusal(400, "No exec command specified");
  }
  if (container->state != "running") {
    throw Refusal(409, fmt::format("container {} is not running", container->id));
  }
  call.exchange.answer(to_reply(201, {{"Id", exec->id}}));
  call.state.execs[exec->id] = std::move(exec);
}

void start_exec(Call& call) {
  const Json body = call.object({"Detach", "Tty", "ConsoleSize"});
  std::shared_ptr<Exec> exec;
  std::shared_ptr<Container> container;
  Program program;
  {
    const std::scoped_lock lock(call.state.mutex);
    exec = require_exec(call);
    container = call.state.require_container(exec->container_id);
    if (exec->run != nullptr) {
      throw Refusal(409, fmt::format("Error: Exec command {} has already run", exec->id));
    }
    if (container->state != "running") {
      throw Refusal(409, fmt::format("container {} is not running", container->id));
    }
    program = program_for(call.state, exec->process);
    exec->run = std::make_shared<RunningProcess>(RunningProcess{.pid = ++call.state.last_pid});
    if (body.contains("ConsoleSize")) {
      exec->run->window = {body["ConsoleSize"].at(0), body["ConsoleSize"].at(1)};
    }
    if (body.value("Detach", false)) {
      call.state.threads.emplace_back([&state = call.state, container, exec, program] {
        run_program(state, container, *exec->run, exec->process, program,
                    {.write = [](int, std::string_view) {}});
      });
      call.exchange.answer({});
      return;
    }
  }
  call.exchange.take_over(switching_head(*exec));
  const ProcessIo io = io_of(call, *exec);
  run_program(call.state, container, *exec->run, exec->process, program, io);
}

void inspect_exec(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto exec = require_exec(call);
  const bool is_done = exec->run != nullptr && exec->run->is_done;
  const auto& argv = exec->process.argv;
  const Json process = {{"tty", exec->process.tty},
                        {"entrypoint", argv.front()},
                        {"arguments", std::vector<std::string>(argv.begin() + 1, argv.end())},
                        {"privileged", exec->is_privileged}};
  call.exchange.answer(to_reply(200, {{"ID", exec->id},
                                      {"Running", exec->run != nullptr && !is_done},
                                      {"ExitCode", is_done ? Json(exec->run->exit_code) : Json()},
                                      {"ProcessConfig", process},
                                      {"OpenStdin", exec->has_input},
                                      {"OpenStdout", exec->has_output},
                                      {"OpenStderr", exec->has_error},
                                      {"CanRemove", false},
                                      {"ContainerID", exec->container_id},
                                      {"DetachKeys", ""},
                                      {"Pid", exec->run != nullptr ? exec->run->pid : 0}}));
}

void resize_exec(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto exec = require_exec(call);
  if (exec->run == nullptr) {
    throw Refusal(400, "exec process is not started");
  }
  if (exec->run->is_done) {
    throw Refusal(404, fmt::format("process does not exist {}: not found", exec->id));
  }
  exec->run->window = {number(call, "h"), number(call, "w")};
  call.state.bell.ring();
  call.exchange.answer({});
}

}  // namespace ingot::testing
