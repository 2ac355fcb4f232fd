// SPDX-License-Identifier: Apache-2.0
#include "serve/socket_file.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ingot::serve {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int kWaiting = 128;  // connections that have not been accepted yet

[[noreturn]] void refuse(const std::string& where, int error) {
  throw Error(ErrorCode::environment, fmt::format("cannot listen at {}", where),
              std::generic_category().message(error));
}

base::Fd take_lock(const std::string& path) {
  base::Fd lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) {
    refuse(path, errno);
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error({.code = ErrorCode::already_exists,
                 .message = fmt::format("a server listens at {} already", path),
                 .remedy = "ingot watch, which uses it; or --socket PATH for another one"});
  }
  return lock;
}

void remove_stale(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    return;
  }
  if (!S_ISSOCK(found.st_mode)) {
    throw Error({.code = ErrorCode::already_exists,
                 .message = fmt::format("{} is there, and is no socket", path),
                 .remedy = "--socket PATH"});
  }
  ::unlink(path.c_str());
}

template <typename Address>
const sockaddr* as_sockaddr(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof(address.sun_path)) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = fmt::format("a socket's path has {} bytes at most: '{}'",
                                        sizeof(address.sun_path) - 1, path_),
                 .remedy = "--socket PATH"});
  }
  std::memcpy(static_cast<char*>(address.sun_path), path_.data(), path_.size());
  std::error_code ignored;  // binding says what is wrong
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  lock_ = take_lock(path_);
  remove_stale(path_);
  socket_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Nobody can connect before it listens, and then the mode is right.
  if (!socket_ || ::bind(socket_.get(), as_sockaddr(address), sizeof(address)) != 0 ||
      ::chmod(path_.c_str(), 0600) != 0 || ::listen(socket_.get(), kWaiting) != 0) {
    refuse(path_, errno);
  }
}

// The lock's file stays: whoever waits for the lock of a removed one has the lock of nothing.
SocketFile::~SocketFile() {
  ::unlink(path_.c_str());
}

}  // namespace ingot::serve
