// SPDX-License-Identifier: Apache-2.0
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include "base/text.hpp"

namespace ingot::testing {

namespace {

constexpr const char* kNamespaces = "/api/v1/namespaces";

}  // namespace

FakeKubernetes::FakeKubernetes(base::Fd listener, TlsIdentity identity, Options options)
    : options_(std::move(options)),
      artifact_("kubernetes-requests.txt", [this] { return base::join(requests(), "\n"); }) {
  if (options_.act_like_a_cluster) {
    testing::act_like_a_cluster(*this);
  }
  if (options_.prepare) {
    options_.prepare(*this);
  }
  if (!options_.objects.empty()) {
    store_.load(options_.objects);
  }
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    create(kNamespaces, {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  }
  serve_also(std::move(listener), std::move(identity), options_.owner);
}

void FakeKubernetes::serve_also(base::Fd listener, TlsIdentity identity, const std::string& owner) {
  auto server = std::make_unique<HttpServer>(
      std::move(listener), [this](Exchange& exchange) { handle(exchange); }, std::move(identity));
  const std::scoped_lock lock(mutex_);
  servers_.emplace_back(owner, std::move(server));
}

void FakeKubernetes::hang_up(const std::string& owner) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, server] : servers_) {
    if (name == owner) {
      server->die();
    }
  }
}

void FakeKubernetes::die() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [owner, server] : servers_) {
    server->die();
  }
}

void FakeKubernetes::react(const std::string& kind, Reaction reaction) {
  const std::scoped_lock lock(mutex_);
  reactions_.emplace_back(kind, std::move(reaction));
}

void FakeKubernetes::react_to_removal(const std::string& kind, Reaction reaction) {
  const std::scoped_lock lock(mutex_);
  to_removals_.emplace_back(kind, std::move(reaction));
}

bool FakeKubernetes::take_away(const ResourcePath& path) {
  auto removed = store_.remove(path);
  if (!removed) {
    return false;
  }
  std::vector<std::pair<std::string, Reaction>> reactions;
  {
    const std::scoped_lock lock(mutex_);
    reactions = to_removals_;
  }
  for (const auto& [kind, reaction] : reactions) {
    if (kind == removed->value("kind", "")) {
      reaction(*this, path, *removed);
    }
  }
  return true;
}

std::optional<Json> FakeKubernetes::add(const ResourcePath& collection, const Json& object) {
  auto stored = store_.add(collection, object);
  if (!stored) {
    return std::nullopt;
  }
  std::vector<Reaction> reactions;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [kind, reaction] : reactions_) {
      if (kind == object.value("kind", "")) {
        reactions.push_back(reaction);
      }
    }
  }
  ResourcePath path = collection;
  path.name = stored->at("metadata").at("name");
  for (const Reaction& reaction : reactions) {
    Json changed = *stored;
    reaction(*this, path, changed);
    if (changed != *stored) {
      store_.edit(path, [&](Json& current) { current.merge_patch(changed); });
    }
  }
  return stored;
}

std::optional<Json> FakeKubernetes::create(const std::string& collection, const Json& object) {
  const auto path = ResourcePath::parse(collection);
  return path ? add(*path, object) : std::nullopt;
}

std::optional<Json> FakeKubernetes::merge(const std::string& path, const Json& patch) {
  const auto parsed = ResourcePath::parse(path);
  return parsed ? store_.edit(*parsed, [&](Json& object) { object.merge_patch(patch); }) : std::nullopt;
}

bool FakeKubernetes::remove(const std::string& path) {
  const auto parsed = ResourcePath::parse(path);
  return parsed && store_.remove(*parsed).has_value();
}

std::optional<Json> FakeKubernetes::get(const std::string& path) const {
  const auto parsed = ResourcePath::parse(path);
  return parsed ? store_.find(*parsed) : std::nullopt;
}

std::vector<Json> FakeKubernetes::list(const std::string& collection) const {
  const auto parsed = ResourcePath::parse(collection);
  return parsed ? store_.list(*parsed).items : std::vector<Json>();
}

std::vector<std::string> FakeKubernetes::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void FakeKubernetes::set_starting(bool is_starting) {
  const std::scoped_lock lock(mutex_);
  is_starting_ = is_starting;
}

void FakeKubernetes::end_watches(bool has_expired) {
  {
    const std::scoped_lock lock(store_.mutex());
    ++ended_watches_;
    has_expired_ = has_expired;
  }
  store_.bell().ring();
}

}  // namespace ingot::testing
