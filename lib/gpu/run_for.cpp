// SPDX-License-Identifier: Apache-2.0
#include "gpu/run_for.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/wait.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

namespace ingot::gpu {

namespace {

using base::Clock;

constexpr int kPollMilliseconds = 50;  // a stop is noticed within
constexpr std::size_t kMostOutput = std::size_t{1} << 20;

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> words;
  for (const auto& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw base::Error(base::ErrorCode::environment, "a program of ingot's own cannot be run",
                      std::strerror(error));
  }
  return pid;
}

// True at the end of the output, false when the time is over.
bool collect(int output, std::string& text, Clock::time_point deadline, const std::stop_token& stop) {
  while (Clock::now() < deadline && !stop.stop_requested()) {
    pollfd waiting{.fd = output, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kPollMilliseconds) <= 0) {
      continue;
    }
    std::array<char, 4096> buffer{};
    const auto count = ::read(output, buffer.data(), buffer.size());
    if (count <= 0) {
      return count == 0;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostOutput) {
      return false;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> run_for(const std::vector<std::string>& command, std::chrono::milliseconds limit,
                                   const std::stop_token& stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw base::Error(base::ErrorCode::environment, "no pipe can be made", std::strerror(errno));
  }
  const base::Fd input(ends[0]);
  base::Fd output(ends[1]);
  const auto pid = spawn(command, output.get());
  output.close();
  std::string text;
  const bool ended = collect(input.get(), text, Clock::now() + limit, stop);
  if (!ended) {
    ::kill(pid, SIGKILL);
    // Not waited for here: what sleeps in a driver ends when the driver lets it.
    std::thread([pid] { ::waitpid(pid, nullptr, 0); }).detach();
    base::check_stop(stop);
    return std::nullopt;
  }
  ::waitpid(pid, nullptr, 0);
  return text;
}

}  // namespace ingot::gpu
