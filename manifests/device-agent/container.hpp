// SPDX-License-Identifier: Apache-2.0
// A container as seen from a process of the engine's machine: its mounts are entered, and mounts from outside
// are moved in (open_tree(2), move_mount(2): Linux 5.2; mount_setattr(2): 5.12). Single-threaded.
#pragma once

#include "base/fd.hpp"

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

namespace ingot::agent {

// A device node of the machine. Links are followed, inside `host`.
struct NodeFacts {
  mode_t type = 0;  // S_IFCHR or S_IFBLK
  mode_t mode = 0;
  dev_t device = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

class Machine {
 public:
  // `root`: where the machine's root folder is mounted.
  explicit Machine(const std::string& root);
  // Nothing where there is no such node.
  [[nodiscard]] std::optional<NodeFacts> node(const std::string& path) const;

  // A copy of what is mounted at `path`, ready to be moved.
  struct Tree {
    base::Fd fd;
    bool is_folder = false;
  };
  [[nodiscard]] Tree copy_tree(const std::string& path, bool read_only, bool no_exec) const;

 private:
  [[nodiscard]] base::Fd open(const std::string& path) const;
  base::Fd root_;
};

// Waits until nobody else changes the devices of the container. Nobody does while the file is open, which is
// the container's root folder: nothing is left there, and nothing stays locked when this process is killed.
[[nodiscard]] base::Fd take_turn(pid_t pid);

// Where something is mounted, and what: a file that is gone ends in "//deleted".
using MountPoints = std::map<std::string, std::string>;
[[nodiscard]] MountPoints mount_points(pid_t pid);

// Throws Failure for a container that would see a device and may not use it: one that is not privileged, or
// has users of its own.
void check_may_hold(pid_t pid);

// From here on this process is among the container's mounts, with its root folder.
void enter_mounts(pid_t pid);
// Makes file or folder and what is above it, where it is missing.
void move_in(const Machine::Tree& tree, const std::string& path);

}  // namespace ingot::agent
