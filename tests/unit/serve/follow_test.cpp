// SPDX-License-Identifier: Apache-2.0
// A follower whose server goes away and comes back, and one whose connection alone is cut.
#include "serve/follow.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "serve/server.hpp"
#include "support/temp_dir.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

namespace ingot::serve {

namespace {

using testing::Known;
using testing::node_object;

constexpr std::chrono::seconds kLimit{30};

// A world that is served, as often as one wants.
class Served {
 public:
  explicit Served(std::string path) : path_(std::move(path)) { begin(); }

  live::World world;

  void begin() {
    server_.emplace(Options{.socket = path_, .commands = {}, .server = {"1", "unix:///e"}}, world);
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->run(stop); });
  }
  void end() {
    thread_ = {};
    server_.reset();
  }

 private:
  const std::string path_;
  std::optional<Server> server_;
  std::jthread thread_;
};

// Follows on a thread of its own, and notes what it is told.
class Watching {
 public:
  explicit Watching(const std::string& path) : place_{.socket = path, .address = {}, .token = {}} {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  Known known;
  std::vector<std::string> types;      // of the messages
  std::vector<live::Version> changes;  // their versions
  std::vector<std::string> losses;
  std::vector<bool> returns;

  [[nodiscard]] bool knows(const live::Object& object) const {
    const auto found = known.objects.find({object.subject.kind, object.subject.id});
    return found != known.objects.end() && found->second == live::object_text(object);
  }

  // What is noted may be looked at in `is_so`, and once this has returned, until the world changes again.
  void wait_until(const std::function<bool()>& is_so) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, kLimit, is_so));
  }

 private:
  void run(const std::stop_token& stop) {
    try {
      follow(place_, {},
             {.take = [this](const std::string& message) { return note([&] { take(message); }); },
              .on_lost = [this](const std::string& reason) { note([&] { losses.push_back(reason); }); },
              .on_back = [this](bool is_resumed) { note([&] { returns.push_back(is_resumed); }); }},
             stop);
    } catch (const base::Cancelled&) {
    }
  }

  void take(const std::string& message) {
    const auto received = live::read_server_message(message);
    types.push_back(received.type);
    if (received.type == "change") {
      changes.push_back(received.version);
    }
    known.take(message);
  }

  bool note(const std::function<void()>& what) {
    const std::scoped_lock lock(mutex_);
    what();
    changed_.notify_all();
    return true;
  }

  const ServerPlace place_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::jthread thread_;
};

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  return address;
}

