// SPDX-License-Identifier: Apache-2.0
#include "attach/attach.hpp"
#include "attach/distribution.hpp"
#include "attach/target.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ingot::attach {

namespace {

class Distribution {
 public:
  Distribution(const gpu::Catalogue& catalogue, std::map<std::string, std::vector<std::string>> holders)
      : catalogue_(catalogue), holders_(std::move(holders)) {}

  // What is named first, so that no number takes it.
  std::vector<Request> run(const std::vector<Wish>& wishes) {
    std::ranges::transform(wishes, std::back_inserter(names_), &Wish::node);
    for (const auto& wish : wishes) {
      if (!wish.names.empty()) {
        give(wish, named(wish));
      }
    }
    for (const auto& wish : wishes) {
      if (wish.count > 0) {
        give(wish, counted(wish));
      } else if (wish.all) {
        give(wish, all(wish));
      }
    }
    if (!problems_.empty()) {
      throw base::Error({.code = base::ErrorCode::invalid_input,
                         .message = "devices cannot be given so",
                         .cause = describe(),
                         .problems = problems_,
                         .remedy = "ingot gpu list"});
    }
    return std::move(requests_);
  }

 private:
  void give(const Wish& wish, std::vector<std::string> devices) {
    for (const auto& device : devices) {
      holders_[device].push_back(wish.node);
    }
    requests_.push_back({.verb = Verb::attach,
                         .node = wish.node,
                         .devices = std::move(devices),
                         .offering = wish.offering,
                         .any_will_do = wish.count > 0,
                         .sharers = wish.all ? names_ : std::vector<std::string>()});
  }

  std::vector<std::string> named(const Wish& wish) {
    auto devices = meant(wish);
    for (const auto& device : devices) {
      if (const auto& nodes = holders_[device]; !nodes.empty()) {
        problems_.push_back(fmt::format("{}: {} is given to {}", wish.node, device, base::join(nodes, ", ")));
      }
    }
    return devices;
  }

  // Of words with mistakes: what the others mean, for something may be wrong with that, too.
  std::vector<std::string> meant(const Wish& wish) {
    try {
      return gpu::choose(catalogue_, wish.names);
    } catch (const base::Error& error) {
      for (const auto& problem : error.failure().problems) {
        problems_.push_back(fmt::format("{}: {}", wish.node, problem));
      }
    }
    std::set<std::string> devices;
    for (const auto& word : wish.names) {
      try {
        const auto some = gpu::choose(catalogue_, {word});
        devices.insert(some.begin(), some.end());
      } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): told above
      }
    }
    return {devices.begin(), devices.end()};
  }

  std::vector<std::string> counted(const Wish& wish) {
    std::vector<std::string> devices;
    for (const auto& offer : catalogue_.offers) {
      if (std::ssize(devices) < wish.count && holders_[offer.name].empty()) {
        devices.push_back(offer.name);
      }
    }
    if (std::ssize(devices) < wish.count) {
      problems_.push_back(fmt::format("{}: {} wanted, {} free", wish.node, wish.count, devices.size()));
    }
    return devices;
  }

  // Whoever says so to several nodes wants them to share; what others have is theirs.
  std::vector<std::string> all(const Wish& wish) {
    std::vector<std::string> devices;
    for (const auto& offer : catalogue_.offers) {
      devices.push_back(offer.name);
      auto nodes = holders_[offer.name];
      std::erase_if(nodes, [&](const std::string& node) { return std::ranges::count(names_, node) > 0; });
      if (!nodes.empty()) {
        problems_.push_back(
            fmt::format("{}: {} is given to {}", wish.node, offer.name, base::join(nodes, ", ")));
      }
    }
    if (devices.empty()) {
      problems_.push_back(fmt::format("{}: this machine has no device", wish.node));
    }
    return devices;
  }

  [[nodiscard]] std::string describe() const {
    std::vector<std::string> names;
    for (const auto& offer : catalogue_.offers) {
      names.push_back(offer.name);
    }
    return names.empty() ? "this machine has none" : fmt::format("there are {}", base::join(names, ", "));
  }

  const gpu::Catalogue& catalogue_;
  std::map<std::string, std::vector<std::string>> holders_;
  std::vector<std::string> names_;  // of those that are given something
  std::vector<Request> requests_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<Request> distribute(const gpu::Catalogue& catalogue,
                                std::map<std::string, std::vector<std::string>> holders,
                                const std::vector<Wish>& wishes) {
  return Distribution(catalogue, std::move(holders)).run(wishes);
}

std::vector<Request> distribute(node::Host& host, const gpu::Roots& roots, const std::vector<Wish>& wishes,
                                const std::stop_token& stop) {
  if (wishes.empty()) {
    return {};
  }
  return distribute(gpu::take_stock(roots, stop), holders(all_targets(host, stop)), wishes);
}

}  // namespace ingot::attach
