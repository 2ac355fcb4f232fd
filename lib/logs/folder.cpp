// SPDX-License-Identifier: Apache-2.0
#include "logs/folder.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace ingot::logs {

namespace {

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;

[[noreturn]] void throw_system(const std::string& path, int error) {
  throw base::Error(base::ErrorCode::environment, fmt::format("'{}' cannot be written", path),
                    std::strerror(error));
}

// The parts of a path; Error{untrusted} for one that is absolute or climbs.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  bool is_good = !path.starts_with('/') && path.find('\0') == std::string_view::npos;
  for (auto& part : base::split(path, '/')) {
    is_good = is_good && part != "..";
    if (!part.empty() && part != ".") {
      parts.push_back(std::move(part));
    }
  }
  if (!is_good) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("the name '{}' leads out of the folder", path));
  }
  return parts;
}

base::Fd enter(int parent, const std::string& name, const std::string& shown) {
  if (::mkdirat(parent, name.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    throw_system(shown, errno);
  }
  // Never through a link, which could lead anywhere.
  base::Fd fd(::openat(parent, name.c_str(), kOpenFolder | O_NOFOLLOW));
  if (!fd) {
    throw_system(shown, errno);
  }
  return fd;
}

}  // namespace

void File::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      throw_system(path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
    size_ += static_cast<std::uint64_t>(count);
    written_->bytes += static_cast<std::uint64_t>(count);
  }
}

Folder::Folder(const std::string& path) : path_(path), written_(std::make_shared<Written>()) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  fd_ = base::Fd(::open(path.c_str(), kOpenFolder));
  if (!fd_) {
    throw base::Error(base::ErrorCode::environment, fmt::format("the folder '{}' cannot be made", path),
                      error ? error.message() : std::strerror(errno));
  }
}

base::Fd Folder::walk(std::string_view path, std::string* last) const {
  auto parts = parts_of(path);
  if (last != nullptr) {
    if (parts.empty()) {
      throw base::Error(base::ErrorCode::untrusted, "a file without a name");
    }
    *last = std::move(parts.back());
    parts.pop_back();
  }
  base::Fd at(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  for (const auto& part : parts) {
    at = enter(at.get(), part, fmt::format("{}/{}", path_, path));
  }
  return at;
}

File Folder::create(std::string_view path) const {
  std::string name;
  const auto parent = walk(path, &name);
  const std::string shown = fmt::format("{}/{}", path_, path);
  // O_NONBLOCK: a pipe that lies there must not make us wait for its reader.
  base::Fd fd(::openat(parent.get(), name.c_str(),
                       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kFileMode));
  if (!fd) {
    throw_system(shown, errno);
  }
  ++written_->files;
  return {std::move(fd), shown, written_};
}

void Folder::make_folder(std::string_view path) const {
  static_cast<void>(walk(path, nullptr));
}

Folder Folder::below(std::string_view name) const {
  if (name.empty() || name == "." || name.find('/') != std::string_view::npos) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("'{}' is no name of a folder", name));
  }
  return {walk(name, nullptr), fmt::format("{}/{}", path_, name), written_};
}

}  // namespace ingot::logs