// Between a client and a server; cuts what goes through it.
class Wire {
 public:
  Wire(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {
    const auto address = unix_address(from_);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(listener_.get(), 8) == 0);
    thread_ = std::jthread([this] { run(); });
  }
  ~Wire() {
    is_over_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    cut();
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void cut() {
    const std::scoped_lock lock(mutex_);
    ::shutdown(near_, SHUT_RDWR);
    ::shutdown(far_, SHUT_RDWR);
  }

 private:
  void run() {
    while (!is_over_) {
      const base::Fd near(::accept(listener_.get(), nullptr, nullptr));
      const base::Fd far(::socket(AF_UNIX, SOCK_STREAM, 0));
      const auto address = unix_address(to_);
      if (!near || ::connect(far.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        continue;
      }
      {
        const std::scoped_lock lock(mutex_);
        near_ = near.get();
        far_ = far.get();
      }
      {
        const std::jthread back([&] { carry(far.get(), near.get()); });
        carry(near.get(), far.get());
      }
      const std::scoped_lock lock(mutex_);  // others may get their numbers
      near_ = -1;
      far_ = -1;
    }
  }

  static void carry(int from, int to) {
    std::array<char, 4096> piece{};
    for (ssize_t count = 0; (count = ::read(from, piece.data(), piece.size())) > 0;) {
      for (ssize_t sent = 0; sent < count;) {
        const auto more = ::send(to, &piece.at(static_cast<std::size_t>(sent)),
                                 static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
        if (more <= 0) {
          break;
        }
        sent += more;
      }
    }
    ::shutdown(from, SHUT_RDWR);
    ::shutdown(to, SHUT_RDWR);
  }

  const std::string from_;
  const std::string to_;
  const base::Fd listener_{::socket(AF_UNIX, SOCK_STREAM, 0)};
  std::mutex mutex_;
  int near_ = -1;
  int far_ = -1;
  std::atomic<bool> is_over_{false};
  std::jthread thread_;
};

}  // namespace

TEST_CASE("Follow: a connection that is cut goes on without a gap, and nothing comes twice", "[serve]") {
  const testing::TempDir folder;
  Served served((folder.path() / "s").string());
  Wire wire((folder.path() / "wire").string(), (folder.path() / "s").string());
  served.world.set(node_object("a"), {});
  Watching watching((folder.path() / "wire").string());
  watching.wait_until([&] { return watching.known.objects.size() == 1; });
  for (std::size_t cut = 1; cut <= 3; ++cut) {
    wire.cut();
    for (int i = 0; i < 50; ++i) {  // while it is away, and while it comes back
      served.world.set(node_object("n" + std::to_string(i), i % 2 == 0 ? "running" : "exited"), {});
    }
    const auto last = node_object("last", std::to_string(cut));
    served.world.set(last, {});  // versions beyond it are of the viewer that comes and goes
    watching.wait_until([&] { return watching.knows(last) && watching.returns.size() == cut; });
  }
  CHECK(watching.returns == std::vector<bool>{true, true, true});
  CHECK(std::ranges::count(watching.types, "welcome") == 1);
  CHECK(std::ranges::count(watching.types, "snapshot") == 1);
  CHECK(std::ranges::adjacent_find(watching.changes, std::ranges::greater_equal()) == watching.changes.end());
  CHECK(watching.known.objects.size() == served.world.counts().at(live::Kind::node));
}

TEST_CASE("Follow: a server that comes back as another run is told of anew", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "s").string();
  std::optional<Served> served(std::in_place, path);
  served->world.set(node_object("old"), {});
  Watching watching(path);
  watching.wait_until([&] { return watching.known.objects.size() == 1; });
  served->end();
  watching.wait_until([&] { return !watching.losses.empty(); });
  CHECK(watching.losses.front() == "the server ends");
  served.emplace(path);
  served->world.set(node_object("new"), {});
  watching.wait_until([&] {
    return watching.known.objects.size() == 1 && watching.known.objects.begin()->first.second == "new";
  });
  CHECK(watching.returns == std::vector<bool>{false});
  CHECK(std::ranges::count(watching.types, "welcome") == 2);
}

TEST_CASE("Follow: a try that fails for another reason is told, and a stop ends the waiting", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "s").string();
  Served served(path);
  Watching watching(path);
  watching.wait_until([&] { return !watching.types.empty(); });
  served.end();
  watching.wait_until([&] { return watching.losses.size() == 2; });
  CHECK(watching.losses == std::vector<std::string>{"the server ends", "no server listens there"});
}

TEST_CASE("Follow: who has asked for nothing else is told how to go on", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "s").string();
  const ServerPlace place{.socket = path, .address = {}, .token = {}};
  CHECK_FALSE(follow(place, {}, {.take = [](const std::string&) { return true; }}, {}));
  Served served(path);
  std::string remedy;
  try {
    follow(place, {},
           {.take =
                [&](const std::string& message) {
                  if (live::read_server_message(message).is_complete) {
                    served.world.set(node_object("a"), {});
                    served.end();
                  }
                  return true;
                }},
           {});
  } catch (const base::Error& error) {
    remedy = error.failure().remedy;
  }
  CHECK(remedy.starts_with("ingot watch --since " + served.world.run() + ":"));
}

TEST_CASE("Follow: a server that is not meant is none, and one that becomes it ends all", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "s").string();
  const ServerPlace place{.socket = path, .address = {}, .token = {}};
  Served served(path);
  int asked = 0;
  CHECK_FALSE(follow(place, {},
                     {.take = [](const std::string&) { return true; },
                      .is_meant =
                          [&](const live::ServerInfo& server) {
                            ++asked;
                            return server.engine != "unix:///e";
                          }},
                     {}));
  CHECK(asked == 1);
  CHECK_THROWS_AS(follow(place, {},
                         {.take =
                              [&](const std::string& message) {
                                if (live::read_server_message(message).is_complete) {
                                  served.end();
                                  served.begin();
                                }
                                return true;
                              },
                          .on_lost = [](const std::string&) {},
                          .is_meant = [&](const live::ServerInfo&) { return ++asked == 2; }},
                         {}),
                  base::Error);
  CHECK(asked == 3);
}

}  // namespace ingot::serve
