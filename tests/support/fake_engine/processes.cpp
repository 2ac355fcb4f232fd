// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/processes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/fake_engine/attach.hpp"
#include "support/fake_engine/mounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>

namespace ingot::testing {

namespace {

class EngineProcess final : public Process {
 public:
  EngineProcess(State& state, std::shared_ptr<Container> container, RunningProcess& run,
                const ProcessInfo& info, const ProcessIo& io)
      : state_(state), container_(std::move(container)), run_(run), info_(info), io_(io) {}

  [[nodiscard]] const ProcessInfo& info() const override { return info_; }
  void out(std::string_view text) override { write(1, text); }
  void err(std::string_view text) override { write(info_.tty ? 1 : 2, text); }

  std::string input() override {
    std::string piece = io_.read ? io_.read(run_) : std::string();
    wait([] { return true; });  // killed meanwhile?
    return piece;
  }

  int wait_for_signal() override {
    int signal = 0;
    wait([&] { return (signal = std::exchange(run_.signal, 0)) != 0; });
    return signal;
  }

  void wait_for_window(int rows, int columns) override {
    wait([&] { return run_.window == std::pair(rows, columns); });
  }

  [[nodiscard]] std::optional<std::string> read_file(const std::string& path) override {
    const std::scoped_lock lock(state_.mutex);
    const auto place = at(path);
    return place.tree->read(place.path);
  }

  void write_file(const std::string& path, std::string content) override {
    {
      const std::scoped_lock lock(state_.mutex);
      const auto place = at(path);
      place.tree->write(place.path, std::move(content));
    }
    state_.bell.ring();
  }

  void remove_file(const std::string& path) override {
    const std::scoped_lock lock(state_.mutex);
    const auto place = at(path);
    place.tree->remove(place.path);
  }

  [[nodiscard]] std::string pack(const std::string& path) override {
    const std::scoped_lock lock(state_.mutex);
    require_life();
    return testing::pack(state_, *container_, normal_path(path));
  }

  bool unpack(const std::string& folder, std::string_view tar) override {
    const std::scoped_lock lock(state_.mutex);
    require_life();
    return testing::unpack(state_, *container_, normal_path(folder), tar);
  }

  void wait_for_file(const std::string& path) override {
    wait([&] {
      const auto place = at(path);
      return place.tree->find(place.path) != nullptr;
    });
  }

  [[nodiscard]] base::Fd take_port(int container_port) override {
    const std::scoped_lock lock(state_.mutex);
    for (PublishedPort& port : container_->ports) {
      if (port.container_port == container_port && port.socket) {
        return std::move(port.socket);
      }
    }
    return {};
  }

 private:
  // With the lock held. Whoever was killed does nothing more.
  [[nodiscard]] Place at(const std::string& path) const {
    require_life();
    return place_of(state_, *container_, normal_path(path));
  }

  void require_life() const {
    if (run_.is_killed) {
      throw base::Cancelled();
    }
  }

  void write(int channel, std::string_view text) {
    if (!text.empty()) {
      // A terminal turns a line feed into a new line.
      io_.write(channel, info_.tty ? base::replace_all(std::string(text), "\n", "\r\n") : text);
    }
  }

  template <typename Condition>
  void wait(Condition is_so) {
    bool is_killed = false;
    static_cast<void>(wait_until(state_.bell, state_.mutex, [&] {
      is_killed = run_.is_killed;
      return is_killed || is_so();
    }));
    if (is_killed) {
      throw base::Cancelled();
    }
  }

  State& state_;
  std::shared_ptr<Container> container_;
  RunningProcess& run_;
  const ProcessInfo& info_;
  const ProcessIo& io_;
};

void end_main(State& state, const std::shared_ptr<Container>& container) {
  const std::scoped_lock lock(state.mutex);
  detach(state, *container);
  container->state = "exited";
  container->exit_code = container->main->exit_code;
  container->finished = std::chrono::system_clock::now();
  ++container->runs_ended;
  state.tell("die", *container);
  for (auto& [id, exec] : state.execs) {
    if (exec->container_id == container->id && exec->run != nullptr && !exec->run->is_done) {
      send_signal(state, *exec->run, SIGKILL);
    }
  }
  if (container->spec.value("HostConfig", Json::object()).value("AutoRemove", false)) {
    remove_anonymous_volumes(state, *container);
    std::erase(state.containers, container);
  }
  state.bell.ring();
}

}  // namespace

int run_program(State& state, const std::shared_ptr<Container>& container, RunningProcess& run,
                const ProcessInfo& info, const Program& program, const ProcessIo& io) {
  EngineProcess process(state, container, run, info, io);
  int exit_code = 128 + SIGKILL;
  std::string failure;
  try {
    exit_code = program(process);
  } catch (const base::Cancelled&) {  // killed: its code is set already
  } catch (const std::exception& error) {
    failure = fmt::format("a program failed ({}): {}", fmt::join(info.argv, " "), error.what());
  }
  const std::scoped_lock lock(state.mutex);
  if (!failure.empty()) {
    state.violations.push_back(failure);
  }
  run.exit_code = run.is_killed ? 128 + SIGKILL : exit_code;
  run.is_done = true;
  state.bell.ring();
  return run.exit_code;
}

void start_main(State& state, const std::shared_ptr<Container>& container, Program program) {
  container->main = std::make_shared<RunningProcess>(RunningProcess{.pid = ++state.last_pid});
  container->state = "running";
  container->error.clear();
  container->exit_code = 0;
  container->started = std::chrono::system_clock::now();
  state.threads.emplace_back([&state, container, run = container->main, program = std::move(program)] {
    const ProcessIo io{.write = [&](int channel, std::string_view text) {
      {
        const std::scoped_lock lock(state.mutex);
        container->log.push_back({channel, std::string(text)});
      }
      state.bell.ring();
    }};
    run_program(state, container, *run, container->process, program, io);
    end_main(state, container);
  });
}

void send_signal(State& state, RunningProcess& process, int signal) {
  if (signal == SIGKILL) {
    process.is_killed = true;
  } else {
    process.signal = signal;
  }
  state.bell.ring();
}

std::string to_frame(int channel, std::string_view text) {
  std::string frame(8, '\0');
  frame[0] = static_cast<char>(channel);
  for (std::size_t i = 0; i < 4; ++i) {
    frame[7 - i] = static_cast<char>(text.size() >> (8 * i) & 0xFFU);
  }
  return frame.append(text);
}

int signal_number(std::string name) {
  if (name.empty()) {
    return SIGKILL;
  }
  int number = 0;
  if (std::from_chars(name.data(), name.data() + name.size(), number).ptr == name.data() + name.size()) {
    return number;
  }
  if (name.starts_with("SIG")) {
    name.erase(0, 3);
  }
  const std::map<std::string, int> kNames = {{"KILL", SIGKILL}, {"TERM", SIGTERM}, {"INT", SIGINT},
                                             {"HUP", SIGHUP},   {"USR1", SIGUSR1}, {"RTMIN+3", 37}};
  const auto found = kNames.find(name);
  return found == kNames.end() ? 0 : found->second;
}

}  // namespace ingot::testing
