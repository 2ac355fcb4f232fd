// SPDX-License-Identifier: Apache-2.0
#include "gpu/machine_watch.hpp"

#include <linux/netlink.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace ingot::gpu {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr int kMostTries = 3;
constexpr std::uint32_t kKernelEvents = 1;  // the multicast group of what the kernel itself says

// The kernel's messages to udev: "bind@/devices/pci...", then "NAME=value", each with its own end.
base::Fd listen_to_kernel() {
  base::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kKernelEvents;
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return {};
  }
  return socket;
}

// Of a network interface, which each container has, or of a disk nothing is to be learnt.
bool is_of_gpus(std::string_view message) {
  const auto has = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  return has("SUBSYSTEM=pci") || has("SUBSYSTEM=drm") || has("@/module/nvidia") || has("@/module/amdgpu");
}

}  // namespace

MachineWatch::MachineWatch(const gpu::Roots& roots) : roots_(roots) {
  if (roots_.base.empty()) {
    kernel_ = listen_to_kernel();
  }
  watch_files();
}

// Anew each time: folders come, go and are replaced by others of their name.
void MachineWatch::watch_files() {
  awaited_.clear();
  files_ = base::Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  for (const auto& folder : roots_.cdi) {
    watch(folder);
  }
}

// A folder that is not there is waited for by the nearest one above it.
void MachineWatch::watch(const std::string& folder) {
  const auto add = [&](const fs::path& place) {
    return ::inotify_add_watch(files_.get(), place.c_str(), kChanges | IN_ONLYDIR);
  };
  for (int tries = 0; tries < kMostTries; ++tries) {
    std::string awaited;
    fs::path place = folder;
    int watch = add(place);
    while (watch < 0 && place.has_relative_path()) {
      awaited = place.filename().string();
      place = place.parent_path();
      watch = add(place);
    }
    if (watch < 0) {
      return;
    }
    const auto [known, is_new] = awaited_.emplace(watch, awaited);
    if (!is_new && known->second != awaited) {  // two wait here for different ones: whatever happens counts
      known->second.clear();
    }
    std::error_code ignored;
    if (awaited.empty() || !fs::is_directory(place / awaited, ignored)) {
      return;
    }
    // It has come between the two looks.
  }
}

bool MachineWatch::files_changed() {
  bool has_changed = false;
  alignas(inotify_event) std::array<char, 4096> buffer{};
  for (auto count = ::read(files_.get(), buffer.data(), buffer.size()); count > 0;
       count = ::read(files_.get(), buffer.data(), buffer.size())) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(count);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const std::string name = event.len == 0 ? "" : buffer.data() + at + sizeof(event);
      const auto awaited = awaited_.find(event.wd);
      has_changed |= awaited == awaited_.end() || awaited->second.empty() || awaited->second == name ||
                     (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
      at += sizeof(event) + event.len;
    }
  }
  return has_changed;
}

bool MachineWatch::kernel_changed() const {
  bool has_changed = false;
  std::array<char, 8192> buffer{};
  for (auto count = ::recv(kernel_.get(), buffer.data(), buffer.size(), 0); count > 0;
       count = ::recv(kernel_.get(), buffer.data(), buffer.size(), 0)) {
    has_changed |= is_of_gpus({buffer.data(), static_cast<std::size_t>(count)});
  }
  return has_changed || errno == ENOBUFS;  // there was more than it keeps
}

bool MachineWatch::changed() {
  const bool have_files = files_changed();
  if (have_files) {
    watch_files();
  }
  return (kernel_ && kernel_changed()) || have_files;
}

}  // namespace ingot::gpu
