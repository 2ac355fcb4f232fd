// SPDX-License-Identifier: Apache-2.0
#include "live/subscriber.hpp"

#include <algorithm>
#include <utility>

namespace ingot::live {

namespace {

Outgoing to_outgoing(std::string text) {
  return {.text = std::make_shared<const std::string>(std::move(text)), .caused = std::nullopt};
}

}  // namespace

Subscriber::Subscriber(const World& world, const Hello& hello, const ServerInfo& server, bool takes_commands,
                       std::string_view viewer)
    : world_(world),
      filter_(hello.filter),
      watches_(hello.watches),
      wish_(hello.watches ? world.wish(hello.filter) : nullptr) {
  const bool is_resumed = hello.resume && hello.resume->run == world.run() &&
                          !world.after(hello.resume->version, filter_).has_fallen_out;
  if (is_resumed) {
    version_ = hello.resume->version;
  } else if (watches_) {
    snapshot_ = world.snapshot(filter_);
    version_ = snapshot_.version;
    is_snapshot_due_ = true;
  }
  welcome_ =
      welcome_message({.run = world.run(), .version = version_}, is_resumed, takes_commands, server, viewer);
}

std::optional<Outgoing> Subscriber::next() {
  if (!welcome_.empty()) {
    return to_outgoing(std::exchange(welcome_, {}));
  }
  if (!watches_) {
    return std::nullopt;
  }
  return is_snapshot_due_ ? next_part() : next_change();
}

Outgoing Subscriber::next_part() {
  const auto& all = snapshot_.objects;
  const auto end = std::min(all.size(), parts_at_ + kPart);
  const std::vector<ChangePtr> part(all.begin() + static_cast<std::ptrdiff_t>(parts_at_),
                                    all.begin() + static_cast<std::ptrdiff_t>(end));
  const bool is_complete = end == all.size();
  auto message = to_outgoing(snapshot_message(snapshot_.version, part, is_complete));
  parts_at_ = end;
  if (is_complete) {
    is_snapshot_due_ = false;
    snapshot_ = {};
  }
  return message;
}

std::optional<Outgoing> Subscriber::next_change() {
  const auto step = world_.after(version_, filter_);
  if (step.has_fallen_out) {
    auto message = to_outgoing(bye_message("too slow: what has changed since is not all known any more"));
    message.is_last = true;
    return message;
  }
  version_ = step.version;
  if (step.change == nullptr) {
    return std::nullopt;
  }
  return Outgoing{.text = {step.change, &step.change->message}, .caused = step.change->at};
}

}  // namespace ingot::live
