// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/file.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;
namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& doing, const std::string& path, int error) {
  throw Error(ErrorCode::environment, "cannot " + doing + " '" + path + "'", std::strerror(error));
}

void write_all(const base::Fd& fd, const std::string& text, const std::string& path) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(fd.get(), text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) {
      fail("write", path, errno);
    }
    done += written > 0 ? static_cast<std::size_t>(written) : 0;
  }
  if (::fsync(fd.get()) != 0 && errno != EINVAL) {
    fail("write", path, errno);
  }
}

// A file beside the real one that goes away unless it takes the real one's place.
class NewFile {
 public:
  explicit NewFile(const std::string& path) : target_(path), path_(path + ".XXXXXX") {
    fd_ = base::Fd(::mkostemp(path_.data(), O_CLOEXEC));
    if (!fd_) {
      fail("write beside", target_, errno);
    }
  }
  ~NewFile() {
    if (!path_.empty()) {
      ::unlink(path_.c_str());
    }
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] const base::Fd& fd() const { return fd_; }

  // Mode and owner of the old file; false if the owner cannot be kept.
  [[nodiscard]] bool take_over(const struct stat& old) const {
    struct stat mine {};
    ::fstat(fd_.get(), &mine);
    const bool same_owner = mine.st_uid == old.st_uid && mine.st_gid == old.st_gid;
    if (!same_owner && ::fchown(fd_.get(), old.st_uid, old.st_gid) != 0) {
      return false;
    }
    return ::fchmod(fd_.get(), old.st_mode & 07777U) == 0;
  }

  // False where the target is a mount point of its own.
  [[nodiscard]] bool move_into_place() {
    if (::rename(path_.c_str(), target_.c_str()) == 0) {
      path_.clear();
      return true;
    }
    if (errno == EBUSY || errno == EXDEV) {
      return false;
    }
    fail("replace", target_, errno);
  }

 private:
  std::string target_;
  std::string path_;
  base::Fd fd_;
};

void write_in_place(const std::string& path, const std::string& text) {
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!fd) {
    fail("write", path, errno);
  }
  write_all(fd, text, path);
}

// Makes the new name last through a power cut. Some file systems cannot; then it lasts when they say so.
void sync_folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const base::Fd fd(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) {
    ::fsync(fd.get());
  }
}

}  // namespace

std::string follow_links(const std::string& path) {
  constexpr int kMaxLinks = 40;  // the kernel's own limit
  fs::path at = path;
  for (int i = 0; i < kMaxLinks; ++i) {
    std::error_code error;
    const fs::path link = fs::read_symlink(at, error);
    if (error) {
      return at.string();
    }
    at = link.is_absolute() ? link : at.parent_path() / link;
  }
  fail("open", path, ELOOP);
}

std::optional<std::string> read_file(const std::string& path) {
  // Not blocking: to open a pipe for reading would wait for a writer.
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    fail("read", path, errno);
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    fail("use", path, S_ISDIR(info.st_mode) ? EISDIR : EINVAL);
  }
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size == 0) {
      return text;
    }
    if (size > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      fail("read", path, errno);
    }
  }
}

void make_folder_of(const std::string& path) {
  fs::path made;
  for (const fs::path& part : fs::path(path).parent_path()) {
    made /= part;
    if (::mkdir(made.c_str(), 0755) != 0 && errno != EEXIST && !fs::is_directory(made)) {
      fail("create the folder", made.string(), errno);
    }
  }
}

void check_writable(const std::string& path) {
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0 && errno != ENOENT) {
    fail("write", path, errno);
  }
}

void replace_file(const std::string& path, const std::string& text) {
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  NewFile file(path);
  // mkostemp made it 0600, which is what a new kubeconfig gets.
  const bool can_replace = !exists || file.take_over(old);
  if (can_replace) {
    write_all(file.fd(), text, path);
  }
  if (can_replace && file.move_into_place()) {
    sync_folder_of(path);
    return;
  }
  write_in_place(path, text);
}

}  // namespace ingot::kubeconfig
