// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/fd.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "kubeconfig/lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

using namespace ingot::kubeconfig;
using namespace std::chrono_literals;
using ingot::base::Cancelled;
using ingot::base::Error;
using ingot::base::ErrorCode;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "ingot-kubeconfig-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    fs::permissions(path_, fs::perms::owner_all);
    fs::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(path_)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  fs::path path_;
};

const std::stop_token kNever;
const Access kAccess{"https://127.0.0.1:1", "CA", "CERT", "KEY"};

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

unsigned int mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

ingot::base::Failure failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.failure();
  }
  return {.message = "no error"};
}

// Runs `work` in a child process, as a user without privileges if we have them. True if it returned true.
bool in_child(const std::function<bool()>& work, bool drop_privileges = false) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = false;
    try {
      good = (!drop_privileges || ::geteuid() != 0 || ::setuid(65534) == 0) && work();
    } catch (...) {
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool has_context(const std::string& text, const std::string& name) {
  try {
    return extract(text, "f", name).ca == "CA";
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("a new kubeconfig is private and its folder is made", "[kubeconfig]") {
  const Folder folder;
  const std::string file = folder / "deep/er/config";
  ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever);
  CHECK(mode_of(file) == 0600);
  CHECK((mode_of(folder / "deep") & 0700U) == 0700);
  CHECK(has_context(read(file), "kind-a"));
  CHECK(fs::directory_iterator(folder / "deep/er") != fs::directory_iterator());
  CHECK(std::distance(fs::directory_iterator(folder / "deep/er"), fs::directory_iterator()) == 1);
}

TEST_CASE("replacing keeps mode and follows symbolic links", "[kubeconfig]") {
  const Folder folder;
  fs::create_directory(folder / "real");
  write(folder / "real/config", "x: 1\n");
  ::chmod((folder / "real/config").c_str(), 0640);
  fs::create_symlink("real/config", folder / "link");
  fs::create_symlink("link", folder / "link2");
  ingot::kubeconfig::merge(folder / "link2", "kind-a", kAccess, kNever);
  CHECK(fs::is_symlink(folder / "link2"));
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(mode_of(folder / "real/config") == 0640);
  CHECK(has_context(read(folder / "real/config"), "kind-a"));
  CHECK(folder.names() == std::vector<std::string>{"link", "link2", "real"});
}

TEST_CASE("a link to a file that is not there yet makes that file", "[kubeconfig]") {
  const Folder folder;
  fs::create_symlink("later/config", folder / "link");
  ingot::kubeconfig::merge(folder / "link", "kind-a", kAccess, kNever);
  CHECK(has_context(read(folder / "later/config"), "kind-a"));
}

TEST_CASE("the owner of a file stays", "[kubeconfig]") {
  if (::geteuid() != 0) {
    return;  // only root can make a file of another owner
  }
  const Folder folder;
  const std::string file = folder / "config";
  write(file, "");
  REQUIRE(::chown(file.c_str(), 1234, 4321) == 0);
  ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK(info.st_uid == 1234);
  CHECK(info.st_gid == 4321);
}

TEST_CASE("remove drops our entries from every file and tells which changed", "[kubeconfig]") {
  const Folder folder;
  ingot::kubeconfig::merge(folder / "one", "kind-a", kAccess, kNever);
  ingot::kubeconfig::merge(folder / "one", "kind-b", kAccess, kNever);
  ingot::kubeconfig::merge(folder / "two", "kind-a", kAccess, kNever);
  write(folder / "three", "x: 1 # untouched\n");
  const std::vector<std::string> files{folder / "one", folder / "missing/config", folder / "two",
                                       folder / "three"};
  CHECK(ingot::kubeconfig::remove(files, "kind-a", kNever) ==
        std::vector<std::string>{folder / "one", folder / "two"});
  CHECK_FALSE(has_context(read(folder / "one"), "kind-a"));
  CHECK(has_context(read(folder / "one"), "kind-b"));
  CHECK(read(folder / "three") == "x: 1 # untouched\n");
  CHECK(ingot::kubeconfig::remove(files, "kind-a", kNever).empty());
  CHECK(folder.names() == std::vector<std::string>{"one", "three", "two"});
}

TEST_CASE("the files that hold our entries are known beforehand", "[kubeconfig]") {
  const Folder folder;
  ingot::kubeconfig::merge(folder / "ours", "kind-a", kAccess, kNever);
  write(folder / "broken", "a: [\n");
  write(folder / "others", "x: 1\n");
  const std::vector<std::string> files{folder / "broken", folder / "others", folder / "ours",
                                       folder / "none"};
  CHECK(files_with(files, "kind-a") == std::vector<std::string>{folder / "ours"});
  CHECK(files_with(files, "kind-b").empty());
}

TEST_CASE("a broken file is left as it is, and does not keep remove from the others", "[kubeconfig]") {
  const Folder folder;
  const std::string broken = folder / "broken";
  write(broken, "a: 1\n b: [\n");
  ingot::kubeconfig::merge(folder / "good", "kind-a", kAccess, kNever);
  const auto failure = failure_of([&] {
    (void)ingot::kubeconfig::remove({broken, folder / "good"}, "kind-a", kNever);
  });
  CHECK(failure.code == ErrorCode::invalid_input);
  CHECK(failure.message == "the kubeconfig '" + broken + "' is not valid");
  CHECK(failure.cause.starts_with("line 2: "));
  CHECK_FALSE(has_context(read(folder / "good"), "kind-a"));
  CHECK(failure_of([&] { ingot::kubeconfig::merge(broken, "kind-a", kAccess, kNever); }).code ==
        ErrorCode::invalid_input);
  CHECK(read(broken) == "a: 1\n b: [\n");
  CHECK(folder.names() == std::vector<std::string>{"broken", "good"});
}

TEST_CASE("a file or folder we may not write is named, and stays as it is", "[kubeconfig]") {
  const Folder folder;
  fs::permissions(folder / "", fs::perms::all);
  const std::string file = folder / "config";
  write(file, "x: 1\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  CHECK(in_child(
      [&] {
        const auto failure = failure_of([&] { ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever); });
        return failure.code == ErrorCode::environment && failure.message == "cannot write '" + file + "'";
      },
      true));
  CHECK(folder.names() == std::vector<std::string>{"config"});
  fs::permissions(file, fs::perms::all);
  fs::permissions(folder / "", fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                                   fs::perms::others_exec);
  CHECK(in_child(
      [&] {
        const auto failure = failure_of([&] { ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever); });
        return failure.code == ErrorCode::environment &&
               failure.message == "cannot create the lock '" + file + ".lock'";
      },
      true));
  CHECK(read(file) == "x: 1\n");
}

