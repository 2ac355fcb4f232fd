// SPDX-License-Identifier: Apache-2.0
#include "container.hpp"

#include "failure.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ingot::agent {

namespace fs = std::filesystem;

Machine::Machine(const std::string& root) : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_) {
    fail_with_errno("the machine's files cannot be seen at " + root);
  }
}

base::Fd Machine::open(const std::string& path) const {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  return base::Fd(static_cast<int>(::syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof(how))));
}

std::optional<NodeFacts> Machine::node(const std::string& path) const {
  struct stat facts {};
  const auto file = open(path);
  if (!file || ::fstat(file.get(), &facts) != 0 || (!S_ISCHR(facts.st_mode) && !S_ISBLK(facts.st_mode))) {
    return std::nullopt;
  }
  return NodeFacts{.type = facts.st_mode & S_IFMT,
                   .mode = facts.st_mode & 07777,
                   .device = facts.st_rdev,
                   .uid = facts.st_uid,
                   .gid = facts.st_gid};
}

Machine::Tree Machine::copy_tree(const std::string& path, bool read_only, bool no_exec) const {
  struct stat facts {};
  const auto file = open(path);
  if (!file || ::fstat(file.get(), &facts) != 0) {
    fail("the machine has no " + path);
  }
  base::Fd tree(
      ::open_tree(file.get(), "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) {
    fail_with_errno(path + " cannot be mounted elsewhere");
  }
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  attributes.attr_set |= read_only ? MOUNT_ATTR_RDONLY : 0U;
  attributes.attr_set |= no_exec ? MOUNT_ATTR_NOEXEC : 0U;
  attributes.propagation = MS_PRIVATE;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(attributes)) != 0) {
    fail_with_errno(path + " cannot be mounted with its options");
  }
  return {.fd = std::move(tree), .is_folder = S_ISDIR(facts.st_mode)};
}

base::Fd take_turn(pid_t pid) {
  const auto path = "/proc/" + std::to_string(pid) + "/root";
  base::Fd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) {
    fail_with_errno("the container's files cannot be seen");
  }
  while (::flock(root.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return root;
}

// "36 35 98:0 /root /mount/point options...", where blanks are written as \040.
MountPoints mount_points(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/mountinfo");
  MountPoints points;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    words >> id >> parent >> device >> root >> point;
    points[point] = root;
  }
  if (points.empty()) {
    fail("the container does not run any more");
  }
  return points;
}

void check_may_hold(pid_t pid) {
  const auto process = "/proc/" + std::to_string(pid);
  std::ifstream users(process + "/uid_map");
  std::uint64_t inside = 1, outside = 1;
  if (users >> inside >> outside && (inside != 0 || outside != 0)) {
    fail("it has users of its own, to whom the kernel gives no devices");
  }
  constexpr unsigned kSysAdmin = 21;  // CAP_SYS_ADMIN
  std::ifstream status(process + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapBnd:") && (std::stoull(line.substr(7), nullptr, 16) >> kSysAdmin & 1U) == 0) {
      fail("it is not privileged, so only its making could have given it devices");
    }
  }
}

void enter_mounts(pid_t pid) {
  const auto process = "/proc/" + std::to_string(pid);
  const base::Fd space(::open((process + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
  const base::Fd root(::open((process + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!space || !root || ::setns(space.get(), CLONE_NEWNS) != 0 || ::fchdir(root.get()) != 0 ||
      ::chroot(".") != 0) {
    fail_with_errno("the container's mounts cannot be entered");
  }
}

void move_in(const Machine::Tree& tree, const std::string& path) {
  std::error_code error;
  fs::create_directories(tree.is_folder ? fs::path(path) : fs::path(path).parent_path(), error);
  if (!tree.is_folder && !fs::exists(fs::symlink_status(path))) {
    const base::Fd made(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  }
  if (::move_mount(tree.fd.get(), "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    fail_with_errno(path + " cannot be mounted in the container");
  }
}

}  // namespace ingot::agent
