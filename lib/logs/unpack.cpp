// SPDX-License-Identifier: Apache-2.0
// Archives of nodes, which may be broken or hostile: names that climb, no end.
#include "logs/collect.hpp"
#include "tar/read.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <thread>

namespace ingot::logs {

namespace {

constexpr std::size_t kPiece = std::size_t{128} * 1024;
constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 30U;  // of one node: no logs are as large
constexpr std::size_t kMostTold = 10;

// One thread pushes, another pulls.
class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw base::Error(base::ErrorCode::environment, "out of file descriptors");
    }
    in_ = base::Fd(ends[0]);
    out_ = base::Fd(ends[1]);
  }

  // Bytes that nobody reads any more are dropped.
  void push(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(in_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR) {
        return;
      }
      bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
  }
  void end() { in_.close(); }

  std::size_t pull(char* into, std::size_t size) {
    for (;;) {
      const auto count = ::recv(out_.get(), into, size, 0);
      if (count >= 0 || errno != EINTR) {
        return count < 0 ? 0 : static_cast<std::size_t>(count);
      }
    }
  }
  void hang_up() { out_.close(); }

 private:
  base::Fd in_;
  base::Fd out_;
};

class Unpacking {
 public:
  Unpacking(const Folder& folder, bool strip, const std::string& what, Findings& findings)
      : folder_(folder), strip_(strip), what_(what), findings_(findings) {}

  void take(const tar::Entry& entry, const tar::Bytes& content) {
    try {
      const auto path = strip_ ? stripped(entry.path) : entry.path;
      if (entry.is_folder) {
        folder_.make_folder(path);
      } else {
        copy(content, folder_.create(path));
      }
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode::untrusted && used_ > kMostBytes) {
        throw;
      }
      if (++told_ <= kMostTold) {
        findings_.add(what_, reason_of(error.failure()));
      }
    }
  }

 private:
  static std::string stripped(const std::string& path) {
    const auto end = path.find('/');
    return end == std::string::npos ? "." : path.substr(end + 1);
  }

  void copy(const tar::Bytes& content, File file) {
    for (;;) {
      const auto count = content(buffer_.data(), buffer_.size());
      if (count == 0) {
        return;
      }
      used_ += count;
      if (used_ > kMostBytes) {
        throw base::Error(base::ErrorCode::untrusted, "an archive without end");
      }
      file.write({buffer_.data(), count});
    }
  }

  const Folder& folder_;
  bool strip_;
  const std::string& what_;
  Findings& findings_;
  std::uint64_t used_ = 0;
  std::size_t told_ = 0;
  std::array<char, kPiece> buffer_{};
};

}  // namespace

void unpack(const std::function<void(const std::function<void(std::string_view)>& take)>& produce,
            const Folder& folder, bool strip, const std::string& what, Findings& findings) {
  Pipe pipe;
  std::string broken;
  std::jthread reader([&] {
    const auto unpacking = std::make_unique<Unpacking>(folder, strip, what, findings);
    try {
      tar::read([&](char* into, std::size_t size) { return pipe.pull(into, size); },
                [&](const tar::Entry& entry, const tar::Bytes& content) { unpacking->take(entry, content); });
    } catch (...) {
      broken = reason_of(base::current_failure());
    }
    std::array<char, 4096> rest{};  // of the padding behind the archive's end
    while (broken.empty() && pipe.pull(rest.data(), rest.size()) > 0) {
    }
    pipe.hang_up();
  });
  try {
    produce([&](std::string_view bytes) { pipe.push(bytes); });
  } catch (...) {
    pipe.end();
    throw;
  }
  pipe.end();
  reader.join();
  if (!broken.empty()) {
    throw base::Error(base::ErrorCode::untrusted, broken);
  }
}

}  // namespace ingot::logs
