// SPDX-License-Identifier: Apache-2.0
#include "told.hpp"

#include "base/fd.hpp"
#include "failure.hpp"
#include "places.hpp"
#include "text_file.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace ingot::agent {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

// A kind that was never there and one without devices are the same.
bool is_told(const IdsByKind& wanted) {
  const auto told = json::parse(read_text(kToldFile), nullptr, false);
  return std::ranges::all_of(wanted, [&](const auto& entry) {
    const auto found = told.is_object() ? told.find(entry.first) : told.end();
    return found == told.end() ? entry.second.empty() : *found == json(entry.second);
  });
}

}  // namespace

void write_told(const IdsByKind& ids) {
  replace_text(kToldFile, json(ids).dump() + "\n");
}

bool wait_until_told(const IdsByKind& wanted, int limit_ms) {
  std::error_code ignored;
  std::filesystem::create_directories(kRunFolder, ignored);
  const base::Fd watch(::inotify_init1(IN_CLOEXEC));
  if (::inotify_add_watch(watch.get(), kRunFolder, IN_MOVED_TO) < 0) {
    fail_with_errno("the plugin cannot be watched");
  }
  const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms);
  for (;;) {
    if (is_told(wanted)) {
      return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = watch.get(), .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) {
      return false;
    }
    std::array<char, 4096> events{};
    if (::read(watch.get(), events.data(), events.size()) < 0) {
      return false;
    }
  }
}

}  // namespace ingot::agent
