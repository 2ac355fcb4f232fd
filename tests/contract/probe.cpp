// SPDX-License-Identifier: Apache-2.0
// The only program in the image of the contract tests; static, so that it needs nothing else in there.
// tests/support/fake_engine/program.cpp has the same verbs for the fake.
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr int kUsage = 2;

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size <= 0) {
      std::exit(1);
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

int copy() {
  std::array<char, 65536> bytes{};
  for (;;) {
    const ssize_t size = ::read(0, bytes.data(), bytes.size());
    if (size <= 0) {
      return 0;
    }
    write_all(1, {bytes.data(), static_cast<std::size_t>(size)});
  }
}

int wait_for_size(int rows, int columns) {
  winsize size{};
  while (::ioctl(0, TIOCGWINSZ, &size) == 0) {
    if (size.ws_row == rows && size.ws_col == columns) {
      return 0;
    }
    ::usleep(1000);
  }
  return 1;
}

}  // namespace

int main(int count, char** words) {
  // The first process of a container is deaf to signals that it does not handle.
  std::signal(SIGTERM, [](int number) { ::_exit(128 + number); });
  const std::string_view verb = count > 1 ? words[1] : "";
  if (verb == "wait") {
    write_all(1, "waiting\n");  // from now on signals are heard
    for (;;) {
      ::pause();
    }
  }
  if (verb == "say" && count == 5) {
    write_all(1, words[2]);
    write_all(2, words[3]);
    return std::atoi(words[4]);
  }
  if (verb == "copy") {
    return copy();
  }
  if (verb == "size" && count == 4) {
    return wait_for_size(std::atoi(words[2]), std::atoi(words[3]));
  }
  return kUsage;
}
