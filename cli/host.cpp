// SPDX-License-Identifier: Apache-2.0
#include "host.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace ingot::cli {

namespace {

Written write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return errno == EPIPE ? Written::reader_gone : Written::failed;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return Written::fine;
}

Terminal::Size size_of(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return {};
  }
  return {.rows = size.ws_row, .columns = size.ws_col};
}

OutStream out_stream(int fd) {
  return {.write = [fd](std::string_view text) { return write_all(fd, text); },
          .is_terminal = ::isatty(fd) == 1,
          .columns = size_of(fd).columns};
}

std::string read_some(int fd, const std::stop_token& stop) {
  const base::Fd wake(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback on_stop(stop, [&] { ::eventfd_write(wake.get(), 1); });
  std::array<pollfd, 2> watched{pollfd{.fd = fd, .events = POLLIN},
                                pollfd{.fd = wake.get(), .events = POLLIN}};
  for (;;) {
    if (stop.stop_requested()) {
      throw base::Cancelled();
    }
    if (::poll(watched.data(), watched.size(), -1) < 0 || (watched[0].revents == 0)) {
      continue;
    }
    std::string piece(std::size_t{64} * 1024, '\0');
    const auto count = ::read(fd, piece.data(), piece.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
      continue;
    }
    piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return piece;
  }
}

std::shared_ptr<void> make_raw() {
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0) {
    return nullptr;
  }
  termios raw = before;
  ::cfmakeraw(&raw);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  // Shared only because a unique_ptr cannot own "the terminal was changed" behind a plain function type.
  return {nullptr, [before](void*) { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before); }};
}

}  // namespace

std::string_view lookup(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

namespace {

// With signals as for a new program.
int become(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  pointers.push_back(nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvp(pointers.front(), pointers.data());
  throw base::Error(base::ErrorCode::environment, "the program '" + words.front() + "' cannot be run",
                    std::strerror(errno));
}

}  // namespace

Host process_host(char** environment) {
  Host host;
  host.out = out_stream(STDOUT_FILENO);
  host.err = out_stream(STDERR_FILENO);
  host.in = {.read = [](const std::stop_token& stop) { return read_some(STDIN_FILENO, stop); },
             .is_terminal = ::isatty(STDIN_FILENO) == 1};
  host.terminal = {.make_raw = make_raw, .size = [] { return size_of(STDOUT_FILENO); }};
  for (char** variable = environment; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      host.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  host.become = become;
  std::error_code ignored;
  host.working_dir = std::filesystem::current_path(ignored).string();
  return host;
}

}  // namespace ingot::cli
