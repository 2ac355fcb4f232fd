// SPDX-License-Identifier: Apache-2.0
#include "attach/reserve.hpp"

#include "attach/distribution.hpp"
#include "attach/target.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"
#include "device/holding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ingot::attach {

namespace {

constexpr int kMostRounds = 10;

// Twice as long in each round, and by chance: who was too near to another is not so again and again.
std::chrono::milliseconds time_apart(int round) {
  constexpr int kFirst = 20;
  constexpr int kMostDoublings = 5;
  std::random_device random;
  const auto longest = static_cast<unsigned>(kFirst << std::min(round, kMostDoublings));
  return std::chrono::milliseconds(random() % longest);
}

std::map<std::string, std::vector<std::string>> others(node::Host& host, const std::string& name,
                                                       const std::stop_token& stop) {
  auto targets = all_targets(host, stop);
  std::erase_if(targets, [&](const Target& target) { return target.container.name == name; });
  return holders(targets);
}

}  // namespace

std::vector<std::string> choose(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                const std::stop_token& stop) {
  return distribute(catalogue, others(host, wish.node, stop), {wish}).front().devices;
}

// An engine has no lock for this. Everybody first writes what he takes, and then looks: of two at once one
// sees the other, at least, and whoever sees another one gives it up and tries again. What was had before is
// refused.
std::vector<std::string> reserve(node::Host& host, const gpu::Catalogue& catalogue, const Wish& wish,
                                 const std::string& id, const std::stop_token& stop) {
  for (int round = 0; round < kMostRounds; ++round) {
    auto devices = choose(host, catalogue, wish, stop);
    device::record(host, id, to_hold(catalogue, devices), stop);
    const auto taken = others(host, wish.node, stop);
    if (std::ranges::none_of(devices, [&](const std::string& one) { return taken.contains(one); })) {
      return devices;
    }
    device::record(host, id, {}, stop);
    base::sleep_for(time_apart(round), stop);
  }
  throw base::Error({.code = base::ErrorCode::already_exists,
                     .message = fmt::format("no devices could be had for '{}'", wish.node),
                     .cause = "others took them at the same time, again and again",
                     .remedy = "the same command again"});
}

}  // namespace ingot::attach
