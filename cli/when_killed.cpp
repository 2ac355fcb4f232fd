// SPDX-License-Identifier: Apache-2.0
#include "when_killed.hpp"

#include "base/fd.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace ingot::cli {

namespace {

// A line is the end in peace. The engine may act on a request a moment after its sender was killed: that is
// let pass.
constexpr const char* kWait = R"sh(read -r _ || { sleep 1; exec "$0" "$@"; })sh";

class Guard {
 public:
  Guard(base::Fd pipe, pid_t shell) : pipe_(std::move(pipe)), shell_(shell) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    static_cast<void>(!::write(pipe_.get(), "\n", 1));
    pipe_.close();
    ::waitpid(shell_, nullptr, 0);
  }

 private:
  base::Fd pipe_;
  pid_t shell_;
};

// With the pipe as its input, and nothing of ours but standard error; signals as for a new program.
bool spawn(pid_t& shell, int input, const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const auto& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  words.push_back(nullptr);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const bool spawned = posix_spawn(&shell, words[0], &actions, &attributes, words.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return spawned;
}

}  // namespace

std::shared_ptr<void> when_killed(const std::vector<std::string>& words) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  int ends[2];  // NOLINT(modernize-avoid-c-arrays): what pipe2 fills
  if (error || ::pipe2(ends, O_CLOEXEC) != 0) {
    return nullptr;
  }
  const base::Fd input(ends[0]);
  base::Fd pipe(ends[1]);
  std::vector<std::string> command{"/bin/sh", "-c", kWait, program.string()};
  command.insert(command.end(), words.begin(), words.end());
  pid_t shell = 0;
  if (!spawn(shell, input.get(), command)) {
    return nullptr;
  }
  return std::make_shared<Guard>(std::move(pipe), shell);
}

}  // namespace ingot::cli
