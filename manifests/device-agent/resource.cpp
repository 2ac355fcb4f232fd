// SPDX-License-Identifier: Apache-2.0
#include "resource.hpp"

#include "failure.hpp"
#include "messages.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstdio>

namespace ingot::agent {

namespace {

constexpr int kUnimplemented = 12;  // gRPC's
constexpr int kInvalidArgument = 3;

std::string endpoint_for(std::string kind) {
  std::ranges::replace(kind, '/', '-');
  return "ingot-" + kind + ".sock";
}

}  // namespace

Resource::Resource(std::string kind, const std::string& folder)
    : kind_(std::move(kind)), folder_(folder + "/"), endpoint_(endpoint_for(kind_)) {}

void Resource::announce() {
  is_registered_ = false;
  registration_.reset();
  watchers_.clear();
  connections_.clear();
  try {
    listener_ = listen_at(folder_ + endpoint_);
    registration_ = std::make_unique<Connection>(
        folder_ + "kubelet.sock", std::string(kRegister), register_request(endpoint_, kind_),
        [this](const std::string& status, const std::string& message) {
          is_registered_ = status == "0";
          std::fprintf(stderr, "%s: the kubelet %s\n", kind_.c_str(),
                       is_registered_ ? "knows of it" : ("refuses: " + message).c_str());
        });
    registration_->advance();
  } catch (const Failure& failure) {  // the kubelet does not run yet
    std::fprintf(stderr, "%s: %s\n", kind_.c_str(), failure.what());
  }
}

void Resource::offer(Offers offers) {
  if (offers != offers_) {
    offers_ = std::move(offers);
    tell();
  }
}

std::vector<std::string> Resource::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, device] : offers_) {
    ids.push_back(id);
  }
  return ids;
}

void Resource::tell() {
  std::erase_if(watchers_, [&](const auto& watcher) {
    return !watcher.first->send(watcher.second, device_list(ids()));
  });
}

bool Resource::is_told() {
  std::erase_if(watchers_, [](const auto& watcher) { return !watcher.first->has(watcher.second); });
  return std::ranges::any_of(watchers_, [](const auto& watcher) { return !watcher.first->wants_write(); });
}

void Resource::accept_all() {
  for (;;) {
    base::Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      return;
    }
    connections_.push_back(std::make_unique<Connection>(
        std::move(socket), [this](Connection& connection, std::int32_t stream, const std::string& path,
                                  const std::string& body) { answer(connection, stream, path, body); }));
  }
}

std::vector<Connection*> Resource::connections() const {
  std::vector<Connection*> all;
  if (registration_) {
    all.push_back(registration_.get());
  }
  for (const auto& connection : connections_) {
    all.push_back(connection.get());
  }
  return all;
}

void Resource::advance() {
  if (registration_ && !registration_->advance()) {
    registration_.reset();
  }
  std::erase_if(connections_, [&](const auto& connection) {
    if (connection->advance()) {
      return false;
    }
    std::erase_if(watchers_, [&](const auto& watcher) { return watcher.first == connection.get(); });
    return true;
  });
}

void Resource::answer(Connection& connection, std::int32_t stream, const std::string& path,
                      const std::string& body) {
  if (path == kListAndWatch) {
    connection.send(stream, device_list(ids()));
    watchers_.emplace_back(&connection, stream);
  } else if (path == kGetOptions) {
    connection.respond(stream, plugin_options());
  } else if (path == kAllocate) {
    allocate(connection, stream, body);
  } else if (path == kGetPreferred) {
    prefer(connection, stream, body);
  } else {
    connection.refuse(stream, kUnimplemented, "there is no such method");
  }
}

Allocation Resource::devices_for(const Allocation& ids) const {
  Allocation devices;
  for (const auto& container : ids) {
    auto& given = devices.emplace_back();
    for (const auto& id : container) {
      const auto offer = offers_.find(id);
      if (offer == offers_.end()) {
        fail("there is no device " + id + " any more");
      }
      const auto device = kind_ + "=" + offer->second;
      if (std::ranges::find(given, device) == given.end()) {
        given.push_back(device);
      }
    }
  }
  return devices;
}

void Resource::allocate(Connection& connection, std::int32_t stream, const std::string& body) {
  const auto message = unframed(body);
  const auto allocation = message ? read_allocate_request(*message) : std::nullopt;
  if (!allocation) {
    connection.refuse(stream, kInvalidArgument, "the request cannot be read");
    return;
  }
  try {
    connection.respond(stream, allocate_response(devices_for(*allocation)));
  } catch (const Failure& failure) {
    connection.refuse(stream, kInvalidArgument, failure.what());
  }
}

std::vector<std::string> Resource::prefer(const Choice& choice) const {
  // How many have each device: replicas that are not to be had, and those that are chosen here.
  std::map<std::string, int> taken;
  for (const auto& [id, device] : offers_) {
    taken[device] += std::ranges::find(choice.available, id) == choice.available.end() ? 1 : 0;
  }
  const auto taken_of = [&](const std::string& id) { return taken[offers_.at(id)]; };
  auto chosen = choice.included;
  std::vector<std::string> left;
  for (const auto& id : choice.available) {
    if (!offers_.contains(id)) {
      continue;
    }
    if (std::ranges::find(chosen, id) == chosen.end()) {
      left.push_back(id);
    } else {
      ++taken[offers_.at(id)];
    }
  }
  std::ranges::sort(left);
  while (chosen.size() < choice.size && !left.empty()) {
    const auto best = std::ranges::min_element(left, {}, taken_of);
    ++taken[offers_.at(*best)];
    chosen.push_back(*best);
    left.erase(best);
  }
  return chosen;
}

void Resource::prefer(Connection& connection, std::int32_t stream, const std::string& body) {
  const auto message = unframed(body);
  const auto choices = message ? read_preferred_request(*message) : std::nullopt;
  if (!choices) {
    connection.refuse(stream, kInvalidArgument, "the request cannot be read");
    return;
  }
  Allocation preferred;
  for (const auto& choice : *choices) {
    preferred.push_back(prefer(choice));
  }
  connection.respond(stream, preferred_response(preferred));
}

}  // namespace ingot::agent