TEST_CASE("what is no regular file is refused", "[kubeconfig]") {
  const Folder folder;
  fs::create_directory(folder / "config");
  const auto merge_into = [](const std::string& file) {
    return failure_of([&] { ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever); });
  };
  CHECK(merge_into(folder / "config").cause == "Is a directory");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(merge_into(folder / "pipe").code == ErrorCode::environment);
  write(folder / "file", "");
  CHECK(merge_into(folder / "file/config").code == ErrorCode::environment);
}

TEST_CASE("a lock of another program is waited for", "[kubeconfig]") {
  const Folder folder;
  const std::string file = folder / "config";
  { const ingot::base::Fd lock(::open((file + ".lock").c_str(), O_CREAT | O_EXCL, 0)); }
  std::jthread other([&] {
    std::this_thread::sleep_for(30ms);  // the time another program holds it; nothing waits for this thread
    ::unlink((file + ".lock").c_str());
  });
  ingot::kubeconfig::merge(file, "kind-a", kAccess, kNever);
  CHECK(has_context(read(file), "kind-a"));
}

TEST_CASE("a lock that stays is an error that tells how to go on", "[kubeconfig]") {
  const Folder folder;
  const std::string file = folder / "config";
  write(file + ".lock", "");
  const auto failure =
      failure_of([&] { const FileLock lock(file, kNever, {.patience = 20ms, .longest_queue = 40ms}); });
  CHECK(failure.code == ErrorCode::timed_out);
  CHECK(failure.cause == "'" + file + ".lock' exists");
  CHECK(failure.remedy.find(file + ".lock") != std::string::npos);
  CHECK(fs::exists(file + ".lock"));
}

