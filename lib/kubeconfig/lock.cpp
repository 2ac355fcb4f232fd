// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/lock.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::system_clock;

// At most `limit` bytes of a small file; empty if it cannot be read.
std::string read_some(const std::string& path) {
  std::array<char, 4096> buffer{};
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const ssize_t size = fd ? ::read(fd.get(), buffer.data(), buffer.size()) : 0;
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

// Field 22 of /proc/<pid>/stat: when that process began. With it a number used again is no mistaken identity.
std::string start_of(const std::string& pid) {
  const std::string stat = read_some("/proc/" + pid + "/stat");
  const std::size_t end_of_name = stat.rfind(')');  // the name may hold spaces
  if (end_of_name == std::string::npos) {
    return {};
  }
  const std::vector<std::string> fields = base::split(stat.substr(end_of_name + 1), ' ');
  return fields.size() > 20 ? fields[20] : std::string();
}

// The place in which a process number means something: this boot of this machine, and this pid namespace.
std::string place() {
  struct stat ns {};
  const auto inode = ::stat("/proc/self/ns/pid", &ns) == 0 ? ns.st_ino : 0;
  return fmt::format("{}/{}", base::trim(read_some("/proc/sys/kernel/random/boot_id")), inode);
}

std::string own_mark() {
  const std::string pid = std::to_string(::getpid());
  return fmt::format("ingot {} {} {}\n", place(), pid, start_of(pid));
}

// Whether the process that wrote this mark is gone for certain; nothing if there is no telling.
std::optional<bool> owner_is_gone(const std::string& mark) {
  const std::vector<std::string> words = base::split(std::string(base::trim(mark)), ' ');
  if (words.size() != 4 || words[0] != "ingot" || words[1] != place()) {
    return std::nullopt;
  }
  return start_of(words[2]) != words[3];
}

// Tells one lock file from the next of the same path.
std::string identity_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return {};
  }
  return fmt::format("{}/{}.{}", info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

std::chrono::milliseconds jitter(int attempt) {
  std::random_device random;
  const int ceiling = std::min(50, 2 << std::min(attempt, 5));
  return std::chrono::milliseconds(1 + static_cast<int>(random() % static_cast<unsigned int>(ceiling)));
}

bool is_stale(const std::string& path, const struct stat& info, const LockTimes& times) {
  if (const auto gone = owner_is_gone(read_some(path))) {
    return *gone;
  }
  return system_clock::now() - system_clock::from_time_t(info.st_mtime) > times.stale_after;
}

}  // namespace

FileLock::FileLock(const std::string& file, const std::stop_token& stop, const LockTimes& times)
    : path_(file + ".lock") {
  const auto give_up = base::Clock::now() + times.longest_queue;
  auto deadline = base::Clock::now() + times.patience;
  std::string holder;
  for (int attempt = 0; !try_create(); ++attempt) {
    if (break_if_stale(times)) {
      continue;
    }
    // While the lock goes from hand to hand, or one of us holds it (who may wait for another file's lock),
    // our turn will come: only an unknown holder that stays is a reason to give up soon.
    std::string now_held = identity_of(path_);
    if (now_held != holder || owner_is_gone(read_some(path_)).has_value()) {
      holder = std::move(now_held);
      deadline = std::min(base::Clock::now() + times.patience, give_up);
    }
    if (base::Clock::now() > deadline) {
      throw Error(base::Failure{.code = ErrorCode::timed_out,
                                .message = "the kubeconfig '" + file + "' is locked by another program",
                                .cause = "'" + path_ + "' exists",
                                .remedy = "if no other program is changing it: rm '" + path_ + "'"});
    }
    base::sleep_for(jitter(attempt), stop);
  }
}

bool FileLock::try_create() {
  const base::Fd fd(::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!fd) {
    if (errno == EEXIST) {
      return false;
    }
    throw Error(ErrorCode::environment, "cannot create the lock '" + path_ + "'", std::strerror(errno));
  }
  struct stat info {};
  ::fstat(fd.get(), &info);
  inode_ = info.st_ino;
  const std::string mark = own_mark();
  // A full disk leaves the mark out: the lock is good without it.
  [[maybe_unused]] const ssize_t written = ::write(fd.get(), mark.data(), mark.size());
  return true;
}

// Two of us must not break one lock after the other: the second would remove the first one's new lock. So the
// breaking itself is done one at a time, under a flock on the folder.
bool FileLock::break_if_stale(const LockTimes& times) const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0 || !is_stale(path_, info, times)) {
    return false;
  }
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const base::Fd fd(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return false;
  }
  struct stat again {};
  const bool same = ::stat(path_.c_str(), &again) == 0 && again.st_ino == info.st_ino &&
                    again.st_mtime == info.st_mtime && is_stale(path_, again, times);
  return same && ::unlink(path_.c_str()) == 0;
}

FileLock::~FileLock() {
  struct stat info {};
  if (::stat(path_.c_str(), &info) == 0 && info.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
}

}  // namespace ingot::kubeconfig
