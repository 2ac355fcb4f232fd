// SPDX-License-Identifier: Apache-2.0
#include "plugin.hpp"

#include "failure.hpp"
#include "node_cdi.hpp"
#include "resource.hpp"
#include "told.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace ingot::agent {

namespace {

constexpr int kRetryMilliseconds = 1000;  // a kubelet that is there may refuse while it starts

class Plugin {
 public:
  explicit Plugin(PluginFolders folders)
      : folders_(std::move(folders)), watch_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    std::error_code ignored;
    for (const auto* folder : {&folders_.cdi, &folders_.kubelet}) {
      std::filesystem::create_directories(*folder, ignored);
      if (::inotify_add_watch(watch_.get(), folder->c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE) < 0) {
        fail_with_errno(*folder + " cannot be watched");
      }
    }
    sigset_t ends{};
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, nullptr);
    end_ = base::Fd(::signalfd(-1, &ends, SFD_CLOEXEC));
  }

  void run() {
    rescan();
    while (!wait()) {
      read_events();
      for (auto& [kind, resource] : resources_) {
        resource->accept_all();
        resource->advance();
      }
      tell();
    }
  }

 private:
  // A kind that has no devices any more stays, with an empty list: the kubelet then knows that it has none.
  void rescan() {
    auto found = read_node_cdi(folders_.cdi);
    for (const auto& [kind, offers] : found) {
      auto& resource = resources_[kind];
      if (!resource) {
        resource = std::make_unique<Resource>(kind, folders_.kubelet);
        resource->offer(offers);
        resource->announce();
      }
    }
    for (auto& [kind, resource] : resources_) {
      resource->offer(found[kind]);
    }
  }

  // True when it is time to go.
  bool wait() {
    std::vector<pollfd> waiting = {{.fd = end_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = watch_.get(), .events = POLLIN, .revents = 0}};
    bool retries = false;
    for (auto& [kind, resource] : resources_) {
      if (resource->listener()) {
        waiting.push_back({.fd = resource->listener().get(), .events = POLLIN, .revents = 0});
      }
      for (const auto* connection : resource->connections()) {
        const auto events = static_cast<short>(POLLIN | (connection->wants_write() ? POLLOUT : 0));
        waiting.push_back({.fd = connection->fd(), .events = events, .revents = 0});
      }
      retries = retries || resource->is_unknown();
    }
    if (::poll(waiting.data(), waiting.size(), retries ? kRetryMilliseconds : -1) == 0) {
      announce_again([](const Resource& resource) { return resource.is_unknown(); });
    }
    return waiting.front().revents != 0;
  }

  template <typename Which>
  void announce_again(const Which& which) {
    for (auto& [kind, resource] : resources_) {
      if (which(*resource)) {
        resource->announce();
      }
    }
  }

  void read_events() {
    alignas(inotify_event) std::array<char, 16384> buffer{};
    bool kubelet_is_new = false;
    bool changed = false;
    for (;;) {
      const auto size = ::read(watch_.get(), buffer.data(), buffer.size());
      if (size <= 0) {
        break;
      }
      for (const char* at = buffer.data(); at < buffer.data() + size;) {
        inotify_event event{};
        std::memcpy(&event, at, sizeof(event));
        const std::string name(event.len > 0 ? at + sizeof(event) : "");
        kubelet_is_new = kubelet_is_new || (name == "kubelet.sock" && (event.mask & IN_CREATE) != 0);
        changed = changed || name.ends_with(".json");
        at += sizeof(event) + event.len;
      }
    }
    if (changed) {
      rescan();
    }
    if (kubelet_is_new) {
      announce_again([](const Resource&) { return true; });
    }
  }

  void tell() {
    IdsByKind told;
    for (auto& [kind, resource] : resources_) {
      if (resource->is_told()) {
        told[kind] = resource->ids();
      }
    }
    if (told != told_) {
      told_ = told;
      write_told(told);
    }
  }

  PluginFolders folders_;
  base::Fd watch_;
  base::Fd end_;
  std::map<std::string, std::unique_ptr<Resource>> resources_;
  std::optional<IdsByKind> told_;
};

}  // namespace

void serve_plugin(const PluginFolders& folders) {
  Plugin(folders).run();
}

}  // namespace ingot::agent
