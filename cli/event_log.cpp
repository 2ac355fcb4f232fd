// SPDX-License-Identifier: Apache-2.0
#include "event_log.hpp"

#include "base/redact.hpp"
#include "base/text.hpp"
#include "output/event_value.hpp"
#include "output/failure.hpp"
#include "version.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace ingot::cli {

namespace {

using output::Value;

constexpr std::size_t kMostText = std::size_t{16} << 10U;  // of one text: of captured output, the end

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  const auto seconds = base::to_rfc3339(now);  // "2026-01-02T03:04:05Z"
  return fmt::format("{}.{:03}Z", std::string_view(seconds).substr(0, seconds.size() - 1), ms);
}

struct Cleaned {
  Value operator()(const std::string& text) const {
    const auto end = text.size() > kMostText ? "..." + text.substr(text.size() - kMostText) : text;
    return base::redacted(end);
  }
  Value operator()(const Value::List& list) const {
    Value::List clean;
    for (const auto& item : list) {
      clean.push_back(std::visit(*this, item.data()));
    }
    return clean;
  }
  Value operator()(const Value::Object& object) const {
    Value::Object clean;
    for (const auto& [key, value] : object) {
      clean.emplace_back(key, std::visit(*this, value.data()));
    }
    return clean;
  }
  Value operator()(std::monostate) const { return {}; }
  template <typename T>
  Value operator()(T plain) const {
    return plain;
  }
};

std::vector<std::string> own_arguments(std::vector<std::string> arguments) {
  const auto inner = std::ranges::find(arguments, "--");
  if (inner != arguments.end()) {
    arguments.erase(inner + 1, arguments.end());
    arguments.emplace_back("...");
  }
  return arguments;
}

base::Fd open_log(const std::string& path) {
  return base::Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
}

bool is_still_at(const base::Fd& file, const std::string& path) {
  struct stat own {};
  struct stat there {};
  return ::fstat(file.get(), &own) == 0 && ::stat(path.c_str(), &there) == 0 && own.st_ino == there.st_ino &&
         own.st_dev == there.st_dev;
}

// Moves a file that has grown too large out of the way. Whoever has it open goes on writing to it. One
// process moves; nobody waits for it.
base::Fd rotated(base::Fd file, const std::string& path) {
  struct stat own {};
  if (!file || ::fstat(file.get(), &own) != 0 || !S_ISREG(own.st_mode) ||
      static_cast<std::uint64_t>(own.st_size) < EventLog::kMostBytes ||
      ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return file;
  }
  if (is_still_at(file, path)) {
    static_cast<void>(std::rename(path.c_str(), (path + ".1").c_str()));
  }
  return open_log(path);
}

}  // namespace

base::Fd events_fd(const Environment& environment) {
  const int fd = std::atoi(std::string(lookup(environment, "INGOT_EVENTS_FD")).c_str());
  struct stat file {};
  if (fd <= STDERR_FILENO || ::fstat(fd, &file) != 0 || !S_ISFIFO(file.st_mode)) {
    return {};
  }
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return base::Fd(fd);
}

EventLog::EventLog(std::vector<std::string> arguments)
    : arguments_(own_arguments(std::move(arguments))),
      run_(fmt::format("{:x}-{}", std::chrono::system_clock::now().time_since_epoch().count(), ::getpid())) {}

void EventLog::tell(base::Fd events) {
  const std::lock_guard lock(mutex_);
  told_ = std::move(events);
}

void EventLog::begin(const std::string& path, const std::string& subject) {
  const std::lock_guard lock(mutex_);
  path_ = path;
  subject_ = subject;
  is_command_told_ = false;
}

void EventLog::add(const plan::Event& event) noexcept {
  const bool is_kept = !std::holds_alternative<plan::StepProgress>(event.body);
  if (!is_kept && !told_) {
    return;
  }
  try {
    if (!is_command_told_) {
      is_command_told_ = true;
      open();
      write("command", {{"arguments", arguments_}, {"version", kVersion}, {"commit", kCommit}});
    }
    write({}, output::event_members(event), is_kept);
  } catch (const std::exception&) {  // no memory
    return;
  }
}

void EventLog::open() {
  const std::lock_guard lock(mutex_);
  if (file_ || path_.empty()) {
    return;
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  file_ = rotated(open_log(path_), path_);
}

void EventLog::end(int exit_code, const base::Failure* failure) noexcept {
  try {
    Value::Object members{{"exitCode", exit_code}};
    if (failure != nullptr) {
      members.emplace_back("failure", output::failure_value(*failure));
    }
    write("commandEnded", std::move(members));
  } catch (const std::exception&) {  // no memory
    return;
  }
}

std::string EventLog::path() const {
  return file_ ? path_ : std::string();
}

void EventLog::write(std::string_view type, Value::Object members, bool to_file) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (!file_ && !told_) {
      return;
    }
    Value::Object line{{"time", timestamp()}, {"run", run_}, {"subject", subject_}};
    if (!type.empty()) {
      line.emplace_back("type", type);
    }
    std::ranges::move(members, std::back_inserter(line));
    // One write for each line: lines of several processes never mix.
    const auto text = std::visit(Cleaned{}, Value(std::move(line)).data()).to_json_line() + "\n";
    if (to_file && file_ && ::write(file_.get(), text.data(), text.size()) < 0) {
      file_.close();  // a full disk, say: better no log than half of one
    }
    if (told_ && ::write(told_.get(), text.data(), text.size()) < 0) {
      told_.close();  // nobody listens any more
    }
  } catch (const std::exception&) {  // no memory
    return;
  }
}

void read_event_log(const std::string& path, const std::string& subject,
                    const std::function<void(std::string_view line)>& write) {
  const auto wanted = fmt::format(R"("subject":{})", Value(subject).to_json_line());
  for (const auto& name : {path + ".1", path}) {
    std::ifstream file(name, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
      if (line.find(wanted) != std::string::npos) {
        write(line + "\n");
      }
    }
  }
}

}  // namespace ingot::cli