TEST_CASE("waiting for a lock ends when a stop is asked for", "[kubeconfig]") {
  const Folder folder;
  write(folder / "config.lock", "");
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(ingot::kubeconfig::merge(folder / "config", "kind-a", kAccess, stop.get_token()),
                  Cancelled);
}

TEST_CASE("an old lock of unknown owner is broken", "[kubeconfig]") {
  const Folder folder;
  const std::string lock = folder / "config.lock";
  write(lock, "");
  fs::last_write_time(lock, fs::file_time_type::clock::now() - 61s);
  ingot::kubeconfig::merge(folder / "config", "kind-a", kAccess, kNever);
  CHECK(folder.names() == std::vector<std::string>{"config"});
}

TEST_CASE("a lock of ours whose process has died is broken at once, a living one's is not", "[kubeconfig]") {
  const Folder folder;
  const std::string file = folder / "config";
  REQUIRE(in_child([&] {
    new FileLock(file, kNever);  // never destroyed: the process ends as if killed
    return true;
  }));
  REQUIRE(fs::exists(file + ".lock"));
  { const FileLock lock(file, kNever, {.patience = 20ms, .longest_queue = 40ms}); }
  CHECK_FALSE(fs::exists(file + ".lock"));

  const FileLock mine(file, kNever);
  fs::last_write_time(file + ".lock", fs::file_time_type::clock::now() - 1h);  // suspended, perhaps
  CHECK(failure_of([&] {
          const FileLock lock(file, kNever, {.patience = 20ms, .longest_queue = 40ms});
        }).code == ErrorCode::timed_out);
}

TEST_CASE("concurrent processes and threads lose nothing", "[kubeconfig]") {
  const Folder folder;
  const std::string file = folder / "config";
  fs::create_symlink("config", folder / "link");
  write(file, "x-other: \"1.30\"\n");
  const auto work = [&](const std::string& prefix) {
    for (int i = 0; i < 2; ++i) {
      const std::string path = i == 1 ? folder / "link" : file;
      ingot::kubeconfig::merge(path, prefix + std::to_string(i), kAccess, kNever);
      ingot::kubeconfig::merge(path, prefix + "gone", kAccess, kNever);
      (void)ingot::kubeconfig::remove({path}, prefix + "gone", kNever);
    }
  };
  std::vector<pid_t> children;
  for (int i = 0; i < 5; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      int code = 1;
      try {
        work("p" + std::to_string(i) + "-");
        code = 0;
      } catch (...) {
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  std::vector<std::string> problems(5);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < problems.size(); ++i) {
      threads.emplace_back(
          [&, i] { problems[i] = failure_of([&] { work("t" + std::to_string(i) + "-"); }).message; });
    }
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(problems == std::vector<std::string>(5, "no error"));
  const std::string text = read(file);
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 2; ++j) {
      const std::string tail = std::to_string(i) + "-" + std::to_string(j);
      CHECK(has_context(text, "p" + tail));
      CHECK(has_context(text, "t" + tail));
    }
  }
  CHECK(text.find("gone") == std::string::npos);
  CHECK(text.starts_with("x-other: \"1.30\"\n"));
  CHECK(folder.names() == std::vector<std::string>{"config", "link"});
}
