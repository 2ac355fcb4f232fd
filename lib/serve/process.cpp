// SPDX-License-Identifier: Apache-2.0
#include "serve/process.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace ingot::serve {

namespace {

constexpr int kEventsFd = 3;  // in the program

[[noreturn]] void refuse(const std::string& doing, int error) {
  throw base::Error(base::ErrorCode::environment, doing, std::strerror(error));
}

struct Pipe {
  base::Fd read;
  base::Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    refuse("no pipe can be made for a command", errno);
  }
  return {base::Fd(ends[0]), base::Fd(ends[1])};
}

void stop_blocking(const base::Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

base::Fd duplicate(const base::Fd& fd) {
  return base::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

winsize to_winsize(const live::TerminalSize& size) {
  winsize system{};
  system.ws_col = static_cast<unsigned short>(size.columns);
  system.ws_row = static_cast<unsigned short>(size.rows);
  return system;
}

base::Fd make_terminal(const live::TerminalSize& size) {
  base::Fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const auto system = to_winsize(size);
  if (!terminal || ::grantpt(terminal.get()) != 0 || ::unlockpt(terminal.get()) != 0 ||
      ::ioctl(terminal.get(), TIOCSWINSZ, &system) != 0) {
    refuse("no terminal can be made for a command", errno);
  }
  return terminal;
}

std::string name_of(const base::Fd& terminal) {
  std::array<char, 64> name{};
  const int error = ::ptsname_r(terminal.get(), name.data(), name.size());
  if (error != 0) {
    refuse("the terminal of a command has no name", error);
  }
  return name.data();
}

// What becomes the program's files 0 to 3, and where it runs.
class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void enter(const std::string& directory) {
    if (!directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
  }
  // A file that has this number already would stay closed at exec: it is moved out of the way before.
  void give(base::Fd fd, int as) {
    auto& kept = kept_.emplace_back(fd.get() == as ? duplicate(fd) : std::move(fd));
    posix_spawn_file_actions_adddup2(&actions_, kept.get(), as);
  }
  // Opened by the leader of a session that has none, it becomes that session's terminal.
  void give_terminal(const std::string& name) {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, name.c_str(), O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDERR_FILENO);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
  std::vector<base::Fd> kept_;
};

std::vector<char*> to_pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  pointers.push_back(nullptr);
  return pointers;
}

// In a session of its own, so that no Ctrl-C for us reaches it; with signals as for a new program.
int spawn(const ProcessSpec& spec, const Actions& actions, pid_t& pid) {
  std::vector<std::string> variables{fmt::format("{}={}", kEventsVariable, kEventsFd)};
  for (const auto& [name, value] : spec.environment) {
    variables.push_back(name + "=" + value);
  }
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  const int error = posix_spawn(&pid, spec.words.front().c_str(), actions.get(), &attributes,
                                to_pointers(spec.words).data(), to_pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

Process::Process(const ProcessSpec& spec) {
  Actions actions;
  actions.enter(spec.directory);
  if (spec.terminal) {
    terminal_ = make_terminal(*spec.terminal);
    actions.give_terminal(name_of(terminal_));
    input = duplicate(terminal_);
    output = duplicate(terminal_);
  } else {
    auto in = make_pipe();
    auto out = make_pipe();
    auto err = make_pipe();
    actions.give(std::move(in.read), STDIN_FILENO);
    actions.give(std::move(out.write), STDOUT_FILENO);
    actions.give(std::move(err.write), STDERR_FILENO);
    input = std::move(in.write);
    output = std::move(out.read);
    errors = std::move(err.read);
  }
  auto told = make_pipe();
  actions.give(std::move(told.write), kEventsFd);
  events = std::move(told.read);
  if (const int error = spawn(spec, actions, pid_); error != 0) {
    pid_ = 0;
    refuse(fmt::format("'{}' cannot be run", spec.words.front()), error);
  }
  end = base::Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!end) {
    refuse("the end of a command cannot be watched", errno);
  }
  for (const auto* fd : {&input, &output, &errors, &events}) {
    if (*fd) {
      stop_blocking(*fd);
    }
  }
}

Process::~Process() {
  signal(SIGHUP);
}

void Process::signal(int number) const {
  if (pid_ != 0) {
    ::kill(pid_, number);
  }
}

void Process::resize(const live::TerminalSize& size) const {
  if (terminal_) {
    const auto system = to_winsize(size);
    ::ioctl(terminal_.get(), TIOCSWINSZ, &system);
  }
}

int Process::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace ingot::serve
