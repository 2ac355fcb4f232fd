// SPDX-License-Identifier: Apache-2.0
// What runs in the fake engine's containers: programs are functions. The same program can be a container's
// main process or be run by exec. A program runs on a thread of its own, without any lock; what blocks in
// Process throws base::Cancelled when the process is killed, and the program should let that pass.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::testing {

// What the fake engine's machine has.
inline constexpr std::int64_t kMachineCpus = 4;
inline constexpr std::int64_t kMachineMemory = std::int64_t{8} << 30;

// Who is asked to run what.
struct ProcessInfo {
  std::string container_id;
  std::string container_name;
  std::string image;
  std::map<std::string, std::string> labels;
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string working_dir;
  std::string user;
  bool tty = false;
  bool is_main = false;
  // What its container may use as it begins; of an exec alone. 0: all.
  std::int64_t nano_cpus = 0;
  std::int64_t memory_bytes = 0;
};

class Process {
 public:
  virtual ~Process() = default;
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] virtual const ProcessInfo& info() const = 0;
  virtual void out(std::string_view text) = 0;
  virtual void err(std::string_view text) = 0;
  // The next piece of standard input; empty at its end.
  virtual std::string input() = 0;
  // The number of the signal. SIGKILL is not one: it ends the process.
  virtual int wait_for_signal() = 0;
  // Until the terminal has that size.
  virtual void wait_for_window(int rows, int columns) = 0;

  // Of the container.
  [[nodiscard]] virtual std::optional<std::string> read_file(const std::string& path) = 0;
  virtual void write_file(const std::string& path, std::string content) = 0;
  virtual void remove_file(const std::string& path) = 0;
  virtual void wait_for_file(const std::string& path) = 0;
  // A folder as a tar, under its last name; and the way back, false for what is no tar.
  [[nodiscard]] virtual std::string pack(const std::string& path) = 0;
  virtual bool unpack(const std::string& folder, std::string_view tar) = 0;
  // The socket bound to the host port that is published for this container port, not listening yet; once.
  [[nodiscard]] virtual base::Fd take_port(int container_port) = 0;
};

// Returns the exit code.
using Program = std::function<int(Process&)>;
using Choice = std::function<bool(const ProcessInfo&)>;

// Which program runs for which command. Not thread-safe: fill it before the engine is used, or under
// FakeEngine::programs(), which locks.
class Programs {
 public:
  // Later entries win.
  void add(Choice choice, Program program);
  // By the first words of the command: {"kubeadm", "init"}. An empty program stands for "no such file".
  void add(std::vector<std::string> first_words, Program program);

  struct Found {
    bool is_known = false;
    Program program;
  };
  [[nodiscard]] Found find(const ProcessInfo& info) const;

 private:
  std::vector<std::pair<Choice, Program>> entries_;
};

struct Script {
  std::string out = {};
  std::string err = {};
  int exit_code = 0;
  std::map<std::string, std::string> files = {};  // path -> content, left in the container
};

// A program that says its lines and ends.
[[nodiscard]] Program scripted(Script script);
// Runs until a signal comes; 128 + its number.
[[nodiscard]] Program waits_for_signal();
// The contract tests' program (tests/contract/probe.cpp), word for word: "wait", "say OUT ERR CODE", "copy",
// "size ROWS COLUMNS".
[[nodiscard]] Program probe();

}  // namespace ingot::testing
